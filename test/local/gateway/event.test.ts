import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startGateway } from '../../../local/gateway/gateway.ts';
import { sendRaw } from './raw-request.ts';

let gateway: { url: string; close(): Promise<void> };
let events: APIGatewayProxyEventV2[];

beforeAll(async () => {
  const integration = { payloadFormatVersion: '2.0', timeoutInMillis: 30_000 } as const;
  gateway = await startGateway({
    routes: [
      { method: 'GET', path: '/files/käse brot', functionId: 'http', integration },
      { method: 'POST', path: '/', functionId: 'http', integration },
    ],
    async invoke(_, event) {
      // startGateway invokes with the event under test.
      events.push(event as APIGatewayProxyEventV2);
      return { payload: null };
    },
  });
});

afterAll(() => gateway.close());

beforeEach(() => {
  events = [];
});

describe('the event', () => {
  it('holds the whole request', async () => {
    const before = Date.now();
    const lines = [
      'GET /files/k%C3%A4se%20brot?q=a%20b+c&Q=1&q=%26&flag&__proto__=x HTTP/1.1',
      'Host: localhost:3000',
      'User-Agent: raw/1.0',
      'Accept: text/html',
      'ACCEPT: application/json',
      'Cookie: a=1; b=2',
      'cookie: c=3',
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Proto: gopher',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Connection: close',
    ];
    const answer = await sendRaw(gateway.url, `${lines.join('\r\n')}\r\n\r\n`);
    const [event] = events;
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /files/käse brot',
      rawPath: '/files/käse brot',
      rawQueryString: 'q=a%20b+c&Q=1&q=%26&flag&__proto__=x',
      cookies: ['a=1', 'b=2', 'c=3'],
      headers: {
        accept: 'text/html,application/json',
        'content-length': '0',
        host: 'localhost:3000',
        'user-agent': 'raw/1.0',
        'x-forwarded-for': '203.0.113.7, 127.0.0.1',
        'x-forwarded-port': new URL(gateway.url).port,
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: Object.fromEntries([
        ['q', 'a b c,&'],
        ['Q', '1'],
        ['flag', ''],
        ['__proto__', 'x'],
      ]),
      requestContext: {
        accountId: '123456789012',
        apiId: 'local',
        domainName: 'localhost:3000',
        domainPrefix: 'local',
        http: {
          method: 'GET',
          path: '/files/käse brot',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'raw/1.0',
        },
        requestId: /apigw-requestid: (.*)\r\n/.exec(answer)?.[1],
        routeKey: 'GET /files/käse brot',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    const timeEpoch = event?.requestContext.timeEpoch ?? 0;
    expect(timeEpoch).toBeGreaterThanOrEqual(before);
    const seconds = `${event?.requestContext.time}`.replace(/(\d{4}):/, '$1 ');
    expect(Date.parse(seconds)).toBe(Math.floor(timeEpoch / 1000) * 1000);
  });

  it.each([
    ['text/plain'],
    ['text/html; charset=utf-8'],
    ['application/json'],
    ['Application/JSON;charset=UTF-8'],
    ['application/problem+json'],
    ['application/xml'],
    ['image/svg+xml'],
    ['application/javascript'],
  ])('has a body of %s as text', async (type) => {
    await fetch(gateway.url, { method: 'POST', headers: { 'content-type': type }, body: 'k=ä' });
    expect(events).toMatchObject([
      { body: 'k=ä', isBase64Encoded: false, headers: { 'content-length': '4' } },
    ]);
  });

  it.each([
    ['application/x-www-form-urlencoded'],
    ['application/octet-stream'],
    ['application/json-seq'],
    ['multipart/form-data; boundary=text/plain'],
    ['image/png'],
    ['nonsense'],
  ])('has a body of %s in base64', async (type) => {
    await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from([0xff, 0x00]),
    });
    expect(events).toMatchObject([{ body: '/wA=', isBase64Encoded: true }]);
  });

  it('has a body without a content type in base64', async () => {
    await fetch(gateway.url, { method: 'POST', body: Buffer.from('{}') });
    expect(events).toMatchObject([{ body: 'e30=', isBase64Encoded: true }]);
  });

  it('has the body of a chunked request, and its length', async () => {
    const head = 'POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: text/plain';
    await sendRaw(gateway.url, `${head}\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`);
    expect(events[0]?.body).toBe('abc');
    expect(events[0]?.headers).toMatchObject({ 'content-length': '3' });
    expect(events[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('has neither body nor query nor cookies when the request has none', async () => {
    await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'image/png' } });
    const [event] = events;
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
    for (const name of ['body', 'queryStringParameters', 'cookies']) expect(event).not.toHaveProperty(name);
  });
});
