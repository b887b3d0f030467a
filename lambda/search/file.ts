import { InvalidPath, readFilePath } from '../files/file-path.ts';
import { readPieces } from '../files/file-pieces.ts';
import { type FileStore, FileStoreError } from '../files/file-store.ts';
import { isText } from '../text/detection.ts';
import { toLinePieces } from '../text/line-pieces.ts';
import { createLineSearch, type FilePosition, type LineSearchOptions, type ShownLine } from './lines.ts';

/** What is read first: enough to tell text from other content, and most files whole. */
const firstBytes = 64 * 1024;

/** What one request reads at most: several files are searched at once, each with some such pieces in memory. */
const maxPieceBytes = 256 * 1024;

/** A file to search, as it was listed. */
export interface SearchedFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

/** What came of searching one file. */
export type FileSearch =
  | {
      readonly kind: 'text';
      readonly lines: readonly ShownLine[];
      /** Where to go on, when the limit or the time ended the search before the file did. */
      readonly next?: FilePosition;
      /** How many lines were searched in pieces. */
      readonly longLines: number;
      /** True when the file is longer than what is searched of it. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'binary' }
  /**
   * It changed or went away since it was listed, lies in an archive, may not be read, or has a name that is no
   * path; with `outage` the store could not answer.
   */
  | { readonly kind: 'unreadable'; readonly outage?: unknown };

/** How a file is searched. */
export interface FileSearchOptions extends LineSearchOptions {
  /** About how many bytes of a file are searched, from its start on. */
  readonly maxBytes: number;
  /** Asked before every line. */
  isOver(): boolean;
  readonly signal: AbortSignal;
}

/** Searches one file, of which it holds not more than some pieces of 256 KiB at a time. */
export async function searchFile(
  files: Pick<FileStore, 'read'>,
  file: SearchedFile,
  options: FileSearchOptions,
): Promise<FileSearch> {
  const { start, maxBytes, signal } = options;
  if (file.size === 0) return { kind: 'text', lines: [], longLines: 0, isCut: false };
  try {
    const { size, etag } = file;
    const path = readFilePath(file.path);
    const first = await files.read(path, { start: start.offset, length: firstBytes, etag, signal });
    const isWhole = first.start + first.bytes.length >= size;
    if (!isText(first.bytes, { start: false, end: !isWhole })) return { kind: 'binary' };
    const pieces = readPieces(files, first, {
      maxBytes: maxBytes - start.offset,
      maxPieceBytes,
      signal,
    });
    return await searchPieces(pieces, file, options);
  } catch (error) {
    if (error instanceof FileStoreError || error instanceof InvalidPath) return { kind: 'unreadable' };
    if (signal.aborted) throw error;
    return { kind: 'unreadable', outage: error };
  }
}

async function searchPieces(
  pieces: AsyncIterable<Uint8Array>,
  { size }: SearchedFile,
  options: FileSearchOptions,
): Promise<FileSearch> {
  const search = createLineSearch(options);
  const decoder = new TextDecoder();
  let end = options.start.offset;
  let rest = new Uint8Array();
  for await (const piece of pieces) {
    const bytes = join(rest, piece);
    const start = end - rest.length;
    end += piece.length;
    let taken = 0;
    for (const line of toLinePieces(bytes, end >= size)) {
      if (search.isDone() || options.isOver()) {
        return toFound({ next: search.position(), isCut: false });
      }
      const text = decoder.decode(bytes.subarray(line.start, line.end));
      search.take(text, { next: start + line.next, endsLine: line.endsLine });
      taken = line.next;
    }
    rest = bytes.subarray(taken);
  }
  const next = search.isMissing() && { next: search.position() };
  return toFound({ ...next, isCut: end < size });

  function toFound(rest: { readonly next?: FilePosition; readonly isCut: boolean }): FileSearch {
    return { kind: 'text', lines: search.lines, longLines: search.countLongLines(), ...rest };
  }
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
