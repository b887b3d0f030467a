import { showName } from '../../files/file-path.ts';
import type { ContentFound } from '../../search/contents.ts';
import type { FoundFile, SearchEnd, SearchMode } from '../../search/findings.ts';
import { toSearchedLine } from '../../search/fit-lines.ts';
import { mebibyte, searchLimits } from '../../search/limits.ts';
import type { LinePattern } from '../../search/line-pattern.ts';
import type { NamesFound } from '../../search/names.ts';
import type { SearchPosition } from '../../search/plan.ts';
import { maxScanned } from '../../search/scan.ts';
import { describeSkipped, listPaths } from '../../search/skipped.ts';
import { timeLimits } from '../../search/work-time.ts';
import { type CursorQuery, toCursor } from '../input/cursor.ts';
import type { ContentBlock } from '../tool.ts';
import { toNothingThere } from './empty-directory.ts';

/** What a search tells a model, and where it goes on. */
export interface SearchAnswer {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What ended the search early. */
  readonly end?: SearchEnd | undefined;
  readonly position: SearchPosition;
}

/** What the model reads about how a search ended. */
const ends: Readonly<Record<SearchEnd, string>> = {
  matches: 'the limit is reached',
  characters: 'the answer is full',
  time: `${timeLimits.begins / 1_000} seconds are over`,
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

/** Tells of files whose names count. */
export function toNamesAnswer({ paths, scanned, nothing, end, position }: NamesFound): SearchAnswer {
  const isNowhere = scanned === 0 && nothing.length > 0;
  const none = isNowhere ? [] : ['No name matches.'];
  return {
    text: [...(paths.length === 0 ? none : paths.map(showName)), ...nothing.map(toNothingThere)].join('\n'),
    facts: { names: paths.length, scanned },
    end,
    position,
  };
}

/** How a search was asked for, as far as its answer tells of it. */
export interface AskedSearch {
  readonly mode: SearchMode;
  readonly context: number;
  readonly pattern: Pick<LinePattern, 'needsWholeLine' | 'canSpanLines'>;
}

/** Tells of the lines that match, or of their files. */
export function toMatchesAnswer(found: ContentFound, { mode, context, pattern }: AskedSearch): SearchAnswer {
  const { files, searched, skipped, nothing, cut, end, position } = found;
  const longLines = pattern.needsWholeLine ? found.longLines : 0;
  const matches = files.reduce((sum, file) => sum + file.matches, 0);
  const notes = [
    ...(longLines === 0 ? [] : [toLongLines(longLines)]),
    ...(cut.length === 0
      ? []
      : [`only the first ${maxSearched} searched of ${listPaths(cut.map((path) => ({ path })))}`]),
    ...toEncodings(files),
    ...(skipped.length === 0 ? [] : [`not searched: ${describeSkipped(skipped)}`]),
    ...(pattern.canSpanLines ? ['searched line by line: a match that spans lines is not found'] : []),
  ];
  const text = files.length > 0 ? toText(files, { mode, context }) : toNone(found);
  return {
    text: [...text, ...nothing.map(toNothingThere), ...notes.map((note) => `[${note}]`)].join('\n'),
    facts: {
      ...(mode !== 'content' && { files: files.length }),
      ...(mode !== 'files' && { matches }),
      files_searched: searched,
      ...(skipped.length > 0 && { files_skipped: skipped.length }),
    },
    end,
    position,
  };
}

/** Which files were decoded, by encoding: a model that would edit one learns why it cannot. */
function toEncodings(files: readonly FoundFile[]): string[] {
  const decoded = Map.groupBy(files, ({ encoding }) => encoding);
  return Array.from(decoded, ([encoding, found]) =>
    encoding === undefined ? '' : `read as ${encoding}: ${listPaths(found)}`,
  ).filter((note) => note !== '');
}

const maxSearched = `${searchLimits.bytesOfFile / mebibyte} MiB`;

/** What is said instead of matches. Of a file that was not searched nobody knows that no line matches. */
function toNone({ searched, skipped, nothing, end }: ContentFound): string[] {
  if (searched > 0) {
    return [
      skipped.length > 0
        ? `No line matches in the ${searched} files that were searched.`
        : 'No line matches.',
    ];
  }
  if (skipped.length > 0) return ['Nothing was searched.'];
  if (end !== undefined) return ['Nothing was searched yet.'];
  return nothing.length > 0 ? [] : ['There is no file to search.'];
}

function toLongLines(longLines: number): string {
  const lines =
    longLines === 1 ? '1 line longer than 16 KiB was' : `${longLines} lines longer than 16 KiB were`;
  return `${lines} searched in pieces: a match of more than 1 KiB of one can be missing here`;
}

/** The lines of an answer: those that match with their context, with `--` where lines are missing, or the files. */
function toText(files: readonly FoundFile[], { mode, context }: Omit<AskedSearch, 'pattern'>): string[] {
  if (mode === 'files') return files.map(({ path }) => showName(path));
  if (mode === 'count') return files.map(({ path, matches }) => `${showName(path)}: ${matches}`);
  const written: string[] = [];
  for (const { path, lines } of files) {
    let last: number | undefined;
    for (const line of lines) {
      if (context > 0 && written.length > 0 && last !== line.number - 1) written.push('--');
      written.push(toSearchedLine(path, line));
      last = line.number;
    }
  }
  return written;
}
