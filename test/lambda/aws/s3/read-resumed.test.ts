import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { createReading } from '../../../../lambda/aws/s3/read.ts';
import { readFilePath } from '../../../../lambda/files/file-path.ts';
import { type S3Server, startS3Server } from '../../../../local/s3/server.ts';
import { type Fault, type FaultProxy, onRequests, startFaultProxy } from '../../../support/fault-proxy.ts';
import { startProxy } from '../../../support/forwarding-proxy.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const place = { bucket: 'bucket', prefix: 'files/' };
const path = readFilePath('a.log');
const content = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251);
const { signal } = new AbortController();

let directory: string;
let server: S3Server;
let proxy: FaultProxy;
let client: S3Client;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-resumed-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket(place.bucket);
  proxy = await startFaultProxy(server.url);
  client = createS3Client({ region: 'us-east-1', forcePathStyle: true, credentials, endpoint: proxy.url });
  await put(content);
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function put(bytes: Uint8Array) {
  const options = { mediaType: 'text/plain', condition: { kind: 'none' }, signal } as const;
  return createS3FileStore({ client, ...place }).write(path, bytes, options);
}

/** A body may be silent for 50 milliseconds. */
const read = (range: { start: number; length: number }, call = { signal }) =>
  createReading({ client, ...place }, 50).read(path, { ...range, ...call });

const countGets = () => proxy.take().filter(({ operation }) => operation === 'GetObject').length;

describe('a body', () => {
  it.each<[string, Fault]>([
    ['is cut', { kind: 'truncate', bytes: 700 }],
    ['is cut at its start', { kind: 'truncate', bytes: 0 }],
    ['falls silent', { kind: 'stall', bytes: 700 }],
    ['never begins', { kind: 'stall', bytes: 0 }],
  ])('that %s is asked for again from where it stopped', async (_, fault) => {
    for (const range of [
      { start: 0, length: 20_000 },
      { start: 100, length: 5_000 },
      { start: -3_000, length: 3_000 },
    ]) {
      proxy.clear();
      proxy.take();
      proxy.inject(onRequests({ operation: 'GetObject', times: 2 }, fault));
      const { start, bytes, facts } = await read(range);
      const from = range.start < 0 ? content.length + range.start : range.start;
      expect(start).toBe(from);
      expect(facts.size).toBe(content.length);
      expect(Buffer.from(content.subarray(from, from + range.length)).equals(bytes)).toBe(true);
      expect(countGets()).toBe(3);
    }
  });

  it('that is cut again and again arrives as long as each time some of it does', async () => {
    proxy.inject(onRequests({ operation: 'GetObject', times: 9 }, { kind: 'truncate', bytes: 1_000 }));
    expect(Buffer.from(content).equals((await read({ start: 0, length: 20_000 })).bytes)).toBe(true);
    expect(countGets()).toBe(10);
  });

  it('of which three times in a row nothing comes is given up', async () => {
    proxy.inject(onRequests({ operation: 'GetObject', times: 100 }, { kind: 'truncate', bytes: 0 }));
    await expect(read({ start: 0, length: 100 })).rejects.toThrow();
    expect(countGets()).toBe(3);
  });

  it('is all of one version, whatever is written meanwhile', async () => {
    proxy.inject(onRequests({ operation: 'GetObject' }, { kind: 'truncate', bytes: 700 }));
    const overwrite = () => put(new Uint8Array(10_000));
    proxy.inject(onRequests({ operation: 'GetObject' }, { kind: 'delay-request', delay: overwrite }));
    expect(Buffer.from(content).equals((await read({ start: 0, length: 20_000 })).bytes)).toBe(true);
    expect((await read({ start: 0, length: 1 })).bytes).toEqual(Uint8Array.from([0]));
  });

  it('that is not what its checksum was made of is no content', async () => {
    let size = 0;
    const damaged = await startProxy((_request, response) => {
      const checksum = { 'x-amz-checksum-crc32': 'AAAAAA==' };
      response.writeHead(200, { ...checksum, etag: '"e"', 'content-length': size }).end(Buffer.alloc(size));
    });
    const broken = createS3Client({
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
      endpoint: damaged.url,
    });
    const reading = createReading({ client: broken, ...place });
    // The SDK notices at the end, when nothing, a part or all of it has been handed on.
    for (size of [1_000, 100_000, 500_000]) {
      for (const length of [size, 1_000_000]) {
        await expect(reading.read(path, { start: 0, length, signal })).rejects.toThrow('Checksum mismatch');
      }
    }
    broken.destroy();
    await damaged.close();
  });

  it('ends with the call, and is not asked for again', async () => {
    proxy.inject(onRequests({ operation: 'GetObject', times: 9 }, { kind: 'stall', bytes: 10 }));
    const call = new AbortController();
    const reading = createReading({ client, ...place }, 60_000);
    const rejected = expect(
      reading.read(path, { start: 0, length: 100, signal: call.signal }),
    ).rejects.toThrow();
    while (countGets() === 0) await setTimeout(5);
    call.abort(new Error('the time is over'));
    await rejected;
    expect(countGets()).toBe(0);
  });
});
