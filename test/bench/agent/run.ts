/** `npm run bench -- agent`: what an agent needs for its work, with this server and with its peers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { startFilesystemServer } from './filesystem-server.ts';
import { jobs } from './jobs.ts';
import { count, measureJob, type Outcome } from './measure.ts';
import { type AgentReport, type JobResult, toChart, toMarkdown, toVerdict } from './report.ts';
import type { AgentServer } from './server.ts';
import { startThisServer } from './this-server.ts';

const results = join(import.meta.dirname, '..', 'results');

const cannot = [
  'Where both servers must make the same calls, half of them cannot be had: 40 documents are 40 calls to write, and a ' +
    'fault must be found before it is mended.',
  'Not measured: `txn2/mcp-s3`, which the Go module proxy did not offer when this was written. It has ' +
    'tools for one object a call: list, get, put, copy, delete, metadata and presigned URLs.',
];

await runAgentBench();

/** Does every job with every server and writes the results. Sets the exit code when a job fails. */
export async function runAgentBench(): Promise<void> {
  const byServer = new Map<string, { tools: number; outcomes: ReadonlyMap<string, Outcome> }>();
  for (const start of [startThisServer, startFilesystemServer]) {
    const server = await start();
    try {
      byServer.set(server.name, await measureAll(server));
    } finally {
      await server.close();
    }
  }
  const report = toReport(byServer);
  const text = toMarkdown(report);
  await mkdir(results, { recursive: true });
  const verdicts = Object.fromEntries(report.jobs.map((job) => [job.name, toVerdict(job)]));
  await writeFile(join(results, 'agent.json'), `${JSON.stringify({ ...report, verdicts }, undefined, 2)}\n`);
  await writeFile(join(results, 'agent.md'), text);
  await writeFile(join(results, 'agent.svg'), toChart(report));
  console.info(text);
  const isFailed = report.jobs.some(({ outcomes }) =>
    Object.values(outcomes).some(({ kind }) => kind === 'failed'),
  );
  if (isFailed) process.exitCode = 1;
}

async function measureAll(server: AgentServer) {
  const outcomes = new Map<string, Outcome>();
  for (const job of jobs) outcomes.set(job.name, await measureJob(job, server));
  const tools = await server.listTools();
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return { tools: count(JSON.stringify(shown)), outcomes };
}

function toReport(
  byServer: ReadonlyMap<string, { tools: number; outcomes: ReadonlyMap<string, Outcome> }>,
): AgentReport {
  const toResult = ({ name, title }: (typeof jobs)[number]): JobResult => ({
    name,
    title,
    outcomes: Object.fromEntries(
      Array.from(byServer, ([server, { outcomes }]) => [
        server,
        outcomes.get(name) ?? { kind: 'failed', reason: 'not run' },
      ]),
    ),
  });
  return {
    conditions: {
      date: new Date().toISOString(),
      machine: `${platform()} ${arch()}, ${availableParallelism()} processors`,
      node: process.version,
      // The times mean little on a machine that does other work; calls and tokens do not depend on that.
      load: (loadavg()[0] ?? 0).toFixed(1),
    },
    toolLists: Object.fromEntries(Array.from(byServer, ([server, { tools }]) => [server, tools])),
    jobs: jobs.map(toResult),
    cannot,
  };
}
