import { startGateway } from '../../../local/gateway/gateway.ts';

let gateway: { url: string; close(): Promise<void> };
let payload: unknown;

beforeAll(async () => {
  const integration = { payloadFormatVersion: '2.0', timeoutInMillis: 30_000 } as const;
  gateway = await startGateway({
    routes: [{ method: 'GET', path: '/', functionId: 'http', integration }],
    invoke: async () => ({ payload }),
  });
});

afterAll(() => gateway.close());

async function answer(result: unknown) {
  payload = result;
  return fetch(gateway.url);
}

describe('the response', () => {
  it.each([
    ['an object', { message: 'hello' }, '{"message":"hello"}'],
    ['text', 'hello', '"hello"'],
    ['a list', [1], '[1]'],
    ['nothing', null, 'null'],
  ])('is 200 with JSON for %s without a status code', async (_, result, body) => {
    const response = await answer(result);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  it('is plain text unless the function says something else', async () => {
    const plain = await answer({ statusCode: 202, body: 'text' });
    expect(plain.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const html = await answer({ statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' });
    expect(html.headers.get('content-type')).toBe('text/html');
  });

  it('has the bytes of a base64 body', async () => {
    const response = await answer({ statusCode: 200, body: '/wA=', isBase64Encoded: true });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0xff, 0x00]));
  });

  it('takes null for what the function leaves out', async () => {
    const response = await answer({
      statusCode: 200,
      headers: null,
      cookies: null,
      body: null,
      isBase64Encoded: null,
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('has cookies of the headers and of the list', async () => {
    const response = await answer({ statusCode: 200, headers: { 'Set-Cookie': 'a=1' }, cookies: ['b=2'] });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it("has the gateway's own connection, length and request id", async () => {
    const own = {
      Connection: 'close',
      'Keep-Alive': 'timeout=99',
      'Transfer-Encoding': 'chunked',
      Upgrade: 'websocket',
      'Content-Length': '99',
      'Apigw-Requestid': 'forged',
    };
    const response = await answer({ statusCode: 200, headers: { ...own, 'X-Kept': 'yes' }, body: 'four' });
    expect(await response.text()).toBe('four');
    expect(response.headers.get('x-kept')).toBe('yes');
    expect(response.headers.get('connection')).toBe('keep-alive');
    expect(response.headers.get('keep-alive')).not.toBe('timeout=99');
    expect(response.headers.get('transfer-encoding')).toBeNull();
    expect(response.headers.get('upgrade')).toBeNull();
    expect(response.headers.get('content-length')).toBe('4');
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/);
  });
});
