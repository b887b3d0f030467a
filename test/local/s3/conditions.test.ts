import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore } from './running-store.ts';

let store: RunningStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

const otherEtag = '"00000000000000000000000000000000"';
const failed = { status: 412, code: 'PreconditionFailed' };
const missing = { status: 404, code: 'NoSuchKey' };

function put(Key: string, Body: string, conditions = {}) {
  return store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...conditions }));
}

function remove(Key: string, conditions = {}) {
  return store.client.send(new DeleteObjectCommand({ Bucket: bucket, Key, ...conditions }));
}

function get(Key: string, conditions = {}) {
  return store.client.send(new GetObjectCommand({ Bucket: bucket, Key, ...conditions }));
}

async function read(key: string): Promise<string | undefined> {
  return (await get(key)).Body?.transformToString();
}

describe('a write with If-None-Match: *', () => {
  it('makes a key and never overwrites it', async () => {
    await put('new', 'first', { IfNoneMatch: '*' });
    const files = readdirSync(join(store.directory, 'objects'));
    expect(await refusal(put('new', 'second', { IfNoneMatch: '*' }))).toEqual(failed);
    expect(await read('new')).toBe('first');
    expect(readdirSync(join(store.directory, 'objects'))).toEqual(files);
  });

  it('makes a deleted key again', async () => {
    await put('deleted', 'first');
    await remove('deleted');
    await put('deleted', 'second', { IfNoneMatch: '*' });
    expect(await read('deleted')).toBe('second');
  });

  it('is won by exactly one of ten', async () => {
    const bodies = Array.from({ length: 10 }, (_, index) => `writer ${index}`);
    const calls = bodies.map((body) => put('raced', body, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(calls);
    const winners = bodies.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(winners).toEqual([await read('raced')]);
    const losers = await Promise.all(
      calls.filter((_, index) => outcomes[index]?.status === 'rejected').map(refusal),
    );
    expect(losers).toEqual(Array(9).fill(failed));
  });

  it('knows no other value than *', async () => {
    const sent = put('new', 'third', { IfNoneMatch: otherEtag });
    expect(await refusal(sent)).toEqual({ status: 501, code: 'NotImplemented' });
  });
});

describe('a write with If-Match', () => {
  it('replaces only what it names', async () => {
    const { ETag } = await put('known', 'first');
    expect(await refusal(put('known', 'second', { IfMatch: otherEtag }))).toEqual(failed);
    expect(await read('known')).toBe('first');
    await put('known', 'second', { IfMatch: ETag });
    expect(await read('known')).toBe('second');
  });

  it('does not make a key that is missing or deleted', async () => {
    const { ETag } = await put('gone', 'first');
    await remove('gone');
    expect(await refusal(put('gone', 'second', { IfMatch: ETag }))).toEqual(missing);
    expect(await refusal(put('never', 'first', { IfMatch: ETag }))).toEqual(missing);
  });

  it('is won by exactly one of ten', async () => {
    const { ETag } = await put('raced-known', 'start');
    const calls = Array.from({ length: 10 }, (_, index) =>
      put('raced-known', `writer ${index}`, { IfMatch: ETag }),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a delete with If-Match', () => {
  it('deletes only what it names', async () => {
    const { ETag } = await put('unwanted', 'x');
    expect(await refusal(remove('unwanted', { IfMatch: otherEtag }))).toEqual(failed);
    expect(await read('unwanted')).toBe('x');
    await remove('unwanted', { IfMatch: ETag });
    expect(await refusal(get('unwanted'))).toEqual(missing);
    expect(await refusal(remove('unwanted', { IfMatch: ETag }))).toEqual(missing);
    expect(await refusal(remove('unwanted', { IfMatch: '*' }))).toEqual(missing);
  });

  it('of a version is not offered', async () => {
    const { ETag, VersionId } = await put('pinned', 'x');
    const sent = remove('pinned', { IfMatch: ETag, VersionId });
    expect(await refusal(sent)).toEqual({ status: 501, code: 'NotImplemented' });
    expect(await read('pinned')).toBe('x');
  });
});

describe('a copy', () => {
  const copy = (Key: string, conditions = {}) =>
    store.client.send(
      new CopyObjectCommand({ Bucket: bucket, Key, CopySource: `${bucket}/source`, ...conditions }),
    );
  let etag: string | undefined;
  beforeAll(async () => {
    etag = (await put('source', 'source')).ETag;
    await put('target', 'target');
  });

  it.each([
    ['IfNoneMatch', '*'],
    ['IfMatch', otherEtag],
    ['CopySourceIfMatch', otherEtag],
    ['CopySourceIfModifiedSince', new Date(Date.now() + 60_000)],
    ['CopySourceIfUnmodifiedSince', new Date(0)],
  ])('is refused when %s does not hold', async (name, value) => {
    expect(await refusal(copy('target', { [name]: value }))).toEqual(failed);
    expect(await read('target')).toBe('target');
  });

  it('is refused when the source matches CopySourceIfNoneMatch', async () => {
    expect(await refusal(copy('target', { CopySourceIfNoneMatch: etag }))).toEqual(failed);
  });

  it('is refused when If-Match finds no target', async () => {
    expect(await refusal(copy('no-target', { IfMatch: etag }))).toEqual(missing);
  });

  it('happens when all conditions hold', async () => {
    const { ETag } = await get('target');
    await copy('target', { IfMatch: ETag, CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: new Date() });
    await copy('new-target', { IfNoneMatch: '*', CopySourceIfNoneMatch: otherEtag });
    expect(await read('target')).toBe('source');
    expect(await read('new-target')).toBe('source');
  });
});

describe('a read', () => {
  const past = 'Thu, 01 Jan 1970 00:00:00 GMT';
  const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
  const etag = '"9dd4e461268c8034f5c8564e155c67a6"'; // the MD5 of "x"
  beforeAll(() => put('read', 'x'));

  it.each([
    [200, { 'if-match': etag }],
    [200, { 'if-match': '*' }],
    [200, { 'if-match': `${otherEtag}, *` }],
    [412, { 'if-match': '"*"' }],
    [200, { 'if-match': `${otherEtag}, W/${etag}` }],
    [412, { 'if-match': otherEtag }],
    [412, { 'if-unmodified-since': past }],
    [200, { 'if-unmodified-since': future }],
    [304, { 'if-none-match': etag }],
    [304, { 'if-none-match': '*' }],
    [200, { 'if-none-match': otherEtag }],
    [304, { 'if-modified-since': future }],
    [200, { 'if-modified-since': past }],
    [200, { 'if-modified-since': 'yesterday', 'if-unmodified-since': 'tomorrow' }],
    [200, { 'if-match': etag, 'if-unmodified-since': past }],
    [200, { 'if-none-match': otherEtag, 'if-modified-since': future }],
    [412, { 'if-match': otherEtag, 'if-none-match': etag }],
  ])('is answered with %d to %j', async (status, headers: Record<string, string>) => {
    for (const method of ['GET', 'HEAD']) {
      const url = presign(`${store.server.url}/${bucket}/read`, { method });
      const response = await fetch(url, { method, headers, cache: 'no-store' });
      await response.text();
      expect([method, response.status]).toEqual([method, status]);
    }
  });

  it('tells with 304 what the caller has', async () => {
    const url = presign(`${store.server.url}/${bucket}/read`);
    const response = await fetch(url, { headers: { 'if-none-match': etag } });
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe('');
  });

  it('takes the time of the object itself for unmodified', async () => {
    const { LastModified } = await store.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'read' }));
    const got = await get('read', { IfUnmodifiedSince: LastModified });
    expect(got.$metadata.httpStatusCode).toBe(200);
    await got.Body?.transformToString();
    expect(await refusal(get('read', { IfModifiedSince: LastModified }))).toMatchObject({ status: 304 });
  });
});
