import * as z from 'zod';
import { readPieces } from '../../files/file-pieces.ts';
import type { FileRange, FileStore, VersionChoice } from '../../files/file-store.ts';
import type { WorkTime } from '../../search/work-time.ts';
import { type Encoding, unitSize } from '../../text/characters.ts';
import { isText } from '../../text/detection.ts';
import { findEncoding, isBinary } from '../../text/encoding.ts';
import {
  countLineEnds,
  countLines,
  type LastLines,
  type TextWindow,
  takeLastLines,
  takeWindow,
} from '../../text/window.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { type CursorQuery, toCursor } from '../input/cursor.ts';
import { etagInCursor } from '../input/write-condition.ts';
import type { ContentBlock } from '../tool.ts';
import { type AnswerBudget, type TextFacts, toTextAnswer } from './text-answer.ts';

/** How far one call searches for its first line, in bytes: some seconds of requests of 1 MiB. */
export const maxSearchedBytes = 64 * 1024 * 1024;

/** Up to this place in a file the lines before the last ones are counted, in bytes: by one request. */
const maxCountedBytes = 1024 * 1024;

/** A cursor stands where the beginning of the file, which tells its encoding, is not read again. */
const encodingInCursor = z.enum(['utf-8', 'utf-16le', 'utf-16be']);

/** What is read, by which calls, and until when. */
export type Reading = { readonly files: FileStore; readonly time: WorkTime } & VersionChoice;

/** Finds the encoding of a file of which a range was read, or `undefined` for a binary one. At most one request. */
export async function findEncodingOf(
  { facts, start, bytes }: FileRange,
  { files, time, ...choice }: Reading,
): Promise<Encoding | undefined> {
  if (start === 0) return findEncoding(bytes);
  if (isText(bytes, { start: true, end: start + bytes.length < facts.size })) return 'utf-8';
  const asked = { start: 0, length: 1024, etag: facts.etag, signal: time.signal, ...choice };
  const encoding = findEncoding((await files.read(facts.path, asked)).bytes);
  return encoding === 'utf-8' && isBinary(bytes) ? undefined : encoding;
}

/**
 * Reads on through a file after its first range, at most 64 MiB of it. When the time is over it ends with what was
 * read until then, and the first range is always part of it.
 */
export async function* readInTime(
  first: FileRange,
  { files, time, ...choice }: Reading,
): AsyncGenerator<Uint8Array> {
  const bounds = { maxBytes: maxSearchedBytes, signal: time.signal, ...choice };
  try {
    for await (const piece of readPieces(files, first, bounds)) {
      yield piece;
      if (time.isOver()) return;
    }
  } catch (error) {
    if (!time.isGivenUp()) throw error;
  }
}

/** Where a cursor of `read_file` goes on: at a place of the very file it was made for, with this line. */
export const linePosition = z.strictObject({
  line: z.int().min(1),
  byte: z.int().min(0),
  target: z.int().min(1),
  etag: etagInCursor,
  encoding: encodingInCursor,
  /** How many columns of the line come before the place. */
  passed: z.int().min(0).optional(),
});

/** The lines that are wanted of a file. */
export interface WantedLines {
  /** Where the first range begins. */
  readonly from: Pick<z.infer<typeof linePosition>, 'line' | 'byte' | 'passed'>;
  /** The first line wanted. */
  readonly target: number;
  readonly maxLines: number;
  readonly budget: AnswerBudget;
  readonly encoding: Encoding;
  /** Whether each line begins with its number. */
  readonly isNumbered: boolean;
  /** What the cursor for the lines after them is bound to. */
  readonly query: CursorQuery;
}

/** Answers lines of a text file, of which the first range was read. Throws `ToolFailure` beyond its last line. */
export async function toLinesAnswer(
  first: FileRange,
  { from, target, maxLines, budget, encoding, isNumbered, query }: WantedLines,
  reading: Reading,
): Promise<{ content: ContentBlock[] }> {
  const { size, etag } = first.facts;
  const bounds = { line: target, maxLines, ...budget, encoding, size };
  const window = await takeWindow(readInTime(first, reading), from, bounds);
  const { bytes, start, end } = window;
  const cursor = end.byte < size && {
    next_cursor: await toCursor(query, { ...end, target: Math.max(target, end.line), etag, encoding }),
  };
  const piece = { bytes, encoding, ...(isNumbered && { numbered: start.line }) };
  const { text, facts } = toTextAnswer(piece, first.facts, {
    ...describeWindow(window, first, target, 'next_cursor'),
    ...cursor,
  });
  return { content: [...text, facts] };
}

/**
 * Says which lines a window holds, and how to go on: with the offset, or inside of a line by `goesOn`. Throws
 * `ToolFailure` for a window beyond the last line.
 */
export function describeWindow(
  { bytes, start, end, lastLine, isCut }: TextWindow,
  { facts: { path, size } }: FileRange,
  target: number,
  goesOn: string,
): TextFacts {
  const isEnd = end.byte >= size;
  if (isEnd && bytes.length === 0 && target > 1) {
    throw new ToolFailure(
      `offset ${target} is beyond the end of "${path}", which has ${lastLine} lines: pass a smaller offset`,
    );
  }
  const lines = bytes.length > 0 && { first_line: start.line, last_line: lastLine };
  if (isEnd) return { ...lines, total_lines: lastLine, truncated: false };
  if (bytes.length === 0) {
    const note = `line ${target} was not reached: searched up to line ${end.line}, ${goesOn} goes on`;
    return { truncated: true, note };
  }
  if (!isCut) return { ...lines, truncated: true, next_offset: end.line };
  const note = `line ${end.line} is cut: ${goesOn} goes on inside it, next_offset after it`;
  return { ...lines, truncated: true, next_offset: end.line + 1, note };
}

/** Where a cursor of `tail` goes on: before a place of the very file it was made for, with so many lines. */
export const lastPosition = z.strictObject({
  before: z.int().min(1),
  lines: z.int().min(1),
  etag: etagInCursor,
  encoding: encodingInCursor,
});

/**
 * How the last lines before a place, or the end of a file, must be read: one unit more than an answer holds, and one
 * byte, with which it may begin between two units.
 */
export function toLastRange(
  { maxBytes }: AnswerBudget,
  before?: number,
): { readonly start: number; readonly length: number } {
  const length = Math.min(before ?? Number.POSITIVE_INFINITY, maxBytes + 3);
  return { start: (before ?? 0) - length, length };
}

/** The last lines that are wanted of a file, or of what comes before a place in it. */
export interface WantedLastLines extends Omit<WantedLines, 'from' | 'target'> {
  readonly before?: number | undefined;
}

/** Answers the last lines of a text file, of which `toLastRange` was read. */
export async function toLastLinesAnswer(
  range: FileRange,
  { before, maxLines, budget, encoding, isNumbered, query }: WantedLastLines,
  reading: Reading,
): Promise<{ content: ContentBlock[] }> {
  const aligned = alignUnits(range, encoding);
  const { facts: file, start, bytes } = aligned;
  const last = takeLastLines(bytes, { maxLines, ...budget, encoding });
  const first = await findLineNumber(aligned, last.bytes, encoding, reading);
  const count = countLines(last.bytes, encoding);
  const piece = { bytes: last.bytes, encoding, ...(isNumbered && { numbered: first }) };
  const place = start + bytes.length - last.bytes.length;
  const lines = last.isCut ? maxLines : maxLines - count;
  const { text, facts } = toTextAnswer(piece, file, {
    ...describeLastLines(
      { first, count, isWhole: before === undefined },
      last,
      maxLines,
      'next_cursor reads',
    ),
    ...(!last.isComplete && {
      next_cursor: await toCursor(query, { before: place, lines, etag: file.etag, encoding }),
    }),
  });
  return { content: [...text, facts] };
}

/** Says which lines the last ones are, or why that is not known, and by which means those before them are read. */
export function describeLastLines(
  {
    first,
    count,
    isWhole,
  }: { readonly first: number | undefined; readonly count: number; readonly isWhole: boolean },
  { isComplete, isCut }: LastLines,
  maxLines: number,
  goesOn: string,
): TextFacts {
  const last = (first ?? 1) + count - 1;
  const numbers = first !== undefined &&
    count > 0 && { first_line: first, last_line: last, ...(isWhole && { total_lines: last }) };
  const notes = [
    ...(isCut ? [`the line is cut at its start: ${goesOn} what comes before`] : []),
    ...(isComplete || isCut
      ? []
      : [`only ${count} of the last ${maxLines} lines fit: ${goesOn} those before`]),
    ...(first === undefined ? ['the lines are not numbered: too much comes before them to be counted'] : []),
  ];
  return { ...numbers, truncated: !isComplete, ...(notes.length > 0 && { note: notes.join('; ') }) };
}

/**
 * The number of the first of the last lines in a range, or `undefined` where that costs too much: it takes a request
 * where the range does not begin with the file, and without `reading` none is made.
 */
export async function findLineNumber(
  { facts: { path, etag }, start, bytes }: FileRange,
  last: Uint8Array,
  encoding: Encoding,
  reading?: Reading,
): Promise<number | undefined> {
  const inRange = countLineEnds(bytes.subarray(0, bytes.length - last.length), encoding) + 1;
  if (start === 0) return inRange;
  if (!reading || start > maxCountedBytes || reading.time.isOver()) return undefined;
  const { files, time, ...choice } = reading;
  const asked = { start: 0, length: start, etag, signal: time.signal, ...choice };
  const before = await files.read(path, asked).catch((error: unknown) => {
    if (time.isGivenUp()) return undefined;
    throw error;
  });
  return before && countLineEnds(before.bytes, encoding) + inRange;
}

/** Leaves away the first byte of a range that begins inside of a unit. */
export function alignUnits({ facts, start, bytes }: FileRange, encoding: Encoding): FileRange {
  const offset = start % unitSize(encoding);
  return { facts, start: start + offset, bytes: bytes.subarray(offset) };
}
