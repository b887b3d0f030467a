import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createS3Client } from '../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import type { Part, PartResult } from '../part.ts';
import { type CallTool, createToolCaller } from '../tool-caller.ts';
import { workOnce } from './mixed-work.ts';
import { findGrowth, type Sample, takeSample, toPlot } from './samples.ts';

const results = join(import.meta.dirname, '..', '..', 'bench', 'results');

/** Many concurrent clients for five minutes. */
export const load: Part = {
  what: '64 clients work for five minutes in one process; every answer is compared with what it must be',
  maxMinutes: 10,
  run({ share, onProgress }) {
    const milliseconds = 5 * 60_000 * share;
    const begun = Date.now();
    return work('load', 64, {
      isOver: () => Date.now() - begun >= milliseconds,
      onCall: () => onProgress(Math.round((Date.now() - begun) / 1000), Math.round(milliseconds / 1000)),
    });
  },
};

/** One process for a long time. */
export const steady: Part = {
  what: '100000 calls on one process; memory and handles must be flat',
  maxMinutes: 90,
  run({ share, onProgress }) {
    const total = Math.ceil(100_000 * share);
    return work('steady', 8, {
      isOver: (calls) => calls >= total,
      onCall: (calls) => onProgress(calls, total),
    });
  },
};

/** A sample is taken each time this many calls are done. */
const interval = 200;

async function work(
  name: string,
  clients: number,
  { isOver, onCall }: { isOver: (calls: number) => boolean; onCall: (calls: number) => void },
): Promise<PartResult> {
  const s3 = fork(join(import.meta.dirname, 'serve-s3.ts'));
  try {
    const [endpoint] = await once(s3, 'message');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
    const client = createS3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    const callTool = createToolCaller(createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' }));
    const failures: string[] = [];
    const times: number[] = [];
    const samples: Sample[] = [];
    const timed: CallTool = async (tool, args) => {
      const begun = performance.now();
      const result = await callTool(tool, args);
      times.push(performance.now() - begun);
      if (times.length % interval === 0) samples.push(takeSample(times.length));
      onCall(times.length);
      return result;
    };
    const begun = performance.now();
    const beClient = async (_: unknown, client: number) => {
      for (let round = 0; !isOver(times.length); round += 1) {
        const wrong = await workOnce(timed, client, round).catch((error) => [String(error)]);
        failures.push(...wrong);
      }
    };
    await Promise.all(Array.from({ length: clients }, beClient));
    const seconds = (performance.now() - begun) / 1000;
    client.destroy();
    failures.push(...findGrowth(samples));
    await keep(name, clients, samples);
    return toResult(times, seconds, failures, samples);
  } finally {
    s3.disconnect();
  }
}

function toResult(
  times: readonly number[],
  seconds: number,
  failures: readonly string[],
  samples: readonly Sample[],
): PartResult {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  const { memory = 0, handles = 0 } = samples.at(-1) ?? {};
  return {
    count: `${times.length} calls`,
    worst: sorted.at(-1) ?? 0,
    notes:
      `${Math.round(times.length / seconds)} calls/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${Math.round(memory)} MiB and ${handles} handles at the end`,
    failures: failures.slice(0, 20),
  };
}

async function keep(name: string, clients: number, samples: readonly Sample[]): Promise<void> {
  await mkdir(results, { recursive: true });
  const title = `Memory of one function process, ${clients} clients at once`;
  await writeFile(join(results, `${name}.svg`), toPlot(title, samples));
}
