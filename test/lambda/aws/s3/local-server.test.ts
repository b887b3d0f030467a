import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { readFilePath } from '../../../../lambda/files/file-path.ts';
import { startS3Server } from '../../../../local/s3/server.ts';
import type { Fault } from '../../../support/mocked-s3.ts';
import { describeFileStore } from '../../files/file-store.contract.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

let directory: string;
let server: Awaited<ReturnType<typeof startS3Server>>;
let client: S3Client;
let faults: Fault[] = [];
let roots = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3-contract-'));
  server = await startS3Server({ directory, credentials });
  client = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  loseAnswers(client.config);
});

/** Drops requests or their answers as the network may, below the SDK's retries. */
function loseAnswers({ requestHandler }: S3Client['config']): void {
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const fault = /^(PUT|DELETE)$/.test(request.method) ? faults.shift() : undefined;
    if (!fault) return handle(request, options);
    if (fault.isDone) (await handle(request, options)).response.body.resume();
    await fault.meanwhile?.();
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };
}

afterAll(async () => {
  client.destroy();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function open() {
  faults = [];
  roots += 1;
  const prefix = `files/root-${roots}`;
  return {
    store: createS3FileStore({ client, bucket: 'bucket', prefix: `${prefix}/` }),
    neighbour: createS3FileStore({ client, bucket: 'bucket', prefix: `${prefix}-next/` }),
    async putRaw(key: string, content: string) {
      await client.send(
        new PutObjectCommand({
          Bucket: 'bucket',
          Key: `${prefix}/${key}`,
          Body: new TextEncoder().encode(content),
        }),
      );
    },
    disturb: (fault: Fault) => void faults.push(fault),
  };
}

describeFileStore('the S3 store on the local S3 server', open);

describe('a presigned URL', () => {
  it('reads one file, as an attachment under its name', async () => {
    const { store } = await open();
    const path = readFilePath('bericht für "alle".txt');
    const { signal } = new AbortController();
    const written = await store.write(path, new TextEncoder().encode('hello'), {
      mediaType: 'text/plain',
      condition: { kind: 'none' },
      signal,
    });
    const url = await store.createDownloadUrl(path, { expiresInSeconds: 60 });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="bericht fur _alle_.txt"; filename*=UTF-8\'\'bericht%20f%C3%BCr%20%22alle%22.txt',
    );
    expect((await fetch(url.replace('bericht', 'gericht'))).status).toBe(403);
    await store.write(path, new TextEncoder().encode('later'), {
      mediaType: 'text/plain',
      condition: { kind: 'none' },
      signal,
    });
    const old = await store.createDownloadUrl(path, {
      expiresInSeconds: 60,
      versionId: written.versionId ?? '',
    });
    expect(await (await fetch(old)).text()).toBe('hello');
  });

  it('takes one upload of the size and type that were signed', async () => {
    const { store } = await open();
    const path = readFilePath('upload.bin');
    const options = {
      expiresInSeconds: 60,
      mediaType: 'application/x-test',
      size: 5,
      condition: { kind: 'absent' },
    } as const;
    const { url, headers } = await store.createUploadUrl(path, options);
    const put = (body: string, more: Record<string, string> = {}) =>
      fetch(url, { method: 'PUT', body, headers: { ...headers, ...more } });
    expect((await put('hello', { 'content-type': 'text/html' })).status).toBe(403);
    expect(
      (await fetch(url, { method: 'PUT', body: 'hello!', headers: { ...headers, 'content-length': '6' } }))
        .status,
    ).toBe(403);
    expect((await put('hello')).status).toBe(200);
    expect(await store.stat(path, { signal: new AbortController().signal })).toMatchObject({
      size: 5,
      mediaType: 'application/x-test',
    });
    expect((await put('again')).status).toBe(412);
  });
});
