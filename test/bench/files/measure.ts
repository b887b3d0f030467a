/** The process of one case: `node measure.ts <index of the case> <endpoint of S3>` prints its figures as JSON. */
import { readFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { withoutRepetition } from '../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import type { ToolContext } from '../../../lambda/tools/tool.ts';
import { benchCases } from './cases.ts';
import type { Figures } from './report.ts';

const [index, endpoint = ''] = process.argv.slice(2);
const benchCase = benchCases[Number(index)];
if (!benchCase) throw new Error(`pass the index of a case below ${benchCases.length}, got "${index}"`);

const { runs, toArguments } = benchCase;
const tool = await benchCase.tool.load();
const client = new S3Client({
  ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench-secret' },
});
// Changes are sent by a twin of the client.
const traffic = countTraffic([client, withoutRepetition(client)]);
const context: ToolContext = {
  principal: { kind: 'user', issuer: 'bench', subject: 'alice', scopes: new Set(), expiresAt: 0 },
  files: createS3FileStore({ client, bucket: 'bench', prefix: 'files/' }),
  limits: { maxWriteBytes: 3 * 1024 ** 2 },
  signal: new AbortController().signal,
  reportProgress: async () => {},
};

const idleBytes = process.memoryUsage.rss();
const milliseconds: number[] = [];
const peaks: number[] = [];
let last = { requests: 0, receivedBytes: 0, answeredBytes: 0 };
for (let run = 0; run < runs; run += 1) {
  const input = toArguments(run);
  const before = traffic();
  const start = performance.now();
  const answer = await tool.run(input, context);
  milliseconds.push(performance.now() - start);
  peaks.push(readPeakBytes() - idleBytes);
  const after = traffic();
  last = {
    requests: after.requests - before.requests,
    receivedBytes: after.bytes - before.bytes,
    answeredBytes: Buffer.byteLength(JSON.stringify(answer)),
  };
}
const [firstPeakBytes = Number.NaN] = peaks;
const figures: Figures = { milliseconds, ...last, firstPeakBytes, peakBytes: peaks.at(-1) ?? Number.NaN };
console.info(JSON.stringify(figures));
process.exit();

/** Counts attempts, including retries, and the bytes that their connections have read, including headers. */
function countTraffic(clients: readonly S3Client[]): () => { requests: number; bytes: number } {
  let requests = 0;
  const sockets = new Set<Socket>();
  for (const { middlewareStack } of clients) {
    middlewareStack.add(
      (next) => async (call) => {
        requests += 1;
        const result = await next(call);
        // The SDK leaves the type of a response to its HTTP handler; in Node that one wraps the response of `node:http`.
        const { body } = result.response as { body?: unknown };
        if (!(body instanceof IncomingMessage)) throw new Error('the S3 client answers without node:http');
        sockets.add(body.socket);
        return result;
      },
      // Closest to the network: before anything has read the response.
      { step: 'deserialize', priority: 'low' },
    );
  }
  return () => ({ requests, bytes: [...sockets].reduce((sum, socket) => sum + socket.bytesRead, 0) });
}

/** The most memory that this process has held. On Linux `maxRSS` includes its parent's (`execve`). */
function readPeakBytes(): number {
  const kibibytes =
    process.platform === 'linux'
      ? Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
      : process.resourceUsage().maxRSS;
  return kibibytes * 1024;
}
