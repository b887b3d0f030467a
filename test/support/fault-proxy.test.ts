import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type S3Server, startS3Server } from '../../local/s3/server.ts';
import {
  accessDenied,
  atRandom,
  type FaultProxy,
  internalError,
  onRequests,
  type S3Operation,
  slowDown,
  startFaultProxy,
} from './fault-proxy.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const bucket = { Bucket: 'bucket' };
const file = { ...bucket, Key: 'a/b.md' };
const text = 'hello world';

let directory: string;
let server: S3Server;
let proxy: FaultProxy;
/** Tries each request only once, through the proxy. */
let client: S3Client;
/** Reaches the server without the proxy. */
let direct: S3Client;

function connect(endpoint: string, requestTimeout = 0): S3Client {
  const requestHandler = { requestTimeout, throwOnRequestTimeout: true };
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
    requestHandler,
  });
}

/** Returns what the client learns: `done`, or the error code. */
async function put(by = client, content = text): Promise<string> {
  return by.send(new PutObjectCommand({ ...file, Body: content })).then(() => 'done', toCode);
}

/** The name of an S3 error, or the code of a failed connection, which the SDK may give only in the message. */
function toCode(error: Error & { code?: string }): string {
  return error.code ?? /\bE[A-Z]+$/.exec(error.message)?.[0] ?? error.name;
}

/** Returns the text, or the error code. */
async function get(by = client): Promise<string | undefined> {
  return by
    .send(new GetObjectCommand(file))
    .then(({ Body }) => Body?.transformToString())
    .catch(toCode);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fault-proxy-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket('bucket');
  proxy = await startFaultProxy(server.url);
  client = connect(proxy.url);
  direct = connect(server.url);
});

afterEach(async () => {
  client.destroy();
  direct.destroy();
  await proxy.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the fault proxy', () => {
  it('passes what meets no rule, and names the operations', async () => {
    expect([await put(), await get()]).toEqual(['done', text]);
    await client.send(new HeadObjectCommand(file));
    await client.send(new CopyObjectCommand({ ...bucket, Key: 'copy', CopySource: 'bucket/a/b.md' }));
    await client.send(new ListObjectsV2Command(bucket));
    await client.send(new ListObjectVersionsCommand(bucket));
    await client.send(new DeleteObjectCommand(file));
    const passed = proxy.take().map(({ operation, key, status }) => `${operation} ${key} ${status}`);
    expect(passed).toEqual([
      'PutObject a/b.md 200',
      'GetObject a/b.md 200',
      'HeadObject a/b.md 200',
      'CopyObject copy 200',
      'ListObjectsV2  200',
      'ListObjectVersions  200',
      'DeleteObject a/b.md 204',
    ]);
    expect(proxy.take()).toEqual([]);
  });

  it('drops a request before the server sees it', async () => {
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'drop' }));
    expect([await put(), await get(direct)]).toEqual(['ECONNRESET', 'NoSuchKey']);
    expect(proxy.take()).toMatchObject([{ operation: 'PutObject', fault: 'drop' }]);
    expect(await put()).toBe('done');
  });

  it('loses an answer after the server has done the work, and what others do comes before the client knows', async () => {
    const meanwhile = () => put(direct, 'by another');
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'lose-answer', meanwhile }));
    expect(await put()).toBe('ECONNRESET');
    const { Versions } = await direct.send(new ListObjectVersionsCommand(bucket));
    expect([Versions?.length, await get(direct)]).toEqual([2, 'by another']);
    expect(proxy.take()).toMatchObject([{ status: 200, fault: 'lose-answer' }]);
  });

  it('withholds an answer until the client gives up', async () => {
    const impatient = connect(proxy.url, 200);
    proxy.inject(onRequests({ method: 'PUT' }, { kind: 'withhold-answer' }));
    expect([await put(impatient), await get(direct)]).toEqual(['ETIMEDOUT', text]);
    impatient.destroy();
  });

  it('delays a request, or its answer, by time or until the test says so', async () => {
    const seen: unknown[] = [];
    const look = async () => seen.push(await get(direct));
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'delay-request', delay: look }));
    expect(await put()).toBe('done');
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'delay-answer', delay: look }));
    expect(await put()).toBe('done');
    expect(seen).toEqual(['NoSuchKey', text]);

    const impatient = connect(proxy.url, 200);
    for (const [kind, found] of [
      ['delay-request', 'NoSuchKey'],
      ['delay-answer', text],
    ] as const) {
      await direct.send(new DeleteObjectCommand(file));
      proxy.inject(onRequests({ operation: 'PutObject' }, { kind, delay: 60_000 }));
      expect([await put(impatient), await get(direct)]).toEqual(['ETIMEDOUT', found]);
    }
    impatient.destroy();
  });

  it('cuts a body, or stalls in it', async () => {
    await put();
    proxy.inject(onRequests({ operation: 'GetObject' }, { kind: 'truncate', bytes: 5 }));
    expect(await get()).toBe('ECONNRESET');

    proxy.inject(onRequests({ operation: 'GetObject' }, { kind: 'stall' }));
    const abort = new AbortController();
    const { Body } = await client.send(new GetObjectCommand(file), { abortSignal: abort.signal });
    const received: string[] = [];
    const reading = (async () => {
      for await (const chunk of Body as AsyncIterable<Uint8Array>) {
        received.push(Buffer.from(chunk).toString());
        abort.abort();
      }
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(received).toEqual(['hello']);
  });

  it.each([
    [internalError, 'InternalError'],
    [slowDown, 'SlowDown'],
    [accessDenied, 'AccessDenied'],
  ] as const)('answers an error of S3 instead of the server', async (fault, name) => {
    proxy.inject(onRequests({ key: /\.md$/ }, fault));
    expect([await put(), await get(direct)]).toEqual([name, 'NoSuchKey']);
  });

  it('answers 200 with a web page instead of the server', async () => {
    proxy.inject(onRequests({}, { kind: 'garbage' }));
    expect([await put(), await get(direct)]).toEqual(['done', 'NoSuchKey']);
  });

  it('chooses requests by method, operation, key and number', async () => {
    proxy.inject(onRequests({ key: /^other$/, times: Infinity }, { kind: 'drop' }));
    proxy.inject(onRequests({ method: ['PUT', 'DELETE'], skip: 1, times: 2 }, slowDown));
    proxy.inject(onRequests({ operation: ['GetObject', 'HeadObject'] }, internalError));
    expect([await put(), await put(), await put(), await put()]).toEqual([
      'done',
      'SlowDown',
      'SlowDown',
      'done',
    ]);
    expect([await get(), await get()]).toEqual(['InternalError', text]);
    proxy.inject(onRequests({ times: Infinity }, slowDown));
    expect(await get()).toBe('SlowDown');
    proxy.clear();
    expect(await get()).toBe(text);
  });

  it('repeats a random mix for the same seed', () => {
    const request = { method: 'PUT', operation: 'PutObject' as S3Operation, bucket: 'bucket', key: 'a' };
    const mix = (seed: number) => {
      const rule = atRandom({ method: 'PUT', seed, share: 0.2 }, [{ kind: 'drop' }, { kind: 'lose-answer' }]);
      expect(rule({ ...request, method: 'GET' })).toBeUndefined();
      return Array.from({ length: 1_000 }, () => rule(request)?.kind ?? 'none');
    };
    expect(mix(1)).toEqual(mix(1));
    expect(mix(1)).not.toEqual(mix(2));
    const counted = Object.groupBy(mix(1), (kind) => kind);
    expect(counted.none?.length).toBeGreaterThan(750);
    expect(counted.none?.length).toBeLessThan(850);
    expect(counted.drop?.length).toBeGreaterThan(60);
    expect(counted['lose-answer']?.length).toBeGreaterThan(60);
  });

  it('tells of a test that failed within a fault', async () => {
    const broken = await startFaultProxy(server.url);
    const meanwhile = async () => {
      throw new Error('expected otherwise');
    };
    broken.inject(onRequests({}, { kind: 'lose-answer', meanwhile }));
    const other = connect(broken.url);
    await put(other);
    other.destroy();
    await expect(broken.close()).rejects.toThrow('a fault of the test failed');
  });
});
