import type { ContentFound } from '../../search/contents.ts';
import type { Findings, SearchEnd } from '../../search/findings.ts';
import { mebibyte, searchLimits } from '../../search/limits.ts';
import type { SearchPosition } from '../../search/plan.ts';
import { maxScanned } from '../../search/scan.ts';
import { type CursorQuery, toCursor } from '../input/cursor.ts';
import type { ContentBlock } from '../tool.ts';

/** What a search tells a model, and where it goes on. */
export interface SearchAnswer {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What ended the search early. */
  readonly end?: SearchEnd | undefined;
  readonly position: SearchPosition;
  /** How many files, or names, were looked at. */
  readonly looked: number;
}

/** What the model is told of an end. */
const ends: Readonly<Record<SearchEnd, string>> = {
  matches: 'the limit is reached',
  characters: 'the answer is full',
  time: `${searchLimits.milliseconds / 1_000} seconds are over`,
  files: `${searchLimits.files} files are searched`,
  bytes: `${searchLimits.bytes / mebibyte} MiB are searched`,
  names: `${maxScanned} names are scanned`,
};

/** Writes an answer as two blocks: what was found, and one line of JSON facts with the cursor to go on. */
export async function toSearchBlocks(
  query: CursorQuery,
  { text, facts, end, position }: SearchAnswer,
): Promise<{ content: ContentBlock[] }> {
  const rest = end && { stopped: ends[end], next_cursor: await toCursor(query, position) };
  const json = JSON.stringify({ ...facts, complete: end === undefined, ...rest });
  return {
    content: [
      { type: 'text', text },
      { type: 'text', text: json },
    ],
  };
}

/** Tells of matching lines. */
export function toLineAnswer(
  found: ContentFound,
  { context, needsWholeLines }: { readonly context: number; readonly needsWholeLines: boolean },
): SearchAnswer {
  const { files, matches, searched, binary, unreadable, cut, end, position } = found;
  const longLines = needsWholeLines ? found.longLines : 0;
  const text = matches === 0 ? 'No line matches.' : toText(files, context);
  return {
    text: longLines === 0 ? text : `${text}\n[${toWarning(longLines)}]`,
    facts: {
      matches,
      files_searched: searched,
      ...(binary > 0 && { binary_files_skipped: binary }),
      ...(unreadable > 0 && { unreadable_files_skipped: unreadable }),
      ...(longLines > 0 && { long_lines: longLines }),
      ...(cut.length > 0 && { searched_only_in_part: cut }),
    },
    end,
    position,
    looked: searched + binary + unreadable,
  };
}

function toWarning(longLines: number): string {
  const lines =
    longLines === 1 ? '1 line longer than 16 KiB was' : `${longLines} lines longer than 16 KiB were`;
  return `${lines} searched in pieces: a match of more than 1 KiB of one can be missing here`;
}

/** Writes a match as `path:line: text`, a line of context as `path-line- text`, and `--` where lines are missing. */
function toText(files: Findings['files'], context: number): string {
  const written: string[] = [];
  for (const { path, lines } of files) {
    let last: number | undefined;
    for (const { number, text, next } of lines) {
      if (context > 0 && written.length > 0 && last !== number - 1) written.push('--');
      written.push(next ? `${path}:${number}: ${text}` : `${path}-${number}- ${text}`);
      last = number;
    }
  }
  return written.join('\n');
}
