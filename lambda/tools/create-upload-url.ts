import * as z from 'zod';
import { readNewFilePath } from '../files/file-path.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toMediaType } from './answer/media-type.ts';
import { pathInput } from './input/path-input.ts';
import { expiresInInput, toExpiry } from './input/url-expiry.ts';
import { createOnlyInput, ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

/** What S3 takes in one PUT (Amazon S3 API, PutObject). */
const maxBytes = 5 * 1024 ** 3;

const tooSmall = 'an upload has at least 1 byte: for an empty file call write_file with content ""';

/** Creates a URL for content that does not fit into a tool call. */
export const createUploadUrl = defineTool({
  name: 'create_upload_url',
  title: 'Create an upload URL',
  description:
    'Make a URL that takes one file of exactly this size and type by PUT until it expires, for what write_file ' +
    'cannot take. Whoever holds it can write the file: show it only to those who may. Nothing is checked in ' +
    'advance: S3 may still answer 403 to the upload. Answers the URL, its headers and a curl command.',
  input: z.strictObject({
    path: pathInput,
    size: z.number().int().min(1, tooSmall).max(maxBytes).describe('Bytes, exactly'),
    media_type: z.string().optional().describe('Such as "image/jpeg"; default by the name'),
    expires_in: expiresInInput,
    if_match: ifMatchInput,
    create_only: createOnlyInput,
  }),
  output: z.object({
    path: z.string(),
    url: z.string().describe('A secret: whoever holds it can write the file'),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()).describe('To be sent as they are; they are signed'),
    expires_at: z.iso.datetime().describe('UTC'),
  }),
  // The URL works without this server and its tokens.
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },

  async run({ path, size, media_type, expires_in, if_match, create_only }, { files }) {
    const file = readNewFilePath(path);
    const mediaType = media_type === undefined ? await toMediaType(file) : readMediaType(media_type);
    const condition = readWriteCondition(if_match, create_only);
    const expiresAt = toExpiry(expires_in);
    const options = { expiresInSeconds: expires_in, mediaType, size, condition };
    const { url, headers } = await files.createUploadUrl(file, options);
    return {
      text:
        `Upload ${size} bytes of ${mediaType} to "${file}" until ${expiresAt} with\n${toCurl(file, url, headers)}\n` +
        'Whoever holds this URL can write the file until then: show it only to those who may. S3 checks nothing ' +
        'before the upload: it answers 403 where this server may not write, and 412 where if_match or create_only ' +
        'does not hold.',
      structured: { path: file, url, method: 'PUT' as const, headers, expires_at: expiresAt },
    };
  },
});

/** Reads a media type (RFC 9110 section 8.3.1) that can stand in a header. Throws `ToolFailure`. */
function readMediaType(text: string): string {
  const isMediaType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(; ?[\w-]{1,50}=[\w.:"+-]{1,100}){0,5}$/.test(
    text,
  );
  if (isMediaType) return text;
  throw new ToolFailure('media_type is not valid: pass one such as "image/jpeg", or leave it out');
}

/** A command for a POSIX shell. curl adds the length of the file, and `--globoff` makes it take the URL literally. */
function toCurl(path: string, url: string, headers: Readonly<Record<string, string>>): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const fields = Object.entries(headers)
    .filter(([field]) => field !== 'content-length')
    .map(([field, value]) => `--header ${quote(`${field}: ${value}`)}`);
  return [
    'curl --globoff --fail-with-body',
    `--upload-file ${quote(`./${name}`)}`,
    ...fields,
    quote(url),
  ].join(' ');
}

/** In single quotes a POSIX shell takes everything literally but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
