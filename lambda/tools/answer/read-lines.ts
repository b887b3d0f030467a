import * as z from 'zod';
import { readPieces } from '../../files/file-pieces.ts';
import type { Call, FileRange, FileStore, VersionChoice } from '../../files/file-store.ts';
import { type Encoding, unitSize } from '../../text/characters.ts';
import { isText } from '../../text/detection.ts';
import { findEncoding, isBinary } from '../../text/encoding.ts';
import { countLines, type TextWindow, takeLastLines, takeWindow } from '../../text/window.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { type CursorQuery, toCursor } from '../input/cursor.ts';
import { etagInCursor } from '../input/write-condition.ts';
import type { ContentBlock } from '../tool.ts';
import { type AnswerBudget, type TextFacts, toTextAnswer } from './text-answer.ts';

/** How far one call searches for its first line, in bytes: some seconds of requests of 1 MiB. */
const maxSearchedBytes = 64 * 1024 * 1024;

/** A cursor stands where the beginning of the file, which tells its encoding, is not read again. */
const encodingInCursor = z.enum(['utf-8', 'utf-16le', 'utf-16be']);

/** What is read, and by which calls. */
export type Reading = { readonly files: FileStore } & VersionChoice & Call;

/** Finds the encoding of a file of which a range was read, or `undefined` for a binary one. At most one request. */
export async function findEncodingOf(
  { facts, start, bytes }: FileRange,
  { files, ...choice }: Reading,
): Promise<Encoding | undefined> {
  if (start === 0) return findEncoding(bytes);
  if (isText(bytes, { start: true, end: start + bytes.length < facts.size })) return 'utf-8';
  const beginning = await files.read(facts.path, { start: 0, length: 1024, etag: facts.etag, ...choice });
  const encoding = findEncoding(beginning.bytes);
  return encoding === 'utf-8' && isBinary(bytes) ? undefined : encoding;
}

/** Where a cursor of `read_file` goes on: at a place of the very file it was made for, with this line. */
export const linePosition = z.strictObject({
  line: z.int().min(1),
  byte: z.int().min(0),
  target: z.int().min(1),
  etag: etagInCursor,
  encoding: encodingInCursor,
});

/** The lines that are wanted of a file. */
export interface WantedLines {
  /** Where the first range begins. */
  readonly from: Pick<z.infer<typeof linePosition>, 'line' | 'byte'>;
  /** The first line wanted. */
  readonly target: number;
  readonly maxLines: number;
  readonly budget: AnswerBudget;
  readonly encoding: Encoding;
  /** What the cursor for the lines after them is bound to. */
  readonly query: CursorQuery;
}

/** Answers lines of a text file, of which the first range was read. Throws `ToolFailure` beyond its last line. */
export async function toLinesAnswer(
  first: FileRange,
  { from, target, maxLines, budget, encoding, query }: WantedLines,
  { files, ...choice }: Reading,
): Promise<{ content: ContentBlock[] }> {
  const { size, path, etag } = first.facts;
  const pieces = readPieces(files, first, { maxBytes: maxSearchedBytes, ...choice });
  const bounds = { line: target, maxLines, ...budget, encoding, size };
  const window = await takeWindow(pieces, from, bounds);
  const { bytes, end, lastLine } = window;
  const isEnd = end.byte >= size;
  if (isEnd && bytes.length === 0 && target > 1) {
    throw new ToolFailure(
      `offset ${target} is beyond the end of "${path}", which has ${lastLine} lines: pass a smaller offset`,
    );
  }
  const lines = bytes.length > 0 && { first_line: window.start.line, last_line: lastLine };
  const position = { ...end, target: Math.max(target, end.line), etag, encoding };
  const rest = isEnd
    ? { total_lines: lastLine, truncated: false }
    : { truncated: true, ...toNext(window, target), next_cursor: await toCursor(query, position) };
  const { text, facts } = toTextAnswer(bytes, encoding, first.facts, { ...lines, ...rest });
  return { content: [...text, facts] };
}

function toNext({ bytes, end, isCut }: TextWindow, target: number): Partial<TextFacts> {
  if (bytes.length === 0) {
    return { note: `line ${target} was not reached: searched up to line ${end.line}, next_cursor goes on` };
  }
  if (!isCut) return { next_offset: end.line };
  const note = `line ${end.line} is cut: next_cursor goes on inside it, next_offset after it`;
  return { next_offset: end.line + 1, note };
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
export interface WantedLastLines {
  readonly before?: number | undefined;
  readonly maxLines: number;
  readonly budget: AnswerBudget;
  readonly encoding: Encoding;
  /** What the cursor for the lines before them is bound to. */
  readonly query: CursorQuery;
}

/** Answers the last lines of a text file, of which `toLastRange` was read. */
export async function toLastLinesAnswer(
  range: FileRange,
  { before, maxLines, budget, encoding, query }: WantedLastLines,
): Promise<{ content: ContentBlock[] }> {
  const { facts: file, start, bytes } = alignUnits(range, encoding);
  const last = takeLastLines(bytes, { maxLines, ...budget, encoding });
  const count = countLines(last.bytes, encoding);
  const total = countLines(bytes, encoding);
  const numbers = start === 0 && count > 0 && { first_line: total - count + 1, last_line: total };
  const rest = !last.isComplete && {
    note: last.isCut
      ? 'the line is cut at its start: next_cursor reads what comes before'
      : `only ${count} of the last ${maxLines} lines fit: next_cursor reads those before`,
    next_cursor: await toCursor(query, {
      before: start + bytes.length - last.bytes.length,
      lines: last.isCut ? maxLines : maxLines - count,
      etag: file.etag,
      encoding,
    }),
  };
  const { text, facts } = toTextAnswer(last.bytes, encoding, file, {
    ...numbers,
    ...(numbers && before === undefined && { total_lines: total }),
    truncated: !last.isComplete,
    ...rest,
  });
  return { content: [...text, facts] };
}

/** Leaves away the first byte of a range that begins inside of a unit. */
function alignUnits({ facts, start, bytes }: FileRange, encoding: Encoding): FileRange {
  const offset = start % unitSize(encoding);
  return { facts, start: start + offset, bytes: bytes.subarray(offset) };
}
