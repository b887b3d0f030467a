import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore, until } from './running-store.ts';

const partSize = 5 * 1024 * 1024;

let store: RunningStore;
beforeEach(async () => {
  store = await startStore();
});
afterEach(() => store.stop());

async function begin(Key: string): Promise<string | undefined> {
  const headers = { ContentType: 'text/plain', Metadata: { owner: 'alice' } };
  return (await store.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...headers })))
    .UploadId;
}

function upload(Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer) {
  return store.client.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body }));
}

function complete(Key: string, UploadId: string | undefined, Parts: CompletedPart[], conditions = {}) {
  const input = { Bucket: bucket, Key, UploadId, MultipartUpload: { Parts }, ...conditions };
  return store.client.send(new CompleteMultipartUploadCommand(input));
}

function abort(Key: string, UploadId: string | undefined) {
  return store.client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
}

async function read(Key: string): Promise<Buffer> {
  const { Body } = await store.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

function files(): string[] {
  return [
    ...readdirSync(join(store.directory, 'objects')),
    ...readdirSync(join(store.directory, 'incoming')),
  ];
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

const first = Buffer.alloc(partSize, 'a');
const second = Buffer.from('the end');

async function uploadBoth(key: string) {
  const id = await begin(key);
  const { ETag: end } = await upload(key, id, 7, second);
  const { ETag: start } = await upload(key, id, 2, first);
  const parts: [CompletedPart, CompletedPart] = [
    { PartNumber: 2, ETag: start },
    { PartNumber: 7, ETag: end },
  ];
  return { id, parts };
}

describe('a multipart upload', () => {
  it('becomes one object of its parts', async () => {
    const { id, parts } = await uploadBoth('big');
    expect(await refusal(read('big'))).toEqual({ status: 404, code: 'NoSuchKey' });
    const etag = `"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`;
    const completed = await complete('big', id, parts);
    expect(completed).toMatchObject({ Bucket: bucket, Key: 'big', ETag: etag });
    const got = await store.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'big' }));
    expect(got).toMatchObject({
      ETag: etag,
      VersionId: completed.VersionId,
      ContentLength: partSize + second.length,
      ContentType: 'text/plain',
      Metadata: { owner: 'alice' },
    });
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([first, second]))).toBe(true);
    expect(files()).toHaveLength(1);
  });

  it('lists its parts, page by page', async () => {
    const { id: UploadId, parts } = await uploadBoth('big');
    const list = (more = {}) =>
      store.client.send(new ListPartsCommand({ Bucket: bucket, Key: 'big', UploadId, ...more }));
    const sizes = [partSize, second.length];
    const listed = parts.map((part, index) => ({
      ...part,
      Size: sizes[index],
      LastModified: expect.any(Date),
    }));
    expect(await list()).toMatchObject({ Bucket: bucket, Key: 'big', UploadId, IsTruncated: false });
    expect((await list()).Parts).toEqual(listed);
    const page = await list({ MaxParts: 1 });
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2', MaxParts: 1 });
    expect(page.Parts).toEqual(listed.slice(0, 1));
    expect((await list({ PartNumberMarker: page.NextPartNumberMarker })).Parts).toEqual(listed.slice(1));
    await abort('big', UploadId);
    expect(await refusal(list())).toEqual({ status: 404, code: 'NoSuchUpload' });
  });

  it('leaves its parts behind when it is copied: the copy has the etag of one piece', async () => {
    const { id, parts } = await uploadBoth('big');
    await complete('big', id, parts);
    const copy = new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/big` });
    const { CopyObjectResult } = await store.client.send(copy);
    expect(CopyObjectResult?.ETag).toBe(`"${md5(Buffer.concat([first, second])).toString('hex')}"`);
    expect((await read('copy')).length).toBe(partSize + second.length);
    expect(files()).toHaveLength(1);
  });

  it('leaves parts out that are not named', async () => {
    const { id, parts } = await uploadBoth('big');
    await complete('big', id, parts.slice(1));
    expect((await read('big')).toString()).toBe('the end');
    expect(files()).toHaveLength(1);
  });

  it('takes the last upload of a part', async () => {
    const id = await begin('big');
    const stale = await upload('big', id, 1, Buffer.from('stale'));
    const fresh = await upload('big', id, 1, Buffer.from('fresh'));
    expect(files()).toHaveLength(1);
    const completed = complete('big', id, [{ PartNumber: 1, ETag: stale.ETag }]);
    expect(await refusal(completed)).toEqual({ status: 400, code: 'InvalidPart' });
    await complete('big', id, [{ PartNumber: 1, ETag: fresh.ETag }]);
    expect((await read('big')).toString()).toBe('fresh');
  });

  it('is over when it is completed', async () => {
    const { id, parts } = await uploadBoth('big');
    await complete('big', id, parts);
    const over = { status: 404, code: 'NoSuchUpload' };
    expect(await refusal(complete('big', id, parts))).toEqual(over);
    expect(await refusal(upload('big', id, 1, second))).toEqual(over);
    expect(await refusal(abort('big', id))).toEqual(over);
  });

  it('is completed once by two at the same time', async () => {
    const { id, parts } = await uploadBoth('big');
    const calls = [complete('big', id, parts), complete('big', id, parts)];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const losers = calls.filter((_, index) => outcomes[index]?.status === 'rejected');
    expect(await Promise.all(losers.map(refusal))).toEqual([{ status: 404, code: 'NoSuchUpload' }]);
    expect(files()).toHaveLength(1);
  });

  it('leaves nothing when it is aborted', async () => {
    const { id, parts } = await uploadBoth('big');
    await abort('big', id);
    expect(files()).toEqual([]);
    expect(await refusal(complete('big', id, parts))).toEqual({ status: 404, code: 'NoSuchUpload' });
  });

  it('takes no part that comes in after it was aborted', async () => {
    const uploadId = (await begin('big')) ?? '';
    const query = { uploadId, partNumber: '1' };
    const url = presign(`${store.server.url}/${bucket}/big`, { method: 'PUT', query });
    const late = httpRequest(url, { method: 'PUT', headers: { 'content-length': 200_000 } });
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      late.on('response', resolve).on('error', reject),
    );
    late.write(Buffer.alloc(100_000));
    await until(() => files().length === 1);
    await abort('big', uploadId);
    late.end(Buffer.alloc(100_000));
    const response = await answer;
    expect(response.statusCode).toBe(404);
    expect(await text(response)).toContain('<Code>NoSuchUpload</Code>');
    expect(files()).toEqual([]);
  });

  it('belongs to its key', async () => {
    const { id, parts } = await uploadBoth('big');
    const missing = { status: 404, code: 'NoSuchUpload' };
    expect(await refusal(upload('other', id, 1, second))).toEqual(missing);
    expect(await refusal(complete('other', id, parts))).toEqual(missing);
    expect(await refusal(abort('other', id))).toEqual(missing);
    expect(await refusal(upload('big', 'no-such-upload', 1, second))).toEqual(missing);
  });

  it.each([
    [{ IfNoneMatch: '*' }, 412, 'PreconditionFailed'],
    [{ IfMatch: '"other"' }, 412, 'PreconditionFailed'],
  ])('is not completed when %j does not hold, and can be again', async (conditions, status, code) => {
    const there = await store.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'big', Body: 'there' }),
    );
    const { id, parts } = await uploadBoth('big');
    expect(await refusal(complete('big', id, parts, conditions))).toEqual({ status, code });
    expect((await read('big')).toString()).toBe('there');
    await complete('big', id, parts, { IfMatch: there.ETag });
    expect(await read('big')).toHaveLength(partSize + second.length);
  });

  it('refuses parts that do not fit together', async () => {
    const { id, parts } = await uploadBoth('big');
    const [start, end] = parts;
    const small = await upload('big', id, 1, second);
    const tooSmall = [{ PartNumber: 1, ETag: small.ETag }, start];
    const attempts: [CompletedPart[], string][] = [
      [[end, start], 'InvalidPartOrder'],
      [[start, start], 'InvalidPartOrder'],
      [tooSmall, 'EntityTooSmall'],
      [[start, { PartNumber: 3, ETag: end.ETag }], 'InvalidPart'],
      [[], 'MalformedXML'],
    ];
    for (const [chosen, code] of attempts) {
      expect(await refusal(complete('big', id, chosen))).toEqual({ status: 400, code });
    }
    await complete('big', id, parts);
  });

  it.each([0, 10_001, -1, 1.5])('knows no part %d', async (number) => {
    const id = await begin('big');
    const refused = await refusal(upload('big', id, number, second));
    expect(refused).toEqual({ status: 400, code: 'InvalidArgument' });
  });

  it('verifies the checksum of a part', async () => {
    const UploadId = await begin('big');
    const part = {
      Bucket: bucket,
      Key: 'big',
      UploadId,
      PartNumber: 1,
      Body: 'x',
      ChecksumCRC32: 'AAAAAA==',
    };
    const sent = store.client.send(new UploadPartCommand(part));
    expect(await refusal(sent)).toEqual({ status: 400, code: 'BadDigest' });
    expect(files()).toEqual([]);
  });
});
