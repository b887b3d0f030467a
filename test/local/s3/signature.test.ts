import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import {
  bucket,
  createClient,
  credentials,
  type RunningStore,
  refusal,
  startStore,
} from './running-store.ts';

let store: RunningStore;
let url: string;
beforeAll(async () => {
  store = await startStore();
  url = `${store.server.url}/${bucket}/k`;
  await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'signed' }));
});
afterAll(() => store.stop());

async function ask(target: string, init: RequestInit = {}) {
  const response = await fetch(target, init);
  const body = await response.text();
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(body)?.[1], body };
}

function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}

const accessDenied = { status: 403, code: 'AccessDenied' };
const mismatch = { status: 403, code: 'SignatureDoesNotMatch' };

describe('a signed request', () => {
  function getWith(config: ConstructorParameters<typeof S3Client>[0]) {
    const client = new S3Client({ endpoint: store.server.url, region: 'us-east-1', credentials, ...config });
    return client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
  }

  it('is refused without a signature', async () => {
    expect(await ask(url)).toMatchObject(accessDenied);
    expect(await ask(url, { method: 'PUT', body: 'x' })).toMatchObject(accessDenied);
    expect(await ask(store.server.url)).toMatchObject(accessDenied);
  });

  it('is refused with another secret, key id or region', async () => {
    const other = (more: object) => ({ credentials: { ...credentials, ...more } });
    expect(await refusal(getWith(other({ secretAccessKey: 'wrong' })))).toEqual(mismatch);
    const unknown = refusal(getWith(other({ accessKeyId: 'wrong' })));
    expect(await unknown).toEqual({ status: 403, code: 'InvalidAccessKeyId' });
    const elsewhere = refusal(getWith({ region: 'eu-west-1', followRegionRedirects: false }));
    expect(await elsewhere).toEqual({ status: 400, code: 'AuthorizationHeaderMalformed' });
  });

  it('may carry a session token', async () => {
    const got = await getWith({ credentials: { ...credentials, sessionToken: 'session' } });
    expect(await got.Body?.transformToString()).toBe('signed');
  });

  it.each([-20, 20])('is refused when its clock is %d minutes off', async (minutes) => {
    const client = createClient(store.server.url);
    client.config.systemClockOffset = minutes * 60_000;
    const call = client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    expect(await refusal(call)).toEqual({ status: 403, code: 'RequestTimeTooSkewed' });
  });

  it.each([
    ['Bearer eyJhbGciOi.J9', 400, 'AuthorizationHeaderMalformed'],
    ['AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host', 400, 'AuthorizationHeaderMalformed'],
  ])('is refused with the authorization %s', async (authorization, status, code) => {
    expect(await ask(url, { headers: { authorization } })).toMatchObject({ status, code });
  });

  it('must sign the hash of its body', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=00';
    expect(await ask(url, { headers: { authorization } })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
  });
});

describe('a presigned URL', () => {
  it('gets', async () => {
    expect(await ask(presign(url))).toMatchObject({ status: 200, body: 'signed' });
  });

  it('puts, with the headers and metadata it signs', async () => {
    const headers = { 'content-type': 'text/plain', 'if-none-match': '*' };
    const query = {
      'x-amz-meta-owner': 'alice',
      'x-amz-sdk-checksum-algorithm': 'CRC32',
      'x-amz-checksum-crc32': 'AAAAAA==',
    };
    const target = presign(`${store.server.url}/${bucket}/put`, { method: 'PUT', headers, query });
    expect(await ask(target, { method: 'PUT', headers, body: 'uploaded' })).toMatchObject({ status: 200 });
    expect(await ask(target, { method: 'PUT', headers, body: 'again' })).toMatchObject({ status: 412 });
    const got = await store.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'put' }));
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { owner: 'alice' } });
    expect(await got.Body?.transformToString()).toBe('uploaded');
  });

  it('may have its parameters in any order', async () => {
    const query = { 'x-amz-meta-a': '1', 'x-amz-meta-a-b': '2', 'x-amz-meta-a%': '3' };
    const [base, parameters = ''] = presign(`${store.server.url}/${bucket}/put`, {
      method: 'PUT',
      query,
    }).split('?');
    const target = `${base}?${parameters.split('&').reverse().join('&')}`;
    expect(await ask(target, { method: 'PUT', body: 'x' })).toMatchObject({ status: 200 });
  });

  it('refuses metadata that no header can hold', async () => {
    const target = presign(`${store.server.url}/${bucket}/put`, {
      method: 'PUT',
      query: { 'x-amz-meta-a': '文' },
    });
    const refused = { status: 400, code: 'InvalidArgument' };
    expect(await ask(target, { method: 'PUT', body: 'x' })).toMatchObject(refused);
  });

  it('signs keys and parameters of any characters', async () => {
    const key = "a b+c&d=e(f)'!*~/한";
    await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'odd' }));
    const path = key.split('/').map(encodeURIComponent).join('/');
    const query = {
      'response-content-disposition': `inline; filename="a+b (1)*.txt"`,
      'response-content-type': 'a/b',
    };
    const response = await fetch(presign(`${store.server.url}/${bucket}/${path}`, { query }));
    expect([response.status, await response.text()]).toEqual([200, 'odd']);
    expect(response.headers.get('content-disposition')).toBe('inline; filename="a+b (1)*.txt"');
  });

  it.each([
    ['another key', (target: string) => target.replace('/k?', '/other?')],
    ['another expiry', (target: string) => target.replace('Expires=60', 'Expires=61')],
    ['one parameter more', (target: string) => `${target}&response-content-type=text/html`],
    ['another signature', (target: string) => target.replace(/.{4}$/, '0000')],
    ['a shorter signature', (target: string) => target.slice(0, -1)],
  ])('is refused with %s', async (_change, change) => {
    const target = change(presign(url));
    expect(target).not.toBe(presign(url));
    expect(await ask(target)).toMatchObject(mismatch);
  });

  it('is refused with another method', async () => {
    expect(await ask(presign(url), { method: 'PUT', body: 'x' })).toMatchObject(mismatch);
  });

  it('is refused with another secret', async () => {
    const wrong = { ...credentials, secretAccessKey: 'wrong' };
    expect(await ask(presign(url, { credentials: wrong }))).toMatchObject(mismatch);
  });

  it('is refused without a header it signs, and with one it does not sign', async () => {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    expect(await ask(presign(url, { headers }))).toMatchObject(mismatch);
    expect(await ask(presign(url), { headers })).toMatchObject(accessDenied);
    expect(await ask(presign(url, { headers }), { headers })).toMatchObject({ status: 200 });
  });

  it('is valid from its date for as long as it says', async () => {
    expect(await ask(presign(url, { signedAt: minutesAgo(10), expires: 660 }))).toMatchObject({
      status: 200,
    });
    const expired = await ask(presign(url, { signedAt: minutesAgo(10), expires: 540 }));
    expect(expired).toMatchObject(accessDenied);
    expect(expired.body).toContain('expired');
    expect(await ask(presign(url, { signedAt: minutesAgo(-20) }))).toMatchObject(accessDenied);
  });

  it('is valid for a week at most', async () => {
    expect(await ask(presign(url, { expires: 604_800 }))).toMatchObject({ status: 200 });
    const refused = { status: 400, code: 'AuthorizationQueryParametersError' };
    expect(await ask(presign(url, { expires: 604_801 }))).toMatchObject(refused);
    expect(await ask(presign(url, { expires: Number.NaN }))).toMatchObject(refused);
    expect(await ask(presign(url, { region: 'eu-west-1' }))).toMatchObject(refused);
  });

  it('is refused beside an authorization header', async () => {
    const headers = { authorization: 'Bearer token' };
    expect(await ask(presign(url), { headers })).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});
