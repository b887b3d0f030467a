import { type Encoding, findNextLine, measureCharacters, unitAt, unitSize } from './characters.ts';
import { decodeText } from './encoding.ts';
import { estimateTokens } from './tokens.ts';
import type { TextPosition } from './window.ts';

const carriageReturn = 0x0d;

/** Which lines and columns are wanted, and how much may be returned. */
export interface ColumnBounds {
  /** The first line wanted. */
  readonly line: number;
  readonly maxLines: number;
  /**
   * The first column wanted, from 1. A column is a UTF-16 code unit of the line; a surrogate pair belongs to the column
   * of its first half.
   */
  readonly column: number;
  readonly columns: number;
  readonly maxTokens: number;
  readonly encoding: Encoding;
  /** The size of the file, in bytes. */
  readonly size: number;
}

/** Where a search for columns continues: after this many columns of its line. */
export interface ColumnPosition extends TextPosition {
  readonly passed: number;
}

/** Some columns of some lines. */
export interface ColumnWindow {
  /** The wanted columns of each line that was found, without line ends. */
  readonly lines: readonly string[];
  /** The number of the first line found. */
  readonly firstLine: number;
  /** The numbers of the lines that continue after the wanted columns. */
  readonly cutLines: readonly number[];
  /** Where the search ended. */
  readonly end: ColumnPosition;
  /** True when it ended at the end of the file. */
  readonly isEnd: boolean;
}

/** A line with the columns of it that were found. */
interface Found {
  readonly number: number;
  text: string;
  isCut: boolean;
}

/**
 * Takes columns out of lines and holds only those columns, so the lines may be of any length. The bytes start at `from`
 * and come in pieces of whole code units. A line whose end was not reached is the last one.
 */
export async function takeColumns(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  from: ColumnPosition,
  { line, maxLines, column, columns, maxTokens, encoding, size }: ColumnBounds,
): Promise<ColumnWindow> {
  const found: Found[] = [];
  let { line: number, byte, passed } = from;
  let tokens = 0;
  let rest = new Uint8Array();

  /** Takes what is wanted from a part of the current line; false when the answer is full. */
  function take(part: string, endsLine: boolean): boolean {
    const start = Math.max(0, column - 1 - passed);
    const end = column - 1 + columns - passed;
    const text = part.slice(toBoundary(part, start), toBoundary(part, Math.max(start, end)));
    tokens += estimateTokens(text) + 1;
    let last = found.at(-1);
    if (last?.number !== number) {
      if (found.length === maxLines || (found.length > 0 && tokens > maxTokens)) return false;
      last = { number, text: '', isCut: false };
      found.push(last);
    }
    last.text += text;
    if (part.length > end) last.isCut = true;
    // After the columns of the last line there is nothing more to look for.
    return endsLine || !(last.isCut && found.length === maxLines);
  }

  for await (const piece of pieces) {
    const bytes = join(rest, piece);
    let at = 0;
    while (at < bytes.length) {
      const next = findNextLine(bytes, at, encoding);
      const isLast = byte + bytes.length - at >= size;
      const end = next >= 0 ? next : isLast ? bytes.length : findEnd(bytes, at, encoding);
      if (number >= line) {
        const { text } = decodeText(bytes.subarray(at, end), encoding);
        const part = next < 0 ? text : text.replace(/\r?\n$/, '');
        if (!take(part, next >= 0)) return toWindow();
        passed += part.length;
      }
      byte += end - at;
      at = end;
      if (next < 0) break;
      number += 1;
      passed = 0;
    }
    rest = bytes.slice(at);
  }
  return toWindow();

  function toWindow(): ColumnWindow {
    return {
      lines: found.map(({ text }) => text),
      firstLine: found[0]?.number ?? number,
      cutLines: found.flatMap((one) => (one.isCut ? [one.number] : [])),
      end: { line: number, byte, passed },
      isEnd: byte >= size,
    };
  }
}

/**
 * Finds where the last whole character ends. A carriage return there is left out, because a line feed may follow it.
 */
function findEnd(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const end = at + measureCharacters(bytes.subarray(at), encoding);
  const last = end - unitSize(encoding);
  return last >= at && unitAt(bytes, last, encoding) === carriageReturn ? last : end;
}

/** The place itself, or the place after the surrogate pair that it would split. */
function toBoundary(text: string, place: number): number {
  const isDivided =
    /[\uDC00-\uDFFF]/.test(text.charAt(place)) && /[\uD800-\uDBFF]/.test(text.charAt(place - 1));
  return isDivided ? place + 1 : place;
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
