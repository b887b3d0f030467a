import { InvalidPath, readFilePath } from '../files/file-path.ts';
import { readPieces } from '../files/file-pieces.ts';
import {
  type FileRange,
  type FileStore,
  FileStoreError,
  type FileStoreFailure,
} from '../files/file-store.ts';
import type { Encoding } from '../text/characters.ts';
import { type DecodedText, decodeText, findEncoding } from '../text/encoding.ts';
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

/** The first read of a file: enough to tell text from binary, and most files whole. */
const firstBytes = 64 * 1024;

/** The largest read. Several files are searched at once, each with a few such pieces in memory. */
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
  /** Where to continue; absent when the file was searched to its end. */
  readonly next?: FilePosition;
  /** How many lines were searched in pieces. */
  readonly longLines: number;
  /** True when the file is longer than what is searched of it. */
  readonly isCut: boolean;
  /** How a line that matches was read, if that was not UTF-8. */
  readonly encoding?: ForeignEncoding | undefined;
}

/** An encoding in which a file is searched, but not edited. */
export type ForeignEncoding = Exclude<DecodedText['encoding'], 'utf-8'>;

/** What came of searching one file. */
export type FileSearch =
  | SearchedText
  /** It was not searched; `cause` is the failure, if there was one. */
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly cause?: unknown }
  /** The time was over before anything of it was searched. */
  | { readonly kind: 'late' };

/** Searches the documents of one call. */
export interface DocumentSearch {
  /** Answers undefined for a file that is no document, or one that is searched as the text that it is. */
  search(
    files: Pick<FileStore, 'read'>,
    first: FileRange,
    options: FileSearchOptions,
  ): Promise<FileSearch | undefined>;
  /** Ends what reads them. */
  close(): Promise<void>;
}

/** How a file is searched. */
export interface FileSearchOptions extends LineSearchOptions {
  /** About how many bytes of a file are searched, from its start on. */
  readonly maxBytes: number;
  readonly time: Pick<WorkTime, 'isOver' | 'isUp' | 'isGivenUp'>;
  readonly signal: AbortSignal;
  /** How documents are searched. @default as other files that are not text */
  readonly documents?: DocumentSearch | undefined;
}

/**
 * Searches one file, of which it holds no more than a few pieces of 256 KiB at a time. When the time is over it stops
 * where it is. A piece that arrives only then is still searched, so that slow storage makes progress.
 */
export async function searchFile(
  files: Pick<FileStore, 'read'>,
  file: SearchedFile,
  options: FileSearchOptions,
): Promise<FileSearch> {
  const { start, maxBytes, time, signal } = options;
  let search = createLineSearch(options);
  if (file.size === 0) return toFound(search, { isCut: false });
  try {
    const { size, etag } = file;
    const path = readFilePath(file.path);
    // A file in which the search continues is known to be text.
    const length = start.offset === 0 ? firstBytes : maxPieceBytes;
    const first = await files.read(path, { start: start.offset, length, etag, signal });
    const encoding = start.offset === 0 ? findEncoding(first.bytes) : (start.encoding ?? 'utf-8');
    if (encoding === undefined || mayBeDocument(first)) {
      const found = await options.documents?.search(files, first, options);
      if (found) return found;
    }
    if (encoding === undefined) return { kind: 'skipped', reason: 'binary' };
    if (encoding !== 'utf-8') search = createLineSearch({ ...options, start: { ...start, encoding } });
    const bounds = { maxBytes: maxBytes - start.offset, maxPieceBytes, signal };
    const pieces = readPieces(files, first, bounds);
    return await searchPieces(search, pieces, { size, from: start.offset, encoding, time });
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

/** Mail is text, a PDF can pass for text, and where a search goes on in a file its beginning is not known. */
function mayBeDocument({ facts, start, bytes }: FileRange): boolean {
  if (/\.(eml|pdf)$/i.test(facts.path)) return true;
  if (start > 0) return /\.(docx|xlsx|pptx|odt|ods|docm|xlsm|pptm)$/i.test(facts.path);
  return String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-';
}

function toReason({ code }: FileStoreFailure): SkipReason {
  if (code === 'wrong_clock') return 'denied';
  return code === 'denied' || code === 'archived' ? code : 'changed';
}

async function searchPieces(
  search: LineSearch,
  pieces: AsyncIterable<Uint8Array>,
  {
    size,
    from,
    encoding,
    time,
  }: Pick<SearchedFile, 'size'> &
    Pick<FileSearchOptions, 'time'> & { readonly from: number; readonly encoding: Encoding },
): Promise<FileSearch> {
  let end = from;
  let rest = new Uint8Array();
  let found: ForeignEncoding | undefined;
  for await (const piece of pieces) {
    const bytes = join(rest, piece);
    const start = end - rest.length;
    end += piece.length;
    let taken = 0;
    const isLate = time.isOver();
    for (const line of toLinePieces(bytes, end >= size, encoding)) {
      const isOver = isLate ? time.isUp() : time.isOver();
      if (search.isDone() || (isOver && search.hasBegun())) return pause();
      const decoded = decodeText(bytes.subarray(line.start, line.end), encoding);
      const before = search.countMatches();
      // A byte order mark is not part of the first line.
      const text = start + line.start === 0 ? decoded.text.replace(/^\ufeff/, '') : decoded.text;
      search.take(text, { next: start + line.next, endsLine: line.endsLine });
      if (decoded.encoding !== 'utf-8' && search.countMatches() > before) found = decoded.encoding;
      taken = line.next;
    }
    rest = bytes.subarray(taken);
    if (end < size && search.hasBegun() && time.isOver()) return pause();
  }
  const next = search.isMissing() && { next: search.position() };
  return toFound(search, { ...next, isCut: end < size, encoding: found });

  function pause(): FileSearch {
    return toFound(search, { next: search.position(), isCut: false, encoding: found });
  }
}

function toFound(search: LineSearch, rest: Pick<SearchedText, 'next' | 'isCut' | 'encoding'>): SearchedText {
  const { lines } = search;
  return { kind: 'text', lines, matches: search.countMatches(), longLines: search.countLongLines(), ...rest };
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
