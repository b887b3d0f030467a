import { measureCharacters } from './detection.ts';

/** A line ends with it, and a carriage return before it is not part of the line. */
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A longer line comes in pieces, in bytes. */
const maxPieceBytes = 16 * 1024;

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
 * Takes UTF-8 text apart into its lines. A last line without its end is given only with `isEnd`; else it is
 * left, less than 16 KiB of it, for when the bytes behind it are there.
 */
export function* toLinePieces(bytes: Uint8Array, isEnd: boolean): Generator<LinePiece> {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > maxPieceBytes) {
      const cut = findCut(bytes, start, start + maxPieceBytes, 0);
      const next = findCut(bytes, start, cut - overlapBytes, -1);
      yield { start, end: cut, next, endsLine: false };
      start = next;
    } else {
      if (found < 0 && !isEnd) return;
      const isCrLf = found > start && bytes[found - 1] === carriageReturn;
      const next = found < 0 ? end : found + 1;
      yield { start, end: isCrLf ? end - 1 : end, next, endsLine: true };
      start = next;
    }
  }
}

/**
 * Finds where a long line can be cut, at `end` or before it. The byte behind the cut (`side` 0) or before it
 * (`side` -1) is in no word: then the piece has a word boundary at its end only where the line has one. A longer
 * word is cut between two characters.
 */
function findCut(bytes: Uint8Array, start: number, end: number, side: 0 | -1): number {
  for (let at = end; at > end - maxWordBytes; at -= 1) {
    if (isNoWord(bytes[at + side] ?? 0)) return at;
  }
  return start + measureCharacters(bytes.subarray(start, end));
}

/** Tells of an ASCII character that it is none of RE2's `\w`; a byte of any other character is not told of. */
function isNoWord(byte: number): boolean {
  return byte < 0x80 && !/\w/.test(String.fromCharCode(byte));
}
