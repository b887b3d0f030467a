import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { toFacts } from './answer/file-facts.ts';
import { pathInput } from './input/path-input.ts';
import { expiresInInput, toExpiry } from './input/url-expiry.ts';
import { versionIdInput } from './input/version-input.ts';
import { defineTool } from './tool.ts';

/** Makes a URL for whoever cannot or should not read a file through this server. */
export const createDownloadUrl = defineTool({
  name: 'create_download_url',
  title: 'Create a download URL',
  description:
    'Make a URL that downloads one version of a file of any size and type by GET until it expires, for a person or ' +
    'a program. Whoever holds it can read the file: show it only to those who may. Answers the URL and the facts.',
  input: z.strictObject({
    path: pathInput,
    version_id: versionIdInput.optional().describe('Default the current version'),
    expires_in: expiresInInput,
  }),
  output: z.object({
    url: z.string().describe('A secret: whoever holds it can read the file'),
    expires_at: z.iso.datetime().describe('UTC'),
    path: z.string(),
    size: z.number().int().describe('Bytes'),
    media_type: z.string(),
    modified: z.iso.datetime().describe('When this version was written, UTC'),
    etag: z.string().describe('Changes with the content; pass it as if_match'),
    version_id: z.string().optional().describe('The version that the URL reads, whatever is written later'),
  }),
  // The URL works outside of this server and its tokens.
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },

  async run({ path, version_id, expires_in }, { files, signal }) {
    const asked = version_id !== undefined && { versionId: version_id };
    const facts = await files.stat(readFilePath(path), { ...asked, signal });
    const seen = facts.versionId !== undefined && { versionId: facts.versionId };
    const expiresAt = toExpiry(expires_in);
    const url = await files.createDownloadUrl(facts.path, { expiresInSeconds: expires_in, ...seen });
    return {
      text:
        `Download "${facts.path}" (${facts.size} bytes, ${facts.mediaType}) until ${expiresAt} from\n${url}\n` +
        'Whoever holds this URL can read the file until then: show it only to those who may.',
      structured: { url, expires_at: expiresAt, ...toFacts(facts) },
    };
  },
});
