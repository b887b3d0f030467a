import { showName } from '../../files/file-path.ts';
import { type CursorQuery, toCursor } from '../input/cursor.ts';
import type { ContentBlock } from '../tool.ts';
import type { FailedFile } from './each-file.ts';

/** What a call that worked on many files reports. */
export interface ChangesReport {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly failed: readonly FailedFile[];
  /** The name after which the next call continues; absent when no file is left. */
  readonly next: string | undefined;
}

/** Writes a number of things: `1 file`, `2 files`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Answers in two blocks: the text with a line for each failure, and JSON facts with the next cursor. */
export async function toChangesAnswer(
  query: CursorQuery,
  { text, facts, failed, next }: ChangesReport,
): Promise<{ content: ContentBlock[] }> {
  const failures =
    failed.length === 0
      ? []
      : [
          'Failed; unchanged unless it says otherwise:',
          ...failed.map(({ path, reason }) => `${showName(path)}: ${reason}`),
        ];
  const rest = next !== undefined && { next_cursor: await toCursor(query, { after: next }) };
  const json = JSON.stringify({
    ...facts,
    ...(failed.length > 0 && { failed: failed.length }),
    complete: next === undefined,
    ...rest,
  });
  return {
    content: [[text, ...failures].join('\n'), json].map((part) => ({ type: 'text', text: part })),
  };
}
