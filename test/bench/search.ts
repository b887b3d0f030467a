/** The part `search`: searches more and more files to the end, and what S3 and Lambda charge for it. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createS3Client } from '../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { observeFiles } from '../../lambda/telemetry/observed-files.ts';
import { searchFiles } from '../../lambda/tools/search-files.ts';
import type { ToolContext } from '../../lambda/tools/tool.ts';
import { createBucketStore } from '../../local/s3/bucket-store.ts';
import { openDatabase } from '../../local/s3/database.ts';
import { openObjectFiles } from '../../local/s3/object-files.ts';
import { createObjectStore } from '../../local/s3/object-store.ts';
import { startS3Server } from '../../local/s3/server.ts';
import { readNumber } from './calls/arguments.ts';
import { beginReport, type Findings } from './calls/report.ts';
import { toQuartiles } from './calls/statistics.ts';

/** A search that went on until nothing was left. */
interface Search {
  readonly count: number;
  readonly work: string;
  readonly reads: number;
  readonly lists: number;
  /** Milliseconds of each call. */
  readonly calls: readonly number[];
}

/** US dollars, us-east-1, November 2026: a GET, a LIST, a GB-second on Arm, a request to Lambda and to an HTTP API. */
const prices = { read: 0.0004 / 1000, list: 0.005 / 1000, gigabyteSecond: 0.0000133334, request: 1.2 / 1e6 };
const memorySize = 1024;

const most = readNumber('calls', 100_000);
const counts = [1_000, 10_000, 100_000].filter((count) => count <= most);
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
const directory = await mkdtemp(join(tmpdir(), 'bench-search-'));
await fill(directory);
const server = await startS3Server({ directory, credentials });
try {
  const report = beginReport('search', { counts });
  const searches: Search[] = [];
  for (const count of counts) {
    searches.push(await search(count, 'lines', { query: 'nowhere to be found' }));
    searches.push(await search(count, 'names', { glob: '*.none' }));
  }
  report.write(summarize(searches));
} finally {
  await server.close();
  await rm(directory, { recursive: true, force: true });
}

/** Files of 1 KB that share their bytes; put where the server finds them, because uploads would take minutes. */
async function fill(directory: string): Promise<void> {
  const database = openDatabase(directory);
  createBucketStore(database).create('bench');
  const objects = createObjectStore(database);
  const bytes = Buffer.from('a line of a text that is searched for nothing...\n'.padEnd(64, '.').repeat(16));
  const file = await openObjectFiles(directory).write(Readable.from([bytes]));
  const etag = createHash('md5').update(bytes).digest('hex');
  const content = { file, size: bytes.length, etag, headers: { 'content-type': 'text/plain' }, checksum: {} };
  for (const count of counts) {
    for (let index = 0; index < count; index += 1) {
      objects.add('bench', `files/${count}/${index}.txt`, content, () => {});
    }
  }
  database.close();
}

async function search(count: number, work: string, query: object): Promise<Search> {
  const client = createS3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  const used = { reads: 0, lists: 0 };
  const files = observeFiles(
    createS3FileStore({ client, bucket: 'bench', prefix: 'files/' }),
    (operation) => {
      if (operation === 'read') used.reads += 1;
      if (operation === 'list') used.lists += 1;
      return () => {};
    },
  );
  const context: ToolContext = {
    principal: { kind: 'user', issuer: 'bench', subject: 'alice', scopes: new Set(), expiresAt: 0 },
    files,
    limits: { maxWriteBytes: 1 },
    signal: new AbortController().signal,
    reportProgress: async () => {},
  };
  const calls: number[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const start = performance.now();
    const answer = await searchFiles.run(
      { path: String(count), ...query, ...(cursor && { cursor }) },
      context,
    );
    calls.push(performance.now() - start);
    cursor = readCursor(answer);
    process.stderr.write(`${work} of ${count}: ${calls.length} calls\r`);
  }
  client.destroy();
  return { count, work, ...used, calls };
}

/** The facts are in the last block, as JSON. */
function readCursor(answer: Awaited<ReturnType<typeof searchFiles.run>>): string | undefined {
  const block = 'content' in answer ? answer.content.at(-1) : undefined;
  return block?.type === 'text' ? JSON.parse(block.text).next_cursor : undefined;
}

function summarize(searches: readonly Search[]): Findings {
  const seconds = ({ calls }: Search) => calls.reduce((sum, one) => sum + one, 0) / 1000;
  const toCost = (one: Search) => ({
    s3: one.reads * prices.read + one.lists * prices.list,
    lambda: seconds(one) * (memorySize / 1024) * prices.gigabyteSecond + one.calls.length * prices.request,
  });
  return {
    goals: [],
    table: {
      head: ['Search', 'Files', 'Calls', 'Reads', 'Lists', 'Seconds', 'ms a call', 'S3', 'Lambda and API'],
      rows: searches.map((one) => [
        one.work,
        one.count,
        one.calls.length,
        one.reads,
        one.lists,
        seconds(one).toFixed(1),
        toQuartiles(one.calls),
        `$${toCost(one).s3.toFixed(5)}`,
        `$${toCost(one).lambda.toFixed(5)}`,
      ]),
    },
    chart: {
      title: 'A call of search_files, ms',
      bars: searches.map((one) => ({ label: `${one.work} ${one.count}`, value: toQuartiles(one.calls) })),
    },
    cannot: [
      'S3 is the local server of this project in the same process, so that the times are those of this machine and not of AWS; the counts of calls and requests hold anywhere.',
    ],
  };
}
