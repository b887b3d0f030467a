import type { Outcome } from './measure.ts';

/** The measurements of a job, by the name of the server. */
export interface JobResult {
  readonly name: string;
  readonly title: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** The results of the bench, and the conditions under which they were measured. */
export interface AgentReport {
  readonly conditions: Readonly<Record<string, string | number>>;
  /** The tokens of the list of tools, with which every conversation begins. */
  readonly toolLists: Readonly<Record<string, number>>;
  readonly jobs: readonly JobResult[];
  /** What could not be measured, and why. */
  readonly cannot: readonly string[];
}

/** The share of the best peer's calls and tokens that a job may take. */
const goal = 0.5;

/** When an answer is larger than this, in tokens, Claude Code shows a preview instead. */
const clientLimit = 25_000;

const ours = 'this server';

type Done = Extract<Outcome, { kind: 'done' }>;

/** How a job compares with the best peer, the one with the fewest tokens. */
export interface Verdict {
  readonly calls: string;
  readonly tokens: string;
}

/** Judges one job. */
export function toVerdict({ outcomes }: JobResult): Verdict {
  const own = outcomes[ours];
  if (own?.kind !== 'done') return { calls: 'failed', tokens: 'failed' };
  const peers = Object.entries(outcomes).flatMap(([name, outcome]) =>
    name !== ours && outcome.kind === 'done' ? [outcome] : [],
  );
  if (peers.length === 0) return { calls: 'met: no peer can', tokens: 'met: no peer can' };
  const best = (measure: (outcome: Done) => number) => Math.min(...peers.map(measure));
  return {
    calls: toWord(own.calls / best(({ calls }) => calls)),
    tokens: toWord(toTokens(own) / best(toTokens)),
  };
}

function toWord(share: number): string {
  return `${share <= goal ? 'met' : 'missed'}: ${share < 0.005 ? '< 0.01' : share.toFixed(2)}`;
}

function toTokens({ tokensIn, tokensOut }: Done): number {
  return tokensIn + tokensOut;
}

/** Writes the results for people. */
export function toMarkdown({ conditions, toolLists, jobs, cannot }: AgentReport): string {
  const rows = jobs.flatMap((job) =>
    Object.entries(job.outcomes).map(([server, outcome]) => [job.title, server, ...toCells(outcome)]),
  );
  const verdicts = jobs.map((job) => [job.title, toVerdict(job).calls, toVerdict(job).tokens]);
  return [
    '# Bench: agent',
    Object.entries(conditions)
      .map(([name, value]) => `- ${name} ${value}`)
      .join('\n'),
    'Each job is done by a fixed plan through the tools, and its result is looked at. Tokens are those of o200k, in ' +
      'for the calls that a model writes, out for the text of the answers that it reads. Wanted on every job: at most ' +
      `${goal} of the calls and of the tokens of the best peer.`,
    toTable(['Job', 'Calls', 'Tokens'], verdicts),
    toTable(['Job', 'Server', 'Calls', 'Tokens in', 'Tokens out', 'Largest answer', 'ms'], rows),
    toTable(
      ['Server', 'Tokens of the list of tools'],
      Object.entries(toolLists).map(([name, tokens]) => [name, toNumber(tokens)]),
    ),
    `\\* Claude Code replaces an answer above ${toNumber(clientLimit)} tokens by a preview: there the job ends undone.`,
    ...cannot,
    '',
  ].join('\n\n');
}

function toCells(outcome: Outcome): readonly string[] {
  if (outcome.kind !== 'done') return [`${outcome.kind}: ${outcome.reason}`, '', '', '', ''];
  const { calls, tokensIn, tokensOut, largestAnswer, milliseconds } = outcome;
  const mark = largestAnswer > clientLimit ? ' \\*' : '';
  return [
    toNumber(calls),
    toNumber(tokensIn),
    toNumber(tokensOut),
    `${toNumber(largestAnswer)}${mark}`,
    toNumber(milliseconds),
  ];
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function toNumber(value: number): string {
  return value.toLocaleString('en');
}

/** Draws the tokens of each job and server as bars, on a logarithmic scale. */
export function toChart({ jobs }: AgentReport): string {
  const bars = jobs.flatMap(({ name, outcomes }) =>
    Object.entries(outcomes).map(([server, outcome]) => ({
      label: `${name}: ${server}`,
      isOurs: server === ours,
      outcome,
    })),
  );
  const tokens = (outcome: Outcome) => (outcome.kind === 'done' ? toTokens(outcome) : 1);
  const most = Math.log10(Math.max(10, ...bars.map(({ outcome }) => tokens(outcome))));
  const rows = bars.map(({ label, isOurs, outcome }, index) => {
    const top = 34 + index * 26;
    const width = ((Math.log10(tokens(outcome)) / most) * 420).toFixed(1);
    const value = outcome.kind === 'done' ? toNumber(toTokens(outcome)) : outcome.kind;
    return [
      `<text x="212" y="${top + 13}" text-anchor="end">${label}</text>`,
      `<rect x="220" y="${top}" width="${width}" height="18" fill="${isOurs ? '#2563eb' : '#94a3b8'}"/>`,
      `<text x="${Number(width) + 226}" y="${top + 13}">${value}</text>`,
    ].join('\n  ');
  });
  const title = 'Tokens of each job, in and out, on a logarithmic scale';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="740" height="${44 + bars.length * 26}" font-family="sans-serif" font-size="12">
  <title>${title}</title>
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="8" y="20" font-size="14" font-weight="bold">${title}</text>
  ${rows.join('\n  ')}
</svg>
`;
}
