import { readdirSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore } from './running-store.ts';

let store: RunningStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

function put(Key: string, more: Partial<PutObjectCommandInput>) {
  return store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '123456789', ...more }));
}

function head(Key: string) {
  return store.client.send(new HeadObjectCommand({ Bucket: bucket, Key, ChecksumMode: 'ENABLED' }));
}

async function expectNothingKept(key: string): Promise<void> {
  expect(await refusal(head(key))).toEqual({ status: 404, code: 'NotFound' });
  expect(readdirSync(join(store.directory, 'incoming'))).toEqual([]);
}

describe('a checksum', () => {
  // Of the digits 1 to 9: the check values of the CRC catalogue, and the digests sha1sum and sha256sum print.
  const checks = [
    ['CRC32', 'ChecksumCRC32', 'cbf43926'],
    ['CRC32C', 'ChecksumCRC32C', 'e3069283'],
    ['SHA1', 'ChecksumSHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', 'ChecksumSHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const;

  it.each(checks)(
    'by %s is verified and answered, in a header and in a trailer',
    async (name, field, hex) => {
      const expected = { [field]: Buffer.from(hex, 'hex').toString('base64'), ChecksumType: 'FULL_OBJECT' };
      expect(await put('header', { ChecksumAlgorithm: name })).toMatchObject(expected);
      expect(await head('header')).toMatchObject(expected);

      const stream = Readable.from([Buffer.from('1234'), Buffer.from('56789')]);
      const streamed = { ChecksumAlgorithm: name, Body: stream, ContentLength: 9 };
      expect(await put('trailer', streamed)).toMatchObject(expected);
      const got = await store.client.send(
        new GetObjectCommand({ Bucket: bucket, Key: 'trailer', ChecksumMode: 'ENABLED' }),
      );
      expect(got).toMatchObject(expected);
      expect(await got.Body?.transformToString()).toBe('123456789');
    },
  );

  it.each(checks)('by %s that does not fit is refused', async (name, field, hex) => {
    const wrong = Buffer.from(hex, 'hex').reverse().toString('base64');
    const sent = put('wrong', { ChecksumAlgorithm: name, [field]: wrong });
    expect(await refusal(sent)).toEqual({ status: 400, code: 'BadDigest' });
    await expectNothingKept('wrong');
  });

  it('stays away from the answer to a range, which it is not of', async () => {
    await put('ranged', {});
    const ranged = new GetObjectCommand({
      Bucket: bucket,
      Key: 'ranged',
      ChecksumMode: 'ENABLED',
      Range: 'bytes=0-3',
    });
    const got = await store.client.send(ranged);
    expect(got.ChecksumCRC32).toBeUndefined();
    expect(await got.Body?.transformToString()).toBe('1234');
  });

  it('by CRC64NVME is let through', async () => {
    await put('crc64', { ChecksumAlgorithm: ChecksumAlgorithm.CRC64NVME });
    expect((await head('crc64')).ContentLength).toBe(9);
  });

  it('is one per upload', async () => {
    const sent = put('two', { ChecksumCRC32: 'y/Q5Jg==', ChecksumSHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=' });
    expect(await refusal(sent)).toEqual({ status: 400, code: 'InvalidRequest' });
  });

  it('by MD5 is verified too', async () => {
    const hex = '25f9e794323b453885f5181f1b624d0b';
    await put('md5', { ContentMD5: Buffer.from(hex, 'hex').toString('base64') });
    expect((await head('md5')).ETag).toBe(`"${hex}"`);
  });
});

/** Sends a body exactly as given, by a presigned URL that signs all of the headers. */
async function send(
  key: string,
  body: string,
  headers: Record<string, string>,
  query = {},
  agent = new Agent(),
) {
  const base = `${store.server.url}/${bucket}/${key}`;
  const url = presign(base, { method: 'PUT', headers, query });
  const request = httpRequest(url, { method: 'PUT', headers, agent });
  request.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  const document = await text(response);
  const code = /<Code>(.*)<\/Code>/.exec(document)?.[1];
  return { status: response.statusCode, code, socket: response.socket };
}

describe('a body', () => {
  const chunked = { 'X-Amz-Content-Sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
  const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32', 'x-amz-decoded-content-length': '9' };

  it('in chunks with a trailer that fits is kept', async () => {
    const body = '4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n';
    expect(await send('chunked', body, trailer, chunked)).toMatchObject({ status: 200 });
    expect(await head('chunked')).toMatchObject({ ContentLength: 9, ChecksumCRC32: 'y/Q5Jg==' });
  });

  it.each([
    [
      'a checksum of other bytes',
      '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      'BadDigest',
    ],
    ['the checksum announced but missing', '9\r\n123456789\r\n0\r\n\r\n', 'BadDigest'],
    [
      'fewer bytes than announced',
      '8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:mucP0w==\r\n\r\n',
      'IncompleteBody',
    ],
    ['no last chunk', '9\r\n123456789\r\n', 'IncompleteBody'],
    ['a chunk that is longer than it says', '4\r\n123456789\r\n0\r\n\r\n', 'InvalidRequest'],
    ['a chunk of no size', 'nine\r\n123456789\r\n0\r\n\r\n', 'InvalidRequest'],
    ['no chunks at all', '1'.repeat(20_000), 'InvalidRequest'],
  ])('in chunks with %s is refused', async (_case, body, code) => {
    expect(await send('broken', body, trailer, chunked)).toMatchObject({ status: 400, code });
    await expectNothingKept('broken');
  });

  it('is refused when its SHA-256 is not the signed one', async () => {
    const hash = '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225';
    const query = { 'X-Amz-Content-Sha256': hash };
    const refused = { status: 400, code: 'XAmzContentSHA256Mismatch' };
    expect(await send('hashed', '12345678', {}, query)).toMatchObject(refused);
    await expectNothingKept('hashed');
    expect(await send('hashed', '123456789', {}, query)).toMatchObject({ status: 200 });
  });

  it('is refused when its MD5 is not the announced one', async () => {
    const headers = { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' };
    expect(await send('md5', '123456789', headers)).toMatchObject({ status: 400, code: 'BadDigest' });
  });

  it.each([
    ['of unknown length', { 'transfer-encoding': 'chunked' }, {}],
    ['in chunks of unknown length', { 'x-amz-trailer': 'x-amz-checksum-crc32' }, chunked],
  ])('%s is refused', async (_case, headers, query) => {
    expect(await send('endless', '123456789', headers, query)).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
  });

  it('in signed chunks is not offered', async () => {
    const signed = { 'X-Amz-Content-Sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' };
    expect(await send('signed', 'x', {}, signed)).toMatchObject({ status: 501, code: 'NotImplemented' });
  });

  it('that is refused half-way leaves the connection fit for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = await send('broken', `x\r\n${'1'.repeat(2_000_000)}`, trailer, chunked, agent);
    const accepted = await send('after', '123456789', {}, {}, agent);
    agent.destroy();
    expect([refused.status, accepted.status]).toEqual([400, 200]);
    expect(accepted.socket).toBe(refused.socket);
  });
});
