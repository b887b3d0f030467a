import type { FileRange } from '../../files/file-store.ts';
import { type ColumnWindow, takeColumns } from '../../text/columns.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { toCursor } from '../input/cursor.ts';
import type { ContentBlock } from '../tool.ts';
import { type Reading, readInTime, type WantedLines } from './read-lines.ts';
import { type TextFacts, toTextAnswer } from './text-answer.ts';

/** How many of the lines that are cut are named. */
const maxNamed = 20;

/** The columns that are wanted of each line. */
export interface WantedColumns extends WantedLines {
  /** From 1. */
  readonly column: number;
  readonly columns: number;
}

/** Answers columns of lines of a text file, of which the first range was read. Throws as `toLinesAnswer` does. */
export async function toColumnsAnswer(
  first: FileRange,
  { from, target, budget, isNumbered, query, ...wanted }: WantedColumns,
  reading: Reading,
): Promise<{ content: ContentBlock[] }> {
  const { size, path, etag } = first.facts;
  const { encoding } = wanted;
  const { maxTokens } = budget;
  const start = { ...from, passed: from.passed ?? 0 };
  const pieces = readInTime(first, reading);
  const window = await takeColumns(pieces, start, { ...wanted, line: target, maxTokens, size });
  const { lines, firstLine, end, isEnd } = window;
  if (lines.length === 0 && isEnd && target > 1) {
    throw new ToolFailure(`offset ${target} is beyond the end of "${path}": pass a smaller offset`);
  }
  // What was found is text by now, in whatever encoding it stands.
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const piece = { bytes, encoding: 'utf-8', ...(isNumbered && { numbered: firstLine }) } as const;
  const { text, facts } = toTextAnswer(piece, first.facts, {
    ...(encoding !== 'utf-8' && { encoding }),
    ...describeColumns(window, { ...wanted, target }),
    ...(lines.length === 0 &&
      !isEnd && { next_cursor: await toCursor(query, { ...end, target, etag, encoding }) }),
  });
  return { content: [...text, facts] };
}

function describeColumns(
  { lines, firstLine, cutLines, end, isEnd }: ColumnWindow,
  { target, column, columns }: Pick<WantedColumns, 'target' | 'column' | 'columns'>,
): TextFacts {
  if (lines.length === 0) {
    if (isEnd) return { truncated: false };
    const note = `line ${target} was not reached: searched up to line ${end.line}, next_cursor goes on`;
    return { truncated: true, note };
  }
  const last = firstLine + lines.length - 1;
  const behind = column + columns;
  const isBroken = !isEnd && end.line === last && end.passed < behind - 1;
  const notes = [
    ...(isBroken
      ? [`line ${last} was read up to column ${end.passed} only, as the time or the room was over`]
      : []),
    ...(cutLines.length > 0 ? [`cut_lines go on behind these columns: pass column ${behind}`] : []),
  ];
  return {
    first_line: firstLine,
    last_line: last,
    columns: `${column}-${behind - 1}`,
    ...(cutLines.length > 0 && { cut_lines: cutLines.slice(0, maxNamed) }),
    truncated: !isEnd,
    ...(!isEnd && { next_offset: last + 1 }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}
