import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import { shortenLines } from './long-lines.ts';

/** The longest diff that is shown, in characters: about 5,000 tokens. */
const maxLength = 20_000;

/** The search for the diff stops at this many changed lines, because its time grows with their square. */
const maxChangedLines = 1_000;

/**
 * The diff is not computed for more characters than this between the first and the last change, because each line takes
 * memory.
 */
const maxSearchedLength = 512 * 1024;

/** The lines shown before and after a change. */
const context = 3;

/**
 * Makes the unified diff of a file before and after a change, without the carriage returns at line ends. Of a long line
 * it shows what surrounds the change. A long diff is cut. A diff that would take too long is replaced by a sentence
 * that says so.
 */
export function toDiff(path: string, before: string, after: string): string {
  const start = findStart(before, after);
  const rest = measureRest(before, after, start);
  const old = before.slice(start, before.length - rest);
  const fresh = after.slice(start, after.length - rest);
  const options = { context, maxEditLength: maxChangedLines };
  const isSearched = old.length + fresh.length <= maxSearchedLength;
  const patch = isSearched && structuredPatch(path, path, old, fresh, undefined, undefined, options);
  if (!patch) return '[no diff is shown: there are too many changes, or they are too far apart]';
  const skipped = countLineEnds(before, start);
  const hunks = patch.hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.oldStart + skipped,
    newStart: hunk.newStart + skipped,
    lines: shortenLines(hunk.lines),
  }));
  return cut(formatPatch({ ...patch, hunks }, FILE_HEADERS_ONLY).replaceAll('\r\n', '\n'));
}

/** Finds where the lines begin that are shown before the first change. */
function findStart(before: string, after: string): number {
  let start = 0;
  while (start < before.length && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  for (let lines = 0; lines <= context && start > 0; lines += 1) {
    start = start === 1 ? 0 : before.lastIndexOf('\n', start - 2) + 1;
  }
  return start;
}

/** How many characters follow the lines that are shown after the last change. */
function measureRest(before: string, after: string, start: number): number {
  const most = Math.min(before.length, after.length) - start;
  let rest = 0;
  const fromEnd = (text: string) => text.charCodeAt(text.length - 1 - rest);
  while (rest < most && fromEnd(before) === fromEnd(after)) rest += 1;
  for (let lines = 0; lines <= context && rest > 0; lines += 1) {
    const end = before.indexOf('\n', before.length - rest) + 1;
    rest = end === 0 ? 0 : before.length - end;
  }
  return rest;
}

function countLineEnds(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function cut(diff: string): string {
  if (diff.length <= maxLength) return diff;
  const shown = diff.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
  return `${shown}\n[the diff is cut here: ${diff.length - shown.length} more characters]`;
}
