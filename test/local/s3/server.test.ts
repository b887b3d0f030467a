import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startS3Server } from '../../../local/s3/server.ts';
import { presign } from './presign.ts';
import { bucket, createClient, credentials, startStore, until } from './running-store.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 's3-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('startS3Server', () => {
  it('listens on the loopback address and lets go of it', async () => {
    const server = await startS3Server({ directory, credentials });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    const again = await startS3Server({ directory, credentials, port: Number(new URL(server.url).port) });
    expect(again.url).toBe(server.url);
    await again.close();
  });

  it('rejects when the port is taken', async () => {
    const store = await startStore();
    const port = Number(new URL(store.server.url).port);
    await expect(startS3Server({ directory, credentials, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(readdirSync(directory)).toEqual([]);
    await store.stop();
  });

  it('shares its directory with no other, and keeps no port then', async () => {
    const store = await startStore();
    const free = await startS3Server({ directory, credentials });
    const port = Number(new URL(free.url).port);
    await free.close();
    const second = startS3Server({ directory: store.directory, credentials, port });
    const refusal = await second.catch(String);
    await store.stop();
    expect(refusal).toContain(`${store.directory} is in use by another process`);
    const third = await startS3Server({ directory, credentials, port });
    await third.close();
  });

  it('makes the directory, and a bucket once', async () => {
    const server = await startS3Server({ directory: join(directory, 'a', 'b'), credentials });
    await server.createBucket(bucket);
    const client = createClient(server.url);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
    await server.createBucket(bucket);
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    expect(await got.Body?.transformToString()).toBe('x');
    await expect(server.createBucket('No')).rejects.toMatchObject({ code: 'InvalidBucketName' });
    await server.close();
  });

  it('cuts off downloads when it closes', async () => {
    const store = await startStore();
    const body = Buffer.alloc(20_000_000);
    await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'big', Body: body }));
    const url = presign(`${store.server.url}/${bucket}/big`);
    const download = await new Promise<IncomingMessage>((resolve) => httpGet(url, resolve));
    const isOver = new Promise((resolve) => download.on('error', () => {}).on('close', resolve));
    await store.stop();
    download.resume();
    await isOver;
    expect(download.complete).toBe(false);
  });

  it('has thrown half an upload away when it is closed', async () => {
    const server = await startS3Server({ directory, credentials });
    await server.createBucket(bucket);
    const url = presign(`${server.url}/${bucket}/k`, { method: 'PUT' });
    const upload = httpRequest(url, { method: 'PUT', headers: { 'content-length': 1_000_000 } });
    upload.on('error', () => {}).write(Buffer.alloc(500_000));
    const incoming = join(directory, 'incoming');
    await until(() => readdirSync(incoming).length === 1);
    await server.close();
    expect(readdirSync(incoming)).toEqual([]);
  });

  it('signs for the region it is given', async () => {
    const server = await startS3Server({ directory, credentials, region: 'eu-west-1' });
    await server.createBucket(bucket);
    const client = createClient(server.url);
    client.config.region = async () => 'eu-west-1';
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
    await server.close();
  });
});

describe('a store that was killed', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  /** Serves the directory from a process of its own and returns the endpoint. */
  async function serve(): Promise<string> {
    const module = pathToFileURL(join(import.meta.dirname, '../../../local/s3/server.ts')).href;
    const script = `
      import { startS3Server } from ${JSON.stringify(module)};
      const server = await startS3Server(${JSON.stringify({ directory, credentials })});
      await server.createBucket(${JSON.stringify(bucket)});
      console.log(server.url);
    `;
    child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!child.stdout) throw new Error('the child has no output');
    const [url] = await once(createInterface(child.stdout), 'line');
    return String(url);
  }

  async function kill(): Promise<void> {
    const exit = child && once(child, 'exit');
    child?.kill('SIGKILL');
    await exit;
  }

  it('has everything it confirmed, and nothing unfinished', async () => {
    let client = createClient(await serve());
    const send = { Bucket: bucket, Key: 'k' };
    const first = await client.send(new PutObjectCommand({ ...send, Body: 'first', Metadata: { a: 'b' } }));
    const second = await client.send(new PutObjectCommand({ ...send, Body: 'second' }));
    const marker = await client.send(new DeleteObjectCommand(send));
    const big = { Bucket: bucket, Key: 'big' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(big));
    const part = { ...big, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: 'part' }));
    const puts = Array.from({ length: 200 }, (_, index) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: `burst/${index}`, Body: `content ${index}` })),
    );
    await Promise.race(puts);
    await kill();
    const confirmed = (await Promise.allSettled(puts)).map(({ status }) => status === 'fulfilled');
    client.destroy();
    writeFileSync(join(directory, 'incoming', 'left-over'), 'half');

    client = createClient(await serve());
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'k' }));
    expect(versions.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
    expect(versions.Versions).toMatchObject([
      { VersionId: second.VersionId },
      { VersionId: first.VersionId },
    ]);
    const got = await client.send(new GetObjectCommand({ ...send, VersionId: first.VersionId }));
    expect(got).toMatchObject({ Metadata: { a: 'b' }, ETag: first.ETag });
    expect(await got.Body?.transformToString()).toBe('first');

    const parts = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...big, UploadId, MultipartUpload: parts }));
    expect(confirmed).toContain(true);
    for (const [index, isConfirmed] of confirmed.entries()) {
      const read = client.send(new GetObjectCommand({ Bucket: bucket, Key: `burst/${index}` }));
      const content = await read.then(({ Body }) => Body?.transformToString()).catch(({ name }) => name);
      expect(isConfirmed ? [`content ${index}`] : [`content ${index}`, 'NoSuchKey']).toContain(content);
    }
    client.destroy();
  });
});
