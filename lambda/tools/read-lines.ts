import * as z from 'zod';
import { readPieces } from '../files/file-pieces.ts';
import type { Call, FileRange, FileStore, VersionChoice } from '../files/file-store.ts';
import { countLines, type TextWindow, takeLastLines, takeWindow } from '../files/text-window.ts';
import { type CursorQuery, toCursor } from './cursor.ts';
import { maxAnswerBytes, type TextFacts, toTextAnswer } from './text-answer.ts';
import { type ContentBlock, ToolFailure } from './tool.ts';

/** How far one call searches for its first line, in bytes: some seconds of requests of 1 MiB. */
const maxSearchedBytes = 64 * 1024 * 1024;

/** Where a cursor of `read_file` goes on: at a place of the very file it was made for, with this line. */
export const linePosition = z.strictObject({
  line: z.int().min(1),
  byte: z.int().min(0),
  target: z.int().min(1),
  etag: z.string(),
});

/** The lines that are wanted of a file. */
export interface WantedLines {
  /** Where the first range begins. */
  readonly from: Pick<z.infer<typeof linePosition>, 'line' | 'byte'>;
  /** The first line wanted. */
  readonly target: number;
  readonly maxLines: number;
  /** What the cursor for the lines after them is bound to. */
  readonly query: CursorQuery;
}

/** Answers lines of a text file, of which the first range was read. Throws `ToolFailure` beyond its last line. */
export async function toLinesAnswer(
  first: FileRange,
  { from, target, maxLines, query }: WantedLines,
  { files, ...choice }: { readonly files: FileStore } & VersionChoice & Call,
): Promise<{ content: ContentBlock[] }> {
  const { size, path, etag } = first.facts;
  const pieces = readPieces(files, first, { maxBytes: maxSearchedBytes, ...choice });
  const bounds = { line: target, maxLines, maxBytes: maxAnswerBytes, size };
  const window = await takeWindow(pieces, from, bounds);
  const { bytes, end, lastLine } = window;
  const isEnd = end.byte >= size;
  if (isEnd && bytes.length === 0 && target > 1) {
    throw new ToolFailure(
      `offset ${target} is beyond the end of "${path}", which has ${lastLine} lines: pass a smaller offset`,
    );
  }
  const lines = bytes.length > 0 && { first_line: window.start.line, last_line: lastLine };
  const position = { ...end, target: Math.max(target, end.line), etag };
  const rest = isEnd
    ? { total_lines: lastLine, truncated: false }
    : { truncated: true, ...toNext(window, target), next_cursor: await toCursor(query, position) };
  const { text, facts } = toTextAnswer(bytes, first.facts, { ...lines, ...rest });
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

/** How the range of a file must be read for its last lines: one byte more than an answer holds. */
export const lastRange = { start: -(maxAnswerBytes + 1), length: maxAnswerBytes + 1 };

/** Answers the last lines of a text file, of which `lastRange` was read. */
export function toLastLinesAnswer(
  { facts: file, start, bytes }: FileRange,
  maxLines: number,
): { content: ContentBlock[] } {
  const isWhole = start === 0;
  const last = takeLastLines(bytes, { maxLines, maxBytes: maxAnswerBytes });
  const count = countLines(last.bytes);
  const total = countLines(bytes);
  const numbers = isWhole &&
    count > 0 && { first_line: total - count + 1, last_line: total, total_lines: total };
  const note = `only ${count} of the last ${maxLines} lines fit: read those before with offset`;
  const { text, facts } = toTextAnswer(last.bytes, file, {
    ...numbers,
    truncated: !last.isComplete,
    ...(!last.isComplete && { note }),
  });
  return { content: [...text, facts] };
}
