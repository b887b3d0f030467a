import { findOccurrences } from './occurrences.ts';

/** How much of a line is quoted, in characters. */
const maxQuoted = 200;

/**
 * The longest text, in characters, that is searched for the most similar line: the search looks at every pair of
 * characters.
 */
const maxCompared = 512 * 1024;

/** How similar two lines must be for one to be shown in place of the other, from 0 to 1. */
const minSimilarity = 0.6;

/** At most this many lines of the part are looked up in the text. */
const maxLines = 2_000;

/** One way in which two texts can look alike and still differ. */
interface Difference {
  readonly name: string;
  /** Removes the difference. Keeps the number of line feeds. */
  fold(text: string): string;
  /** True when the difference cannot be seen, so that the line is quoted with escapes. */
  readonly isInvisible?: true;
}

const differences: readonly Difference[] = [
  { name: 'other white space or line ends', fold: (text) => text },
  { name: 'another Unicode form', fold: (text) => text.normalize('NFC'), isInvisible: true },
  { name: 'other quotation marks or dashes', fold: foldPunctuation },
  { name: 'another case', fold: (text) => text.toLowerCase() },
];

/**
 * Says what a text holds in place of a part that it does not hold: the same part with a difference that is easily
 * overlooked, or the most similar lines, with the line number. Empty when nothing is similar enough.
 */
export function describeNearMatch(text: string, part: string): string {
  return describeFolded(text, part) ?? describeSameLines(text, part) ?? describeSimilarLine(text, part) ?? '';
}

function describeFolded(text: string, part: string): string | undefined {
  const all = (from: string) => differences.reduce((folded, { fold }) => fold(folded), from);
  const single = differences.find(({ fold }) => findWords(fold(text), fold(part)) !== undefined);
  const line = findWords((single?.fold ?? all)(text), (single?.fold ?? all)(part));
  if (line === undefined) return undefined;
  const quoted = quote(lineAt(text, line), single?.isInvisible);
  const name = single?.name ?? 'other white space, case, quotation marks or Unicode form';
  return `it is there with ${name} at line ${line}, which is ${quoted}`;
}

/** Finds the line where the words of a part begin, whatever white space lies between them. */
function findWords(text: string, part: string): number | undefined {
  const words = collapse(part);
  if (words === '') return undefined;
  const collapsed = collapse(text);
  const [place] = findOccurrences(collapsed, words, 1);
  if (place === undefined) return undefined;
  return findLine(text, collapsed.slice(0, place).replaceAll(' ', '').length);
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** The number of the line that holds the first character after `skipped` others. White space does not count. */
function findLine(text: string, skipped: number): number {
  let line = 1;
  let seen = 0;
  for (const [run] of text.matchAll(/\S+|\n/g)) {
    if (run === '\n') line += 1;
    else seen += run.length;
    if (seen > skipped) break;
  }
  return line;
}

/**
 * Finds the place in a text where most lines of the part occur in the same order, and the first line that differs
 * there.
 */
function describeSameLines(text: string, part: string): string | undefined {
  const sought = toTrimmedLines(part).slice(0, maxLines);
  if (sought.length < 2) return undefined;
  const lines = toTrimmedLines(text);
  const places = new Map<string, number>();
  for (const [index, line] of sought.entries()) if (line !== '') places.set(line, index);
  const votes = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const place = places.get(line);
    if (place !== undefined) votes.set(index - place, (votes.get(index - place) ?? 0) + 1);
  }
  const [start] = Array.from(votes).reduce((best, vote) => (vote[1] > best[1] ? vote : best), [-1, 0]);
  if (start < 0) return undefined;
  const different = sought.findIndex((line, index) => line !== lines[start + index]);
  if (different < 0) return undefined;
  const at = start + different + 1;
  const found = at > lines.length ? 'is behind the end of the file' : `is ${quote(lineAt(text, at))}`;
  return `the nearest place begins at line ${start + 1}; the first line that differs there is line ${at}, which ${found}`;
}

/** Finds the line that is most like the longest line of the part. */
function describeSimilarLine(text: string, part: string): string | undefined {
  const [sought = ''] = toTrimmedLines(part).sort((one, other) => other.length - one.length);
  if (text.length > maxCompared || sought.length < 4 || sought.length > maxQuoted * 10) return undefined;
  const pairs = toPairs(sought);
  let best = { line: 0, similarity: minSimilarity };
  for (const [index, line] of toTrimmedLines(text).entries()) {
    // A line whose length differs by more than a factor of 2.5 cannot be similar enough.
    if (line.length > sought.length * 2.5 || line.length < sought.length / 2.5) continue;
    const similarity = compare(pairs, toPairs(line));
    if (similarity > best.similarity) best = { line: index + 1, similarity };
  }
  return best.line === 0
    ? undefined
    : `the most similar line is line ${best.line}, which is ${quote(lineAt(text, best.line))}`;
}

function toTrimmedLines(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

/** How often each pair of neighbouring characters occurs. */
function toPairs(text: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at + 2 <= text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** The Sørensen-Dice coefficient of two texts by their pairs: 1 for the same pairs, 0 for none in common. */
function compare(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [pair, count] of one) common += Math.min(count, other.get(pair) ?? 0);
  return (2 * common) / (sum(one) + sum(other) || 1);
}

function sum(pairs: ReadonlyMap<string, number>): number {
  return Array.from(pairs.values()).reduce((total, count) => total + count, 0);
}

function lineAt(text: string, line: number): string {
  let start = 0;
  for (let skipped = 1; skipped < line; skipped += 1) start = text.indexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

/** Quotes a line as JSON does. Where the difference cannot be seen, all characters outside ASCII are escaped. */
function quote(line: string, isInvisible = false): string {
  const shown =
    line.length > maxQuoted ? `${line.slice(0, maxQuoted).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
  const json = JSON.stringify(shown);
  return isInvisible
    ? json.replace(/[^\x20-\x7e]/g, toEscape)
    : json.replace(/[\u00a0\u200b-\u200f\u2028-\u202f\u2060\ufeff]/g, toEscape);
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function foldPunctuation(text: string): string {
  return text
    .replace(/[\u2018-\u201b\u2032]/g, "'")
    .replace(/[\u201c-\u201f\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll('\u2026', '...');
}
