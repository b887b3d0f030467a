import { measureCharacters } from './text-detection.ts';

/** A line ends with it, and a carriage return before it is not part of the line. */
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A longer line comes in pieces, in bytes. */
const maxPieceBytes = 16 * 1024;

/** How much of a piece the next one repeats, so that what is no longer is whole in one of them. */
const overlapBytes = 1024;

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
      const cut = start + measureCharacters(bytes.subarray(start, start + maxPieceBytes));
      const next = start + measureCharacters(bytes.subarray(start, cut - overlapBytes));
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
