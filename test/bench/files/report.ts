import { documentLimits } from '../../../lambda/documents/limits.ts';
import type { BenchCase } from './cases.ts';

/** The measurements of one process. */
export interface Figures {
  /** The time of each run; the first run is cold. */
  readonly milliseconds: readonly number[];
  /** The requests of the last run. */
  readonly requests: number;
  /** What the connections to S3 received in the last run, including headers. */
  readonly receivedBytes: number;
  /** The length of the last answer as JSON. */
  readonly answeredBytes: number;
  /** The peak memory up to the end of the first run, above that of the idle process. */
  readonly firstPeakBytes: number;
  /** The same up to the end of the last run. */
  readonly peakBytes: number;
}

/** One line of the results. */
export interface Result extends Omit<Figures, 'milliseconds'>, Pick<BenchCase, 'group' | 'work' | 'stored'> {
  readonly runs: number;
  readonly medianMilliseconds: number;
  readonly minMilliseconds: number;
  /** Whether `firstPeakBytes` is within what the group is held to. */
  readonly verdict: 'PASS' | 'FAIL';
}

/** The memory that a tool may take above the idle process, for a file of any size. */
export const maxPeakBytes = 128 * 1024 ** 2;

/** The memory that reading documents may take above the idle process: above it the reading is ended. */
export const maxDocumentPeakBytes = documentLimits.residentMebibytes * 1024 ** 2;

/** The memory of the MCP function unless an operator sets another value, in MB (`lib/settings`). */
export const memorySize = 1024;

/** Summarizes the runs of a case. */
export function toResult(benchCase: BenchCase, { milliseconds, ...figures }: Figures): Result {
  const { group, work, stored, runs } = benchCase;
  const sorted = milliseconds.toSorted((one, other) => one - other);
  return {
    ...{ group, work, stored, runs, ...figures },
    medianMilliseconds: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    minMilliseconds: sorted[0] ?? Number.NaN,
    verdict:
      figures.firstPeakBytes <= (group === 'documents' ? maxDocumentPeakBytes : maxPeakBytes)
        ? 'PASS'
        : 'FAIL',
  };
}

/** Writes the results as Markdown for people. `machine` says where they were measured. */
export function toReport(results: readonly Result[], machine: string): string {
  const compared = results.filter(({ group }) => group === 'files' || group === 'keys');
  return `# The file tools on S3

The S3 store on the local S3 server, without network and TLS, measured on
${machine}.

- Each line is a process of its own, bundled as it is deployed, with the flags of a Lambda function of ${memorySize} MB. Times are of all its
  runs, the cold first one included. They depend on the machine and what else it does: only ratios count.
- Requests, bytes and answer are those of the last run. Bytes are what came from S3, headers included. The
  answer is its length as JSON.
- Memory is the peak of the process above what it holds idle, at the end of the first run and of all runs. The
  first is held to ${toMebibytes(maxPeakBytes)} MiB. Between runs V8 leaves garbage lie until it needs the space, which the flags
  allow.
- Reading lines asks for one range of 48 KB, or 96 KB where the caller names a number of lines. Searching names lists 1,000 keys a
  request, ten requests a call, until enough names match.

## Cost by what is stored

${toTable(compared)}

## The most stored against less

How many times as much the last line of each work above costs as the others.

${toRatioTable(compared)}

## Memory at the bounds

${toTable(results.filter(({ group }) => group === 'memory'))}

## Documents

Each call starts a thread, which loads the code of the format and ends with the call. The first call of a process is
held to ${toMebibytes(maxDocumentPeakBytes)} MiB here, at which the reading is ended; its memory is that of the format at its first use.

${toTable(results.filter(({ group }) => group === 'documents'))}
`;
}

function toTable(results: readonly Result[]): string {
  const head = [
    'Work',
    'Stored',
    'Median ms',
    'Min ms',
    'Runs',
    'Requests',
    'Bytes',
    'Answer',
    'First MiB',
    'All MiB',
    'Bound',
  ];
  const lines = results.map((one) => [
    ...[one.work, one.stored, one.medianMilliseconds.toFixed(1), one.minMilliseconds.toFixed(1)],
    ...[one.runs, one.requests, one.receivedBytes, one.answeredBytes].map((count) =>
      count.toLocaleString('en'),
    ),
    ...[toMebibytes(one.firstPeakBytes), toMebibytes(one.peakBytes), one.verdict],
  ]);
  return toMarkdown(head, lines);
}

function toRatioTable(results: readonly Result[]): string {
  const head = ['Work', 'Stored', 'Against', 'Median time', 'Min time', 'Requests', 'Bytes', 'Answer'];
  const lines = [...Map.groupBy(results, ({ work }) => work).values()].flatMap((ofWork) => {
    const most = ofWork.at(-1);
    return most ? ofWork.slice(0, -1).map((less) => toRatioLine(most, less)) : [];
  });
  return toMarkdown(head, lines);
}

function toRatioLine(most: Result, less: Result): string[] {
  const ratio = (read: (result: Result) => number) => `x ${(read(most) / read(less)).toFixed(2)}`;
  return [
    ...[most.work, most.stored, less.stored],
    ratio((one) => one.medianMilliseconds),
    ratio((one) => one.minMilliseconds),
    ratio((one) => one.requests),
    ratio((one) => one.receivedBytes),
    ratio((one) => one.answeredBytes),
  ];
}

function toMarkdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rows = [head, head.map((_, column) => (column < 2 ? '---' : '---:')), ...lines];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toMebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
