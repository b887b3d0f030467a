import type { Encoding } from '../text/characters.ts';
import type { LinePattern } from './line-pattern.ts';

/** What is shown of a line at most, in characters. */
const maxShown = 300;

/** What is shown of a longer line before the match in it, in characters. */
const shownBefore = 100;

/** Where a search continues in a file. */
export interface FilePosition {
  /** How many bytes of the file come before it. */
  readonly offset: number;
  /** The number of the line that starts there, from 1. */
  readonly line: number;
  /** The first line that can match; earlier ones are only context. */
  readonly from: number;
  /** True when it lies inside that line. */
  readonly isInside?: boolean | undefined;
  /** The encoding of the file, if it is not UTF-8. */
  readonly encoding?: Exclude<Encoding, 'utf-8'> | undefined;
}

/** The start of a file. */
export const fileStart: FilePosition = { offset: 0, line: 1, from: 1 };

/** A line that a search shows. */
export interface ShownLine {
  readonly number: number;
  readonly text: string;
  /** Where it stands in a document: a page and its number there, or a cell. */
  readonly place?: { readonly label: string; readonly number?: number } | undefined;
  /** Where to continue after this line. Only matches have it; other lines are context. */
  readonly next?: FilePosition;
}

/** How much of a file is shown. */
export interface LineBounds {
  /** Lines before and after each match. */
  readonly context: number;
  /** Matches, at least 1. */
  readonly limit: number;
}

/** What is searched for in one file, and how much is shown. */
export interface LineSearchOptions {
  readonly pattern: LinePattern;
  /** Without it matches are only counted. */
  readonly shown: LineBounds | undefined;
  readonly start: FilePosition;
}

/** A search through the lines of one file, which it is given one by one. */
export interface LineSearch {
  /** Takes the next line, or piece of a line; `next` is the offset of what follows it. */
  take(text: string, piece: { next: number; endsLine: boolean }): void;
  /** What was found so far, in the order of the lines, each line once. */
  readonly lines: readonly ShownLine[];
  /** True when the limit is reached and the context of the last match is complete. */
  isDone(): boolean;
  /** True when the limit is reached and lines after it were taken, which may match too. */
  isMissing(): boolean;
  /** Where to continue after what was searched. */
  position(): FilePosition;
  /** True when anything was taken. */
  hasBegun(): boolean;
  /** How many lines match. */
  countMatches(): number;
  /** How many lines were searched in pieces. */
  countLongLines(): number;
}

interface RecentLine {
  readonly number: number;
  readonly text: string;
  readonly offset: number;
}

/** Creates the search of one file, which keeps only the lines that it shows. */
export function createLineSearch({ pattern, shown: bounds, start }: LineSearchOptions): LineSearch {
  const { context, limit } = bounds ?? { context: 0, limit: Number.POSITIVE_INFINITY };
  const lines: ShownLine[] = [];
  /** The last whole lines, as many as the context has. */
  let recent: readonly RecentLine[] = [];
  /** The line of which only a part was taken so far. */
  let begun: RecentLine | undefined;
  let { offset, line, from, isInside = false } = start;
  const known = start.encoding && { encoding: start.encoding };
  let longLines = isInside ? 1 : 0;
  let matches = 0;
  let hasBegun = false;
  let lastMatch: ShownLine | undefined;

  function show(shown: ShownLine): void {
    if (shown.number > (lines.at(-1)?.number ?? 0)) lines.push(shown);
  }

  function showMatch(number: number, text: string, index: number): void {
    matches += 1;
    from = number + 1;
    if (!bounds) return;
    // The beginning of a long line may be shown as context.
    if (lines.at(-1)?.number === number) lines.pop();
    lastMatch = { number, text: cut(text, index), next: toPosition() };
    lines.push(lastMatch);
  }

  function toPosition(): FilePosition {
    const [first] = recent;
    const next = { from: Math.max(from, line), ...known };
    if (first) return { offset: first.offset, line: first.number, ...next };
    return { offset, line, ...next, ...(isInside && { isInside }) };
  }

  function isBehind(distance: number): boolean {
    return lastMatch !== undefined && line > lastMatch.number + distance;
  }

  return {
    lines,
    isDone: () => matches === limit && isBehind(context),
    isMissing: () => matches === limit && isBehind(1),
    hasBegun: () => hasBegun,
    countMatches: () => matches,
    countLongLines: () => longLines,
    position: () => (matches === limit && lastMatch?.next) || toPosition(),
    take(text, { next, endsLine }) {
      const number = line;
      hasBegun = true;
      const ends = { startsLine: !isInside, endsLine };
      if (!isInside && !endsLine) longLines += 1;
      isInside = !endsLine;
      const isMatch = matches < limit && number >= from && pattern.isIn(text, ends);
      if (isMatch) for (const { number, text } of recent) show({ number, text });
      begun ??= { number, text: cut(text, 0), offset };
      offset = next;
      if (endsLine) {
        if (context > 0) recent = [...recent, begun].slice(-context);
        begun = undefined;
        line += 1;
      }
      if (isMatch) showMatch(number, text, bounds ? pattern.indexIn(text, ends) : 0);
      else if (lastMatch && number <= lastMatch.number + context) show({ number, text: cut(text, 0) });
    },
  };
}

/** Cuts a long line to the text around the character at `index`. */
function cut(text: string, index: number): string {
  if (text.length <= maxShown) return text;
  const start = Math.max(0, Math.min(index - shownBefore, text.length - maxShown));
  const end = start + maxShown;
  // Half of a surrogate pair at a cut is not valid Unicode.
  const shown = text.slice(start, end).toWellFormed();
  return `${start > 0 ? '…' : ''}${shown}${end < text.length ? '…' : ''}`;
}
