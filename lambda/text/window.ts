import {
  type Encoding,
  findCharacter,
  findLastLine,
  findNextLine,
  measureCharacters,
  unitAt,
  unitSize,
} from './characters.ts';
import { fitEnd, fitStart, type TokenCount } from './token-fit.ts';

/** Ends a line. CRLF ends with it too, and keeps its carriage return. */
const lineFeed = 0x0a;

/** A place in a text file. */
export interface TextPosition {
  /** The number of the line it lies in, from 1. */
  readonly line: number;
  /** How many bytes of the file come before it. */
  readonly byte: number;
}

/** Some lines of a file, byte for byte. */
export interface TextWindow {
  readonly bytes: Uint8Array;
  readonly start: TextPosition;
  readonly end: TextPosition;
  /** The number of the last line that has a byte before `end`; at the end of the file, the number of its lines. */
  readonly lastLine: number;
  /** True when the window ends inside a line that is longer than the window. */
  readonly isCut: boolean;
}

/** The most that a window may hold. */
export interface WindowBounds extends TokenCount {
  readonly maxLines: number;
  /** At least 4, so that any character fits. */
  readonly maxBytes: number;
  /** Tokens, as `estimateTokens` counts them; at least 256, so that a step of `fitStart` fits. */
  readonly maxTokens: number;
}

/**
 * Takes the lines that start at line `line` out of a file's bytes, and stops reading when it has enough. The bytes
 * start at `from` and come in pieces of whole code units. Only whole lines are taken, except for one that is longer
 * than the window: it is cut between two characters. If the pieces end before the line begins, the window is empty and
 * starts where the search ended.
 */
export async function takeWindow(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  from: TextPosition,
  {
    line,
    maxLines,
    maxBytes,
    maxTokens,
    size,
    ...count
  }: WindowBounds & { readonly line: number; readonly size: number },
): Promise<TextWindow> {
  const { encoding } = count;
  let start = from;
  let lastSkipped: number | undefined;
  let taken = new Uint8Array();
  const most = maxBytes - (maxBytes % unitSize(encoding));
  for await (const piece of pieces) {
    const skipped = measureLines(piece, line - start.line, encoding);
    const length = start.line + skipped.lines < line ? piece.length : skipped.length;
    start = { line: start.line + skipped.lines, byte: start.byte + length };
    if (length > 0) lastSkipped = unitAt(piece, length - unitSize(encoding), encoding);
    taken = join(taken, piece.subarray(length), most);
    if (taken.length === most || measureLines(taken, maxLines, encoding).lines === maxLines) break;
  }
  const fitting = taken.subarray(0, fitStart(taken, maxTokens, count));
  const { length, lines, isCut } = measureWindow(
    fitting,
    maxLines,
    encoding,
    start.byte + fitting.length >= size,
  );
  const bytes = taken.subarray(0, length);
  const end = { line: start.line + lines, byte: start.byte + length };
  const last = bytes.length > 0 ? unitAt(bytes, bytes.length - unitSize(encoding), encoding) : lastSkipped;
  const isLineStart = (last ?? lineFeed) === lineFeed;
  return { bytes, start, end, lastLine: isLineStart ? end.line - 1 : end.line, isCut };
}

/** The last lines of a file. */
export interface LastLines {
  readonly bytes: Uint8Array;
  /** True when they are all that were asked for, or all that the file has. */
  readonly isComplete: boolean;
  /** True when they begin inside a line that is longer than the window. */
  readonly isCut: boolean;
}

/**
 * Takes the last lines out of the last bytes of a file. The bytes begin with a whole code unit and must be one unit
 * longer than `maxBytes`, unless the file is shorter. Only whole lines are taken, except when the last line is too
 * long: then the end of it is taken.
 */
export function takeLastLines(
  bytes: Uint8Array,
  { maxLines, maxBytes, maxTokens, ...count }: WindowBounds,
): LastLines {
  const { encoding } = count;
  const unit = unitSize(encoding);
  const fitting = Math.max(0, bytes.length - maxBytes, fitEnd(bytes, maxTokens, count));
  const first = Math.ceil(fitting / unit) * unit;
  let start = bytes.length;
  for (let lines = 0; lines < maxLines && start > 0; lines += 1) {
    const begin = findLastLine(bytes.subarray(0, start), encoding);
    if (begin < first) {
      const isCut = start === bytes.length;
      if (isCut) start = first + findCharacter(bytes.subarray(first), encoding);
      return { bytes: bytes.subarray(start), isComplete: false, isCut };
    }
    start = begin;
  }
  return { bytes: bytes.subarray(start), isComplete: true, isCut: false };
}

/** Counts the lines of a text, including a last one without a line feed. */
export function countLines(bytes: Uint8Array, encoding: Encoding): number {
  const { lines, length } = measureLines(bytes, Number.POSITIVE_INFINITY, encoding);
  return length < bytes.length ? lines + 1 : lines;
}

/** Counts the line feeds of a text. */
export function countLineEnds(bytes: Uint8Array, encoding: Encoding): number {
  return measureLines(bytes, Number.POSITIVE_INFINITY, encoding).lines;
}

/** Measures at most `maxLines` whole lines, each with its line feed. */
function measureLines(
  bytes: Uint8Array,
  maxLines: number,
  encoding: Encoding,
): { lines: number; length: number } {
  let lines = 0;
  let length = 0;
  while (lines < maxLines) {
    const next = findNextLine(bytes, length, encoding);
    if (next < 0) break;
    length = next;
    lines += 1;
  }
  return { lines, length };
}

function measureWindow(bytes: Uint8Array, maxLines: number, encoding: Encoding, endsFile: boolean) {
  const { lines, length } = measureLines(bytes, maxLines, encoding);
  if (lines < maxLines && endsFile) return { lines, length: bytes.length, isCut: false };
  if (length > 0) return { lines, length, isCut: false };
  const characters = measureCharacters(bytes, encoding);
  return { lines, length: characters, isCut: characters > 0 };
}

function join(one: Uint8Array<ArrayBuffer>, other: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const added = other.subarray(0, maxBytes - one.length);
  const joined = new Uint8Array(one.length + added.length);
  joined.set(one);
  joined.set(added, one.length);
  return joined;
}
