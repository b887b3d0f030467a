import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { toBarChart } from './bar-chart.ts';
import { readPeerVersions } from './candidates.ts';
import type { Quartiles } from './statistics.ts';

/** A row of the goals, with the measurement. */
export interface Goal {
  readonly row: string;
  readonly value: Quartiles;
  /** The same for the commit of `--before`. */
  readonly before?: Quartiles | undefined;
  readonly unit: 'x' | 'us' | 'KB' | 'bytes';
  /** The most that the median may be. */
  readonly atMost: number;
}

/** A cell: a text, a count, or a measurement. */
export type Cell = string | number | Quartiles;

/** The results of one part of the bench. */
export interface Findings {
  readonly goals: readonly Goal[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] };
  readonly chart: { readonly title: string; readonly bars: readonly Bar[] };
  /** What cannot be measured, and why. */
  readonly cannot: readonly string[];
}

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: Quartiles;
}

const directory = join(import.meta.dirname, '..', 'results');

/** Records the load of the machine before a part of the bench; `write` records it again and writes the results. */
export function beginReport(part: string, conditions: Readonly<Record<string, unknown>>) {
  const started = Date.now();
  const loadBefore = loadavg();
  return {
    write(findings: Findings): void {
      const all = {
        part,
        date: new Date(started).toISOString(),
        seconds: Math.round((Date.now() - started) / 1000),
        machine: `${platform()} ${arch()}, ${availableParallelism()} processors, ${cpus()[0]?.model.trim() ?? ''}`,
        node: process.version,
        commit: readCommit(),
        versions: readPeerVersions(),
        load: { before: loadBefore, after: loadavg() },
        ...conditions,
      };
      const text = toMarkdown(findings, all);
      mkdirSync(directory, { recursive: true });
      writeFileSync(
        join(directory, `${part}.json`),
        `${JSON.stringify({ ...all, ...findings }, undefined, 2)}\n`,
      );
      writeFileSync(join(directory, `${part}.md`), text);
      writeFileSync(join(directory, `${part}.svg`), toBarChart(findings.chart));
      console.info(`\n${text}`);
    },
  };
}

/** The commit that is measured, with a mark if files differ from it. */
function readCommit(): string {
  try {
    const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'lambda', 'lib') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown: not a git repository';
  }
}

function toMarkdown(
  { goals, table, cannot }: Findings,
  all: Readonly<Record<string, unknown>> & {
    readonly part: string;
    readonly load: { before: number[]; after: number[] };
  },
): string {
  const { part, load, versions, ...conditions } = all;
  const toLoad = (averages: number[]) => averages.map((average) => average.toFixed(2)).join(' ');
  const lines = [
    ...Object.entries(conditions).map(([name, value]) => `${name} ${value}`),
    `load ${toLoad(load.before)} before, ${toLoad(load.after)} after`,
    `packages ${Object.entries(versions as object)
      .map((entry) => entry.join(' '))
      .join(', ')}`,
  ];
  const hasBefore = goals.some(({ before }) => before !== undefined);
  const verdicts = goals.map((goal) => [
    goal.row,
    ...(hasBefore ? [goal.before ? `${toCell(goal.before)} ${goal.unit}` : ''] : []),
    `${toCell(goal.value)} ${goal.unit}`,
    `at most ${goal.atMost.toLocaleString('en')} ${goal.unit}`,
    goal.value.median <= goal.atMost ? 'met' : 'missed',
  ]);
  return [
    `# Bench: ${part}`,
    lines.map((line) => `- ${line}`).join('\n'),
    'Medians with the lower and upper quartile. How it is measured stands in `test/bench/README.md`.',
    ...(goals.length > 0
      ? [toTable(['Goal', ...(hasBefore ? ['Before'] : []), 'Measured', 'Wanted', 'Verdict'], verdicts)]
      : []),
    toTable(
      table.head,
      table.rows.map((row) => row.map(toCell)),
    ),
    ...cannot,
    '',
  ].join('\n\n');
}

function toCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return cell.toLocaleString('en');
  const digits = Math.abs(cell.median) < 10 ? 2 : 0;
  const [lower, median, upper] = [cell.lower, cell.median, cell.upper].map((value) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return lower === upper ? `${median}` : `${median} (${lower} to ${upper})`;
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
