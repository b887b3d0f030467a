import type { FilePath } from '../files/file-path.ts';
import type { FileFacts, FileStore } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
import { isText } from './detection.ts';

/** The largest file that is changed in place, in bytes: the old and the new content are in memory together. */
export const maxTextBytes = 4 * 1024 * 1024;

/** A text file read whole. */
export interface WholeText {
  readonly facts: FileFacts;
  readonly bytes: Uint8Array;
}

/** Says that a file is not text. */
export class NotText extends ToolFailure {}

/**
 * Reads a text file of at most 4 MiB in one request; with `etag`, the file must still have that etag. Throws
 * `ToolFailure` for a larger file and `NotText` for one that is not text.
 */
export async function readWholeText(
  path: FilePath,
  etag: string | undefined,
  { files, signal }: { readonly files: Pick<FileStore, 'read'>; readonly signal: AbortSignal },
): Promise<WholeText> {
  const unchanged = etag !== undefined && { etag };
  const { facts, bytes } = await files.read(path, { start: 0, length: maxTextBytes, ...unchanged, signal });
  const instead = 'change a copy from create_download_url and bring it back with create_upload_url';
  if (facts.size > maxTextBytes) {
    throw new ToolFailure(
      `"${path}" is ${facts.size} bytes long and at most ${maxTextBytes} can be changed in place: ${instead}`,
    );
  }
  if (isText(bytes, { start: false, end: false })) return { facts, bytes };
  throw new NotText(`"${path}" is not UTF-8 text but ${facts.mediaType}: ${instead}`);
}
