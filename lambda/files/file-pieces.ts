import type { Call, FileRange, FileStore, VersionChoice } from './file-store.ts';

/** The most that one request reads, in bytes: the memory that a search through a file costs. */
const maxPieceBytes = 1024 * 1024;

/**
 * Reads on through a file after its first range, each piece twice as long as the one before, up to 1 MiB,
 * until about `maxBytes` were read or the file ends. A piece is read only when it is asked for. Throws
 * `conflict` when the file changes meanwhile.
 */
export async function* readPieces(
  files: Pick<FileStore, 'read'>,
  { facts, start, bytes }: FileRange,
  { maxBytes, ...choice }: { readonly maxBytes: number } & VersionChoice & Call,
): AsyncGenerator<Uint8Array> {
  yield bytes;
  let position = start + bytes.length;
  let length = bytes.length;
  while (length > 0 && position < facts.size && position - start < maxBytes) {
    length = Math.min(length * 2, maxPieceBytes);
    const next = await files.read(facts.path, { start: position, length, etag: facts.etag, ...choice });
    yield next.bytes;
    position += next.bytes.length;
    length = next.bytes.length;
  }
}
