import { DocumentFailure, type DocumentSource } from './document.ts';
import { documentLimits } from './limits.ts';

/** A ZIP archive of which the directory was read. Nothing is ever written under the names in it. */
export interface Archive {
  has(name: string): boolean;
  /** The names that begin so, in the order of the directory. */
  list(start: string): readonly string[];
  /** Unpacks a part as it is asked for. Throws `DocumentFailure`, also beyond the bounds of all parts together. */
  stream(name: string): AsyncGenerator<Uint8Array>;
  /** Unpacks a part whole. Throws `DocumentFailure` above `maxBytes`. */
  read(name: string, maxBytes?: number): Promise<Uint8Array>;
}

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  /** Where its own header begins. */
  readonly offset: number;
}

/** The end of the directory, with the longest comment behind it. */
const endBytes = 22 + 65_535;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const headerSignature = 0x04034b50;

/** What is fetched at once of a packed part. */
const pieceBytes = 256 * 1024;

/**
 * Reads the directory of a ZIP archive (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4), which says where each part is. What
 * it says of sizes is not believed. Throws `DocumentFailure`.
 */
export async function openArchive(source: DocumentSource): Promise<Archive> {
  const entries = readEntries(await readDirectory(source));
  let unpacked = 0;

  async function* stream(name: string): AsyncGenerator<Uint8Array> {
    const entry = entries.get(name);
    if (!entry) throw new DocumentFailure(`it has no part ${name}`);
    let size = 0;
    for await (const bytes of unpack(source, entry, name)) {
      size += bytes.length;
      unpacked += bytes.length;
      const isBomb = size > documentLimits.ratioBytes && size > documentLimits.ratio * entry.packed;
      if (isBomb || unpacked > documentLimits.unpackedBytes) {
        throw new DocumentFailure(
          `its part ${name} unpacks to more than is taken: ${documentLimits.ratio} times its size, or ${documentLimits.unpackedBytes} bytes in all`,
        );
      }
      yield bytes;
    }
  }

  return {
    has: (name) => entries.has(name),
    list: (start) => [...entries.keys()].filter((name) => name.startsWith(start)),
    stream,
    async read(name, maxBytes = documentLimits.partBytes) {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of stream(name)) {
        size += piece.length;
        if (size > maxBytes) throw new DocumentFailure(`its part ${name} has more than ${maxBytes} bytes`);
        pieces.push(piece);
      }
      return join(pieces, size);
    },
  };
}

/** Finds the directory from its end on (APPNOTE.TXT section 4.3.16). */
async function readDirectory(source: DocumentSource): Promise<DataView> {
  const start = Math.max(0, source.size - endBytes);
  const tail = toView(await source.read(start, source.size - start));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== endSignature) end -= 1;
  if (end < 0)
    throw new DocumentFailure('it is cut short or damaged: the directory of the archive is missing');
  const [count, size, offset] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (count > documentLimits.entries) {
    throw new DocumentFailure(`its archive has more than ${documentLimits.entries} parts`);
  }
  if (offset + size > source.size)
    throw new DocumentFailure('it is cut short or damaged: its directory lies outside');
  return toView(await source.read(offset, size));
}

/** Of two entries of one name the first counts, so that a second one cannot take its place. */
function readEntries(directory: DataView): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  let at = 0;
  while (at + 46 <= directory.byteLength && directory.getUint32(at, true) === entrySignature) {
    const lengths = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
    const [nameLength = 0] = lengths;
    const entry = {
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      packed: directory.getUint32(at + 20, true),
      offset: directory.getUint32(at + 42, true),
    };
    const end = at + 46 + nameLength;
    if (end > directory.byteLength) break;
    const name = new TextDecoder().decode(
      new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameLength),
    );
    if (!entries.has(name)) entries.set(name, entry);
    at += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return entries;
}

async function* unpack(source: DocumentSource, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  if ((entry.flags & 1) === 1) throw new DocumentFailure('it is encrypted');
  if (entry.method !== 0 && entry.method !== 8) {
    throw new DocumentFailure(`its part ${name} is packed by method ${entry.method}, which is not read`);
  }
  const header = toView(await source.read(entry.offset, 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== headerSignature) {
    throw new DocumentFailure(`it is damaged: its part ${name} is not where the directory says`);
  }
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const pieces = readPieces(source, start, entry.packed);
  if (entry.method === 0) return yield* pieces;
  try {
    yield* toStream(pieces).pipeThrough(new DecompressionStream('deflate-raw'));
  } catch (error) {
    if (!(error instanceof TypeError) && !isZlibError(error)) throw error;
    throw new DocumentFailure(`it is cut short or damaged: its part ${name} does not unpack`, {
      cause: error,
    });
  }
}

/** A stream that reads on only when it is read. */
function toStream(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      // No source of bytes here lies in shared memory.
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
}

async function* readPieces(
  source: DocumentSource,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; ) {
    const bytes = await source.read(start + at, Math.min(pieceBytes, length - at));
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
