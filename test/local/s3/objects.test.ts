import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore, until } from './running-store.ts';

let store: RunningStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

type Body = Exclude<PutObjectCommandInput['Body'], undefined>;

function put(Key: string, Body: Body, more: Partial<PutObjectCommandInput> = {}) {
  return store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
}

function get(Key: string, more = {}) {
  return store.client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
}

function head(Key: string, more = {}) {
  return store.client.send(new HeadObjectCommand({ Bucket: bucket, Key, ...more }));
}

async function read(key: string): Promise<string | undefined> {
  return (await get(key)).Body?.transformToString();
}

function urlOf(key: string): string {
  return `${store.server.url}/${bucket}/${key}`;
}

describe('an object', () => {
  it('comes back with its bytes, its headers and its metadata', async () => {
    const sent = await put('report.txt', 'hello world', {
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment; filename="report.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'en',
      CacheControl: 'no-store',
      Metadata: { owner: 'alice' },
    });
    const etag = `"${createHash('md5').update('hello world').digest('hex')}"`;
    expect(sent).toMatchObject({ ETag: etag, VersionId: expect.stringMatching(/^[0-9a-f]{32}$/) });

    const expected = {
      ETag: etag,
      VersionId: sent.VersionId,
      ContentLength: 11,
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment; filename="report.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'en',
      CacheControl: 'no-store',
      Metadata: { owner: 'alice' },
      AcceptRanges: 'bytes',
    };
    const got = await get('report.txt');
    expect(got).toMatchObject(expected);
    expect(await got.Body?.transformToString()).toBe('hello world');
    expect(await head('report.txt')).toMatchObject({ ...expected, LastModified: got.LastModified });
  });

  it('may be empty', async () => {
    await put('empty', new Uint8Array());
    expect(await read('empty')).toBe('');
    expect((await head('empty')).ContentLength).toBe(0);
  });

  it('is binary when nobody says what it is', async () => {
    const url = presign(urlOf('untyped'), { method: 'PUT' });
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array([1, 2]) })).status).toBe(200);
    expect((await head('untyped')).ContentType).toBe('binary/octet-stream');
  });

  it('sent as a stream is stored without the framing of the transfer', async () => {
    const pieces = [Buffer.alloc(70_000, 'a'), Buffer.alloc(80_000, 'b')];
    await put('stream', Readable.from(pieces), { ContentLength: 150_000, ContentEncoding: 'gzip' });
    await put('plain-stream', Readable.from(pieces), { ContentLength: 150_000 });
    expect(await read('stream')).toBe(Buffer.concat(pieces).toString());
    expect((await head('stream')).ContentEncoding).toBe('gzip');
    expect((await head('plain-stream')).ContentEncoding).toBeUndefined();
  });

  it('is whole for every reader while it is overwritten', async () => {
    const contents = Array.from({ length: 20 }, (_, index) =>
      String.fromCharCode(97 + index).repeat(200_000),
    );
    await put('contended', contents[0] ?? '');
    const writes = contents.map((content) => put('contended', content));
    const reads = contents.map(() => read('contended'));
    for (const content of await Promise.all(reads)) expect(contents).toContain(content);
    await Promise.all(writes);
  });

  it('does not come to be when its sender hangs up', async () => {
    const url = presign(urlOf('abandoned'), { method: 'PUT' });
    const upload = httpRequest(url, { method: 'PUT', headers: { 'content-length': 1_000_000 } });
    upload.on('error', () => {});
    upload.write(Buffer.alloc(500_000));
    const incoming = join(store.directory, 'incoming');
    await until(() => readdirSync(incoming).length === 1);
    upload.destroy();
    await until(() => readdirSync(incoming).length === 0);
    expect(await refusal(head('abandoned'))).toEqual({ status: 404, code: 'NotFound' });
  });
});

describe('a range', () => {
  beforeAll(async () => {
    await put('digits', '0123456789');
    await put('nothing', new Uint8Array());
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-4', '4', 'bytes 4-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s is answered with 206', async (Range, content, contentRange) => {
    const got = await get('digits', { Range });
    expect(got).toMatchObject({ ContentRange: contentRange, ContentLength: content.length });
    expect(got.$metadata.httpStatusCode).toBe(206);
    expect(await got.Body?.transformToString()).toBe(content);
    const known = await head('digits', { Range });
    expect(known).toMatchObject({ ContentRange: contentRange, ContentLength: content.length });
    expect(known.$metadata.httpStatusCode).toBe(206);
  });

  it.each(['bytes=5-2', 'bytes=-', 'lines=1-2', 'bytes=a-b'])('%s is none and ignored', async (Range) => {
    const got = await get('digits', { Range });
    expect(got.$metadata.httpStatusCode).toBe(200);
    expect(got.ContentRange).toBeUndefined();
    expect(await got.Body?.transformToString()).toBe('0123456789');
  });

  it.each([
    ['digits', 'bytes=10-', 'bytes */10'],
    ['digits', 'bytes=10-20', 'bytes */10'],
    ['digits', 'bytes=-0', 'bytes */10'],
    ['nothing', 'bytes=0-', 'bytes */0'],
  ])('of %s, %s lies beyond it', async (key, range, contentRange) => {
    const response = await fetch(presign(urlOf(key)), { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(await response.text()).toContain('<Code>InvalidRange</Code>');
  });

  it('that is more than one is not offered', async () => {
    expect(await refusal(get('digits', { Range: 'bytes=0-1,3-4' }))).toEqual({
      status: 501,
      code: 'NotImplemented',
    });
  });
});

describe('an answer', () => {
  it('replaces the headers that the request asks it to replace', async () => {
    await put('override', 'x', { ContentType: 'text/plain', CacheControl: 'no-store' });
    const got = await get('override', {
      ResponseContentType: 'application/pdf',
      ResponseContentDisposition: 'attachment; filename="a.pdf"',
      ResponseCacheControl: 'max-age=1',
      ResponseContentLanguage: 'de',
      ResponseContentEncoding: 'br',
      ResponseExpires: new Date(0),
    });
    expect(got).toMatchObject({
      ContentType: 'application/pdf',
      ContentDisposition: 'attachment; filename="a.pdf"',
      CacheControl: 'max-age=1',
      ContentLanguage: 'de',
      ContentEncoding: 'br',
      ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
  });

  it('refuses a replacement that no header can hold', async () => {
    const query = { 'response-content-disposition': 'attachment; filename="文.pdf"' };
    const response = await fetch(presign(urlOf('override'), { query }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidArgument</Code>');
  });

  it('that is an error is an S3 document', async () => {
    const response = await fetch(presign(urlOf('a%26b')));
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/xml');
    const requestId = response.headers.get('x-amz-request-id');
    expect(await response.text()).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error>` +
        `<Code>NoSuchKey</Code><Message>the key does not exist</Message><Resource>/files/a%26b</Resource>` +
        `<RequestId>${requestId}</RequestId></Error>`,
    );
  });

  it('says what is missing', async () => {
    const elsewhere = new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'k' });
    expect(await refusal(get('no-such-key'))).toEqual({ status: 404, code: 'NoSuchKey' });
    expect(await refusal(head('no-such-key'))).toEqual({ status: 404, code: 'NotFound' });
    expect(await refusal(store.client.send(elsewhere))).toEqual({ status: 404, code: 'NoSuchBucket' });
  });
});

describe('a key', () => {
  const oddKeys = [
    '..',
    '../../escape',
    './here',
    'a/../b',
    'a//b',
    '/leading',
    'trailing/',
    'p',
    'p/q',
    'a b+c%20d&e=f?g#h;i,j',
    `quotes "'<>&amp;`,
    "!'()*~",
    'é',
    'e\u0301',
    '한글/日本語',
    '😀',
    'tab\tand\nlines\r\n',
    'nul\u0000and\u0001',
    'n'.repeat(1024),
    'ü'.repeat(512),
  ];

  it('may be any Unicode text of 1024 bytes', async () => {
    for (const key of oddKeys) await put(key, `content of ${key}`);
    for (const key of oddKeys) expect(await read(key)).toBe(`content of ${key}`);
    const listed = await store.client.send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url' }));
    const keys = listed.Contents?.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' ')));
    expect(keys).toEqual(expect.arrayContaining(oddKeys));
  });

  it('never becomes a path on the disk', async () => {
    await put('../../../visible', 'x');
    const files = readdirSync(store.directory, { recursive: true }).map(String);
    expect(files.filter((file) => /visible|escape/.test(file))).toEqual([]);
    const names = readdirSync(join(store.directory, 'objects'));
    expect(names.filter((name) => !/^[0-9a-f-]{36}$/.test(name))).toEqual([]);
  });

  it.each(['n'.repeat(1025), 'ü'.repeat(513)])('of more than 1024 bytes is refused', async (key) => {
    expect(await refusal(put(key, 'x'))).toEqual({ status: 400, code: 'KeyTooLongError' });
  });

  it('that is not UTF-8 is refused', async () => {
    const response = await fetch(urlOf('%ff'));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidURI</Code>');
  });
});
