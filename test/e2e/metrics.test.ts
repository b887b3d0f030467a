import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileStore } from '../../lambda/files/file-store.ts';
import { createQuota } from '../../lambda/mcp/quota.ts';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { startS3Server } from '../../local/s3/server.ts';
import { prepareStack, type RunningStack, startStack } from '../support/local-stack.ts';
import { createTestServer, legacy } from '../support/mcp-server.ts';
import { createMemoryFileStore } from '../support/memory-file-store.ts';
import { listShownMetrics, listWatchedMetrics, toMetricText } from '../support/shown-metrics.ts';
import { synthesize } from '../support/synthesize.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const stopping: (() => Promise<unknown>)[] = [];

let documents: readonly MetricDocument[];
/** Of what the local run has not: a quota, and a bucket that keeps no versions. */
let documentsInProcess: readonly MetricDocument[];

beforeAll(async () => {
  documents = [await useEverything(), await useWithoutKeys()].flatMap(readDocuments);
  documentsInProcess = [...(await useQuota()), ...(await useUnversionedBucket())];
}, 240_000);

afterAll(async () => {
  for (const stop of stopping.splice(0).reverse()) await stop();
}, 60_000);

async function start(variables: Readonly<Record<string, string>>): Promise<RunningStack> {
  const prepared = await prepareStack();
  stopping.push(() => prepared.remove());
  const stack = await startStack({ ...prepared.environment, ...variables }, '--json');
  stopping.push(() => stack.stop());
  return stack;
}

/** Uses the server in each way that is counted: a refusal, a call, a missing scope, an outage of S3. */
async function useEverything(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'metrics-s3-'));
  stopping.push(() => rm(directory, { recursive: true, force: true }));
  const s3 = await startS3Server({ directory, credentials });
  const stack = await start({
    S3_ENDPOINT: s3.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  const { issuer, mcpUrl } = stack;
  const scope = 'files:list files:read';
  const { access_token } = await requestToken({ issuer, resource: mcpUrl, scope, user: 'alice' });
  await call(mcpUrl, 'list_files');
  await call(mcpUrl, 'list_files', access_token);
  await call(mcpUrl, 'write_file', access_token);
  await s3.close();
  await call(mcpUrl, 'list_files', access_token);
  return readUntil(stack, 'ToolFailures');
}

/** Has the server start while its authorization server is away: nothing listens on port 9. */
async function useWithoutKeys(): Promise<string> {
  const stack = await start({ CASDOOR_URL: 'http://localhost:9' });
  await call(stack.mcpUrl, 'list_files');
  return readUntil(stack, 'KeySetLoadFailures');
}

/** Calls the same endpoint in this process beyond a quota, because nothing here keeps counters as DynamoDB does. */
async function useQuota(): Promise<readonly MetricDocument[]> {
  const counters = { add: async () => false, read: () => Promise.reject(new Error('away')) };
  const quota = createQuota({ counters, callsPerMinute: 1, bytesPerDay: 1 });
  const { send, token, lines } = await createTestServer({ quota });
  await send({ body: legacy('tools/call', { name: 'whoami' }), token: await token('files:list') });
  return lines.map((line) => JSON.parse(line)).filter((line) => '_aws' in line);
}

/** Writes through the same endpoint in this process, because the local run accepts no bucket without versions. */
async function useUnversionedBucket(): Promise<readonly MetricDocument[]> {
  const versioned = createMemoryFileStore();
  const files: FileStore = {
    ...versioned,
    async write(path, content, options) {
      const { versionId: _, ...written } = await versioned.write(path, content, options);
      return written;
    },
  };
  const { send, token, lines } = await createTestServer({ openFiles: () => files });
  const params = { name: 'write_file', arguments: { path: 'a.txt', content: 'x' } };
  await send({ body: legacy('tools/call', params), token: await token('files:write') });
  return lines.map((line) => JSON.parse(line)).filter((line) => '_aws' in line);
}

function call(mcpUrl: string, tool: string, token?: string): Promise<Response> {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: {} } };
  return fetch(mcpUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(message),
  });
}

/** What the stack printed, once it printed the last of what is waited for. */
async function readUntil(stack: RunningStack, text: string): Promise<string> {
  for (let tries = 0; tries < 200 && !stack.output().includes(text); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return stack.output();
}

interface MetricDocument {
  readonly Service: string;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** The documents of the embedded metric format in what the functions printed, which CloudWatch would find. */
function readDocuments(output: string): readonly MetricDocument[] {
  const lines = output.split('\n').map((line) => /^(\{.*"_aws".*\})$/.exec(line)?.[1]);
  return lines.filter((line) => line !== undefined).map((line) => JSON.parse(line));
}

function listMetrics({ _aws }: MetricDocument): readonly string[] {
  return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) => Dimensions.map((dimensions) => toMetricText(Name, dimensions))),
  );
}

describe('the metrics that the functions write', () => {
  it('are those that the dashboard shows and the alarms watch, with the same dimensions', () => {
    const template = synthesize({ callsPerMinute: 1 });
    const written = new Set([...documents, ...documentsInProcess].flatMap(listMetrics));
    const awaited = [...listShownMetrics(template), ...listWatchedMetrics(template)];
    expect(awaited.filter((metric) => !written.has(metric))).toEqual([]);
    expect([...written].filter((metric) => !awaited.includes(metric))).toEqual([]);
  });

  it('have the namespace and the name of the stack, and the values of all their metrics and dimensions', () => {
    expect(documents).not.toHaveLength(0);
    for (const document of documents) {
      expect(document.Service).toBe('Local');
      for (const { Namespace, Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
        expect(Namespace).toBe('CasdoorMcpFileServer');
        for (const name of [...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)])
          expect(document).toHaveProperty(name);
      }
    }
  });

  it('tell requests without a token by the code that the alarm leaves out', () => {
    expect(documents).toContainEqual(expect.objectContaining({ Refusals: 1, Code: 'no_token' }));
  });
});
