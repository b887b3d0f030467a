import type { FileFacts, FileRange, VersionChoice } from '../../files/file-store.ts';
import { findImageType } from '../../files/image-type.ts';
import { toBase64 } from '../input/base64.ts';
import type { ContentBlock, ToolContext } from '../tool.ts';
import { toFacts } from './file-facts.ts';
import { toMediaType } from './media-type.ts';

/**
 * The largest image or sound in an answer, in bytes: in base64 it stays below the 1 MiB that Claude Desktop
 * takes of an answer, and far below Lambda's 6 MB.
 */
export const maxMediaBytes = 720 * 1024;

const urlMinutes = 15;

/**
 * Answers a file that is no text, of which the beginning was read: an image or a sound as what it is, and
 * everything else as a link that downloads it. `reason` says why a document cannot be read as text.
 */
export async function toBinaryAnswer(
  first: FileRange,
  context: Pick<ToolContext, 'files' | 'signal'> & VersionChoice,
  reason?: string,
): Promise<{ content: ContentBlock[] }> {
  const { facts } = first;
  const media = facts.size <= maxMediaBytes ? await findMedia(first) : undefined;
  if (!media) return toLink(facts, context, reason);
  const data = toBase64(await readWhole(first, context));
  return { content: [{ ...media, data }, toFactsBlock(facts)] };
}

/** An image by its content, a sound by the type it was given, or by its name when it was given none. */
async function findMedia({ facts, bytes }: FileRange) {
  const imageType = findImageType(bytes);
  if (imageType !== undefined) return { type: 'image' as const, mimeType: imageType };
  const mediaType =
    facts.mediaType === 'application/octet-stream' ? await toMediaType(facts.path) : facts.mediaType;
  return mediaType.startsWith('audio/') ? { type: 'audio' as const, mimeType: mediaType } : undefined;
}

async function readWhole(
  { facts, bytes }: FileRange,
  { files, ...choice }: Pick<ToolContext, 'files' | 'signal'> & VersionChoice,
): Promise<Uint8Array> {
  const start = bytes.length;
  if (start >= facts.size) return bytes;
  const whole = new Uint8Array(facts.size);
  const rest = await files.read(facts.path, {
    start,
    length: facts.size - start,
    etag: facts.etag,
    ...choice,
  });
  whole.set(bytes);
  whole.set(rest.bytes, start);
  return whole;
}

async function toLink(facts: FileFacts, { files }: Pick<ToolContext, 'files'>, reason?: string) {
  const { path, mediaType, size, versionId } = facts;
  const version = versionId !== undefined && { versionId };
  const uri = await files.createDownloadUrl(path, { expiresInSeconds: urlMinutes * 60, ...version });
  const link = { type: 'resource_link' as const, uri, name: toName(path), mimeType: mediaType, size };
  const note =
    `${reason === undefined ? 'not text' : `not readable as text (${reason})`}: the link downloads it for ${urlMinutes} minutes, for whoever holds it; ` +
    'create_download_url makes another';
  return { content: [link, toFactsBlock(facts, { note })] };
}

function toFactsBlock(facts: FileFacts, more: object = {}): ContentBlock {
  return { type: 'text', text: JSON.stringify({ ...toFacts(facts), ...more }) };
}

function toName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
