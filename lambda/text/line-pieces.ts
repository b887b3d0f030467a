import type { Encoding } from './characters.ts';
import { findNextLine, measureCharacters, unitAt, unitSize } from './characters.ts';

/** Before a line feed it is not part of the line. */
const carriageReturn = 0x0d;

/** A longer line comes in pieces, in bytes. */
const maxLineBytes = 16 * 1024;

/** How much of a piece the next one repeats, so that what is no longer is whole in one of them. */
const overlapBytes = 1024;

/** How far back a cut looks for the end of a word, so that no half of one is taken for a word. */
const maxWordBytes = 256;

/** A line, or a piece of a long one, within bytes. */
export interface LinePiece {
  readonly start: number;
  /** Where its text ends. */
  readonly end: number;
  /** Where the next piece starts. */
  readonly next: number;
  /** False when the next piece belongs to the same line. */
  readonly endsLine: boolean;
}

/**
 * Takes text apart into its lines. A last line without its end is given only with `isEnd`; else it is left, less than
 * 16 KiB of it, for when the bytes behind it are there.
 */
export function* toLinePieces(
  bytes: Uint8Array,
  isEnd: boolean,
  encoding: Encoding = 'utf-8',
): Generator<LinePiece> {
  const unit = unitSize(encoding);
  let start = 0;
  while (start < bytes.length) {
    const found = findNextLine(bytes, start, encoding);
    const end = found < 0 ? bytes.length : found - unit;
    if (end - start > maxLineBytes) {
      const cut = findCut(bytes, { start, end: start + maxLineBytes, encoding }, 0);
      const next = findCut(bytes, { start, end: cut - overlapBytes, encoding }, -1);
      yield { start, end: cut, next, endsLine: false };
      start = next;
    } else {
      if (found < 0 && !isEnd) return;
      const isCrLf = found > 0 && end > start && unitAt(bytes, end - unit, encoding) === carriageReturn;
      const next = found < 0 ? end : found;
      yield { start, end: isCrLf ? end - unit : end, next, endsLine: true };
      start = next;
    }
  }
}

/** A part of a text, and how it is encoded. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly encoding: Encoding;
}

/**
 * Finds where a long line can be cut, at `end` or before it. The unit behind the cut (`side` 0) or before it
 * (`side` -1) is in no word: then the piece has a word boundary at its end only where the line has one. A longer
 * word is cut between two characters.
 */
function findCut(bytes: Uint8Array, { start, end, encoding }: Part, side: 0 | -1): number {
  const unit = unitSize(encoding);
  for (let at = end; at > end - maxWordBytes; at -= unit) {
    if (isNoWord(unitAt(bytes, at + side * unit, encoding))) return at;
  }
  return start + measureCharacters(bytes.subarray(start, end), encoding);
}

/** Tells of an ASCII character that it is none of RE2's `\w`; a unit of any other character is not told of. */
function isNoWord(unit: number): boolean {
  return unit < 0x80 && !/\w/.test(String.fromCharCode(unit));
}
