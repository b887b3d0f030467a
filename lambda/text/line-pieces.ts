import type { Encoding } from './characters.ts';
import { findNextLine, measureCharacters, unitAt, unitSize } from './characters.ts';

/** Before a line feed, it is not part of the line. */
const carriageReturn = 0x0d;

/** Lines longer than this, in bytes, are split into pieces. */
const maxLineBytes = 16 * 1024;

/** How many bytes of a piece the next one repeats, so that any shorter text is whole in one of them. */
const overlapBytes = 1024;

/** How many bytes a cut looks back for the end of a word, so that half a word is not taken for a whole one. */
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
 * Splits text into its lines. A last line without a line end is yielded only if `isEnd` is set; otherwise it is left
 * (less than 16 KiB of it) until the bytes after it arrive.
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
 * Finds where a long line can be cut, at `end` or before it. The unit after the cut (`side` 0) or before it (`side` -1)
 * belongs to no word, so the piece has a word boundary at its end only where the line has one. A word that is too long
 * is cut between two characters.
 */
function findCut(bytes: Uint8Array, { start, end, encoding }: Part, side: 0 | -1): number {
  const unit = unitSize(encoding);
  for (let at = end; at > end - maxWordBytes; at -= unit) {
    if (isNoWord(unitAt(bytes, at + side * unit, encoding))) return at;
  }
  return start + measureCharacters(bytes.subarray(start, end), encoding);
}

/** Tells whether a unit is an ASCII character that RE2's `\w` does not match. False for every other character. */
function isNoWord(unit: number): boolean {
  return unit < 0x80 && !/\w/.test(String.fromCharCode(unit));
}
