import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import { startS3Server } from '../../../local/s3/server.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { createToolCaller } from '../tool-caller.ts';
import { type CallersOptions, recordCalls } from './callers.ts';
import { checkHistory } from './check.ts';
import { readHeldVersions } from './held-versions.ts';
import type { History, Outcome } from './history.ts';
import type { Violation } from './violation.ts';

/** The result of a history. */
export interface HistoryReport {
  readonly history: History;
  readonly violations: readonly Violation[];
  /** The number of calls by their outcome. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  /** The number of requests to S3 with a fault. */
  readonly faults: number;
  /** The longest call, in milliseconds. */
  readonly worst: number;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const place = { bucket: 'bucket', prefix: 'files/' };

/** Records a history on an S3 server of this process, with the faults that `injectFaults` adds, and judges it. */
export async function runHistory(
  options: CallersOptions,
  injectFaults: (proxy: FaultProxy) => void = () => {},
): Promise<HistoryReport> {
  const directory = await mkdtemp(join(tmpdir(), 'history-s3-'));
  const server = await startS3Server({ directory, credentials });
  await server.createBucket(place.bucket);
  const proxy = await startFaultProxy(server.url);
  injectFaults(proxy);
  const settings = { region: 'us-east-1', forcePathStyle: true, credentials };
  const client = createS3Client({ ...settings, endpoint: proxy.url });
  const direct = new S3Client({ ...settings, endpoint: server.url });
  try {
    const call = createToolCaller(createS3FileStore({ client, ...place }));
    const calls = await recordCalls(call, options);
    // A request that its call abandoned must not reach S3 after the versions are read.
    client.destroy();
    const faults = proxy.take().filter(({ fault }) => fault !== undefined).length;
    const history = { calls, versions: await readHeldVersions({ client: direct, ...place }) };
    const worst = Math.max(...calls.map(({ begun, ended }) => ended - begun));
    return { history, violations: checkHistory(history), outcomes: countOutcomes(history), faults, worst };
  } finally {
    client.destroy();
    direct.destroy();
    await proxy.close();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function countOutcomes({ calls }: History): HistoryReport['outcomes'] {
  const counts = { done: 0, read: 0, copied: 0, 'not done': 0, unknown: 0 };
  for (const { outcome } of calls) counts[outcome.kind] += 1;
  return counts;
}
