import type { Call, FileRange, FileStore, VersionChoice } from './file-store.ts';

/** How much is read of a file, and at once. */
interface PieceBounds {
  readonly maxBytes: number;
  /** The most that one request reads, in bytes: its memory, against the time of more requests. 1 MiB unless told. */
  readonly maxPieceBytes?: number;
}

/**
 * Reads on through a file after its first range, each piece twice as long as the one before up to
 * `maxPieceBytes`, until about `maxBytes` were read or the file ends. A piece is read only when it is asked
 * for. Throws `conflict` when the file changes meanwhile.
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
