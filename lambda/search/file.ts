import { InvalidPath, readFilePath } from '../files/file-path.ts';
import { readPieces } from '../files/file-pieces.ts';
import { type FileStore, FileStoreError, type FileStoreFailure } from '../files/file-store.ts';
import { isText } from '../text/detection.ts';
import { toLinePieces } from '../text/line-pieces.ts';
import {
  createLineSearch,
  type FilePosition,
  type LineSearch,
  type LineSearchOptions,
  type ShownLine,
} from './lines.ts';
import type { SkipReason } from './skipped.ts';
import type { WorkTime } from './work-time.ts';

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

/** What was found in a text file. */
export interface SearchedText {
  readonly kind: 'text';
  readonly lines: readonly ShownLine[];
  /** How many lines match, shown or not. */
  readonly matches: number;
  /** Where to go on, when the limit or the time ended the search before the file did. */
  readonly next?: FilePosition;
  /** How many lines were searched in pieces. */
  readonly longLines: number;
  /** True when the file is longer than what is searched of it. */
  readonly isCut: boolean;
}

/** What came of searching one file. */
export type FileSearch =
  | SearchedText
  /** It was not searched, by this failure if there was one. */
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly cause?: unknown }
  /** The time was over before anything of it was searched. */
  | { readonly kind: 'late' };

/** How a file is searched. */
export interface FileSearchOptions extends LineSearchOptions {
  /** About how many bytes of a file are searched, from its start on. */
  readonly maxBytes: number;
  readonly time: Pick<WorkTime, 'isOver' | 'isUp' | 'isGivenUp'>;
  readonly signal: AbortSignal;
}

/**
 * Searches one file, of which it holds not more than some pieces of 256 KiB at a time. When the time is over it ends
 * where it is; a piece that comes only then is searched nevertheless, so that slow storage does not stop it.
 */
export async function searchFile(
  files: Pick<FileStore, 'read'>,
  file: SearchedFile,
  options: FileSearchOptions,
): Promise<FileSearch> {
  const { start, maxBytes, time, signal } = options;
  const search = createLineSearch(options);
  if (file.size === 0) return toFound(search, { isCut: false });
  try {
    const { size, etag } = file;
    const path = readFilePath(file.path);
    // Where the search goes on in a file, that is known to be text.
    const length = start.offset === 0 ? firstBytes : maxPieceBytes;
    const first = await files.read(path, { start: start.offset, length, etag, signal });
    const isWhole = first.start + first.bytes.length >= size;
    if (!isText(first.bytes, { start: false, end: !isWhole })) return { kind: 'skipped', reason: 'binary' };
    const bounds = { maxBytes: maxBytes - start.offset, maxPieceBytes, signal };
    return await searchPieces(search, readPieces(files, first, bounds), file, options);
  } catch (error) {
    if (error instanceof InvalidPath) return { kind: 'skipped', reason: 'name' };
    if (error instanceof FileStoreError) {
      return { kind: 'skipped', reason: toReason(error.failure), cause: error };
    }
    if (time.isGivenUp()) {
      return search.hasBegun()
        ? toFound(search, { next: search.position(), isCut: false })
        : { kind: 'late' };
    }
    if (signal.aborted) throw error;
    return { kind: 'skipped', reason: 'outage', cause: error };
  }
}

function toReason({ code }: FileStoreFailure): SkipReason {
  return code === 'denied' || code === 'archived' ? code : 'changed';
}

async function searchPieces(
  search: LineSearch,
  pieces: AsyncIterable<Uint8Array>,
  { size }: SearchedFile,
  { start: from, time }: FileSearchOptions,
): Promise<FileSearch> {
  const decoder = new TextDecoder();
  let end = from.offset;
  let rest = new Uint8Array();
  for await (const piece of pieces) {
    const bytes = join(rest, piece);
    const start = end - rest.length;
    end += piece.length;
    let taken = 0;
    const isLate = time.isOver();
    for (const line of toLinePieces(bytes, end >= size)) {
      const isOver = isLate ? time.isUp() : time.isOver();
      if (search.isDone() || (isOver && search.hasBegun())) {
        return toFound(search, { next: search.position(), isCut: false });
      }
      const text = decoder.decode(bytes.subarray(line.start, line.end));
      search.take(text, { next: start + line.next, endsLine: line.endsLine });
      taken = line.next;
    }
    rest = bytes.subarray(taken);
    if (end < size && search.hasBegun() && time.isOver()) {
      return toFound(search, { next: search.position(), isCut: false });
    }
  }
  const next = search.isMissing() && { next: search.position() };
  return toFound(search, { ...next, isCut: end < size });
}

function toFound(search: LineSearch, rest: Pick<SearchedText, 'next' | 'isCut'>): SearchedText {
  const { lines } = search;
  return { kind: 'text', lines, matches: search.countMatches(), longLines: search.countLongLines(), ...rest };
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
