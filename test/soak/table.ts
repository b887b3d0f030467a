import type { PartResult } from './part.ts';

/** One part that has run. */
export interface Row {
  readonly name: string;
  readonly seed: number;
  readonly result: PartResult;
  readonly seconds: number;
  /** The peak memory of its process, in MiB. */
  readonly peak: number;
}

const headings = ['part', 'count', 'seed', 'worst', 'time', 'peak memory', 'verdict', 'notes'];

/** Makes the table of a run, in Markdown, with the failures below it. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map(({ name, seed, result, seconds, peak }) => [
    name,
    result.count,
    String(seed),
    `${Math.round(result.worst)} ms`,
    `${Math.round(seconds)} s`,
    `${Math.round(peak)} MiB`,
    result.failures.length === 0 ? 'pass' : `FAIL (${result.failures.length})`,
    result.notes,
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const failures = rows.flatMap(({ name, result }) =>
    result.failures.map((failure) => `${name}: ${failure}`),
  );
  return [
    toLine(headings),
    toLine(widths.map((width) => '-'.repeat(width))),
    ...cells.map(toLine),
    ...(failures.length > 0 ? ['', ...failures] : []),
    '',
  ].join('\n');
}
