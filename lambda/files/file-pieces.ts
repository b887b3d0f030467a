import type { Call, FileRange, FileStore, VersionChoice } from './file-store.ts';

/** How much of a file is read, in all and at once. */
interface PieceBounds {
  readonly maxBytes: number;
  /** The most that one request reads, in bytes. More takes memory; less takes more requests. Default: 1 MiB. */
  readonly maxPieceBytes?: number;
}

/**
 * Continues through a file after its first range, until about `maxBytes` are read or the file ends. Each piece is
 * twice as long as the one before, up to `maxPieceBytes`. A piece is read only when it is asked for. Throws
 * `conflict` when the file changes meanwhile.
 */
export async function* readPieces(
  files: Pick<FileStore, 'read'>,
  { facts, start, bytes }: FileRange,
  { maxBytes, maxPieceBytes = 1024 * 1024, ...choice }: PieceBounds & VersionChoice & Call,
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
