import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Route, startGateway } from '../../../local/gateway/gateway.ts';
import { readHeaderMapping } from '../../../local/gateway/response-parameters.ts';
import { type LocalFunction, startFunction } from '../../../local/lambda/function.ts';
import type { Invocation } from '../../../local/lambda/runtime-api.ts';
import { sendRaw } from './raw-request.ts';

const toRoute = (method: string, path: string, functionId = 'http', timeoutInMillis = 30_000): Route => ({
  method,
  path,
  functionId,
  integration: { payloadFormatVersion: '2.0', timeoutInMillis },
});

const opened: { close(): Promise<void> }[] = [];

async function open(
  invoke: (functionId: string, event: unknown) => Promise<Invocation>,
  routes = [toRoute('POST', '/mcp')],
) {
  const gateway = await startGateway({ routes, invoke });
  opened.push(gateway);
  return gateway.url;
}

const answerWith = (payload: unknown) => open(async () => ({ payload }));

afterEach(async () => {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
});

describe('the gateway in front of a function', () => {
  let local: LocalFunction;
  let url: string;

  beforeAll(async () => {
    const directory = join(import.meta.dirname, '../lambda/fixtures/http');
    const limits = { environment: {}, memorySize: 128, timeoutSeconds: 60 };
    local = await startFunction(
      { name: 'http', directory, handler: 'index.handler', ...limits },
      { log: () => {} },
    );
  });

  afterAll(() => local.stop());

  beforeEach(async () => {
    url = await open((_, event) => local.invoke(event), [toRoute('GET', '/mcp'), toRoute('POST', '/mcp')]);
  });

  async function post(result: unknown) {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${url}/mcp`, { method: 'POST', headers, body: JSON.stringify(result) });
  }

  it('passes the request on as an event of payload format 2.0', async () => {
    const response = await fetch(`${url}/mcp?a=1&b=%20&a=2`, {
      headers: { 'user-agent': 'test', 'X-Mixed': 'yes' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      event: {
        version: '2.0',
        routeKey: 'GET /mcp',
        rawPath: '/mcp',
        rawQueryString: 'a=1&b=%20&a=2',
        queryStringParameters: { a: '1,2', b: ' ' },
        headers: { 'x-mixed': 'yes' },
        requestContext: {
          http: { method: 'GET', path: '/mcp' },
          requestId: response.headers.get('apigw-requestid'),
        },
      },
    });
  });

  it('answers with what the function returns', async () => {
    const headers = { 'WWW-Authenticate': 'Bearer', 'X-Number': 1 };
    const response = await post({ statusCode: 401, headers, cookies: ['a=1', 'b=2'], body: 'nö' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('x-number')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('content-length')).toBe('3');
    expect(await response.text()).toBe('nö');
  });

  it('answers 500 when the function fails, and serves on', async () => {
    const failed = await post({ throw: 'secret' });
    expect(failed.status).toBe(500);
    expect(failed.headers.get('content-type')).toBe('application/json');
    expect(failed.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/);
    expect(await failed.text()).toBe('{"message":"Internal Server Error"}');
    expect((await post({ statusCode: 204 })).status).toBe(204);
  });

  it.each([
    ['a header with a line break', { statusCode: 200, headers: { 'x-a': 'a\r\nx-b: b' } }],
    ['a header with a control character', { statusCode: 200, headers: { 'x-a': 'a\u0001' } }],
    ['a header beyond Latin-1', { statusCode: 200, headers: { 'x-a': '✓' } }],
    ['a header name with a space', { statusCode: 200, headers: { 'x a': 'a' } }],
    ['a cookie with a line break', { statusCode: 200, cookies: ['a=1\r\nx-b: b'] }],
    ['an object for a header', { statusCode: 200, headers: { 'x-a': {} } }],
    ['an object for a body', { statusCode: 200, body: {} }],
    ['no status code of HTTP', { statusCode: 42 }],
    ['text for a status code', { statusCode: 'OK' }],
  ])('answers 500 when the function returns %s, and serves on', async (_, result) => {
    const failed = await post(result);
    expect(failed.status).toBe(500);
    expect(await failed.text()).toBe('{"message":"Internal Server Error"}');
    expect((await post({ statusCode: 204 })).status).toBe(204);
  });
});

describe('routes', () => {
  const answerRoute = () =>
    open(
      async (functionId) => ({ payload: functionId }),
      [toRoute('GET', '/', 'root'), toRoute('GET', '/files', 'list'), toRoute('POST', '/files', 'create')],
    );

  it.each([
    ['GET', '/', 'root'],
    ['GET', '/?x', 'root'],
    ['GET', '/files', 'list'],
    ['GET', '/files?path=/other&x', 'list'],
    ['GET', '/%66iles', 'list'],
    ['POST', '/files', 'create'],
  ])('lead %s %s to its function', async (method, path, functionId) => {
    const response = await fetch((await answerRoute()) + path, { method });
    expect([response.status, await response.json()]).toEqual([200, functionId]);
  });

  it.each([
    ['GET', '/other'],
    ['GET', '/files/'],
    ['GET', '/Files'],
    ['GET', '/files%3Fx'],
    ['GET', '/%E0%A4%A'],
    ['DELETE', '/files'],
    ['OPTIONS', '/files'],
  ])('leave %s %s to a 404', async (method, path) => {
    const response = await fetch((await answerRoute()) + path, { method });
    expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
  });

  it('do not take HEAD for GET', async () => {
    const response = await fetch(`${await answerRoute()}/files`, { method: 'HEAD' });
    expect(response.status).toBe(404);
  });
});

describe('limits', () => {
  const post = (url: string, body: string) => fetch(`${url}/mcp`, { method: 'POST', body });

  it('are 10 MB of payload', async () => {
    const url = await answerWith('ok');
    expect((await post(url, 'x'.repeat(10_485_760))).status).toBe(200);
    const refused = await post(url, 'x'.repeat(10_485_761));
    expect([refused.status, await refused.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });

  it('are those of Lambda behind', async () => {
    const url = await open(async () => ({
      error: { errorType: 'RequestTooLargeException', errorMessage: 'too large' },
    }));
    const refused = await post(url, '{}');
    expect([refused.status, await refused.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });

  /** Bytes in the request line and the values of the headers, the values of `host` and `connection` included. */
  function toRequest(size: number) {
    const line = 'POST /mcp HTTP/1.1';
    const filler = 'x'.repeat(size - line.length - 'localhost'.length - 'close'.length);
    return `${line}\r\nhost: localhost\r\nconnection: close\r\nx-filler: ${filler}\r\n\r\n`;
  }

  it('are 10,240 bytes of request line and header values', async () => {
    const url = await answerWith('ok');
    expect(await sendRaw(url, toRequest(10_240))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('count no names of headers', async () => {
    const headers = Array.from({ length: 500 }, (_, index) => `x-${'name'.repeat(10)}-${index}: 1\r\n`).join(
      '',
    );
    const request = `POST /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${headers}\r\n`;
    expect(await sendRaw(await answerWith('ok'), request)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each([10_241, 20_000, 100_000])('answer 431 to %d bytes of headers', async (size) => {
    const answer = await sendRaw(await answerWith('ok'), toRequest(size));
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(answer).toMatch(/\r\n\r\n\{"message":"Request Header Fields Too Large"\}$/);
  });

  it('answer 503 when the integration takes longer than its timeout', async () => {
    const url = await open(() => new Promise(() => {}), [toRoute('POST', '/mcp', 'http', 50)]);
    const response = await post(url, '{}');
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });
});

describe('the gateway', () => {
  it('answers 400 to what is not HTTP, and serves on', async () => {
    const url = await answerWith('ok');
    const answer = await sendRaw(url, 'hello\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/\r\n\r\n\{"message":"Bad Request"\}$/);
    expect((await fetch(`${url}/mcp`, { method: 'POST' })).status).toBe(200);
  });

  it('survives a client that goes away while it sends', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation();
    const url = await answerWith('ok');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf');
    await once(socket.resetAndDestroy(), 'close');
    expect((await fetch(`${url}/mcp`, { method: 'POST' })).status).toBe(200);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });

  it('answers 500 and logs when the service behind is broken', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation();
    const failure = new Error('no service');
    const response = await fetch(`${await open(() => Promise.reject(failure))}/mcp`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(logged).toHaveBeenCalledWith(failure);
    logged.mockRestore();
  });

  it('listens on the given port of 127.0.0.1, and rejects as Node does when it is taken', async () => {
    const url = await answerWith('ok');
    const port = Number(new URL(url).port);
    expect(url).toBe(`http://localhost:${port}`);
    const second = startGateway({ port, routes: [], invoke: async () => ({ payload: null }) });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', address: '127.0.0.1', port });
  });

  it('closes while requests are under way', async () => {
    let underWay = () => {};
    const reached = new Promise<void>((resolve) => {
      underWay = resolve;
    });
    const invoke = () => {
      underWay();
      return new Promise<Invocation>(() => {});
    };
    const gateway = await startGateway({ routes: [toRoute('GET', '/')], invoke });
    const answer = fetch(gateway.url).catch(() => 'no answer');
    await reached;
    await gateway.close();
    expect(await answer).toBe('no answer');
    await expect(fetch(gateway.url)).rejects.toThrow();
  });
});

describe('the gateway with response parameters', () => {
  const { method, path, ...route } = toRoute('POST', '/mcp');
  const mappings = [
    readHeaderMapping('test', 'overwrite:header.www-authenticate', '$response.header.x-twin'),
    readHeaderMapping('test', 'remove:header.x-twin', "''"),
  ];
  const integration = { ...route.integration, responseParameters: { 401: mappings } };
  const headers = { 'www-authenticate': 'Bearer', 'x-twin': 'Bearer' };

  async function send(statusCode: number, renamesChallenge: boolean) {
    const invoke = async () => ({ payload: { statusCode, headers } });
    const gateway = await startGateway({
      routes: [{ method, path, ...route, integration }],
      invoke,
      renamesChallenge,
    });
    opened.push(gateway);
    const response = await fetch(`${gateway.url}/mcp`, { method: 'POST' });
    const names = ['www-authenticate', 'x-amzn-remapped-www-authenticate', 'x-twin'];
    return names.filter((name) => response.headers.has(name));
  }

  it('applies those of the status of the answer', async () => {
    expect(await send(401, false)).toEqual(['www-authenticate']);
    expect(await send(200, false)).toEqual(['www-authenticate', 'x-twin']);
  });

  it('renames the challenge before, if it is to be as a REST API', async () => {
    expect(await send(401, true)).toEqual(['www-authenticate', 'x-amzn-remapped-www-authenticate']);
    expect(await send(200, true)).toEqual(['x-amzn-remapped-www-authenticate', 'x-twin']);
  });
});

describe('the gateway with a greedy route', () => {
  const routes = [toRoute('GET', '/mcp', 'exact'), toRoute('GET', '/mcp/{proxy+}', 'greedy')];

  it.each([
    ['/mcp', 'exact GET /mcp /mcp'],
    ['/mcp/', 'greedy GET /mcp/{proxy+} /mcp/'],
    ['/mcp/a/b', 'greedy GET /mcp/{proxy+} /mcp/a/b'],
    ['/mcpx', '{"message":"Not Found"}'],
  ])('leads %s to %s', async (path, body) => {
    const url = await open(async (functionId, event) => {
      const { routeKey, rawPath } = event as { routeKey: string; rawPath: string };
      return { payload: { statusCode: 200, body: [functionId, routeKey, rawPath].join(' ') } };
    }, routes);
    expect(await (await fetch(`${url}${path}`)).text()).toBe(body);
  });
});

describe('the Host header', () => {
  const ask = async (host: string) => {
    const url = await answerWith('answered');
    const head = ['POST /mcp HTTP/1.1', `Host: ${host}`, 'Content-Length: 0', 'Connection: close'];
    return sendRaw(url, `${head.join('\r\n')}\r\n\r\n`);
  };

  it.each(['', 'a b', '[', 'x@y', '%zz', 'localhost:99999', 'a/b', '[::g]'])(
    '"%s" is refused',
    async (host) => {
      expect(await ask(host)).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  it.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'files.example.com'])(
    '"%s" is served',
    async (host) => {
      expect(await ask(host)).toMatch(/^HTTP\/1.1 200 /);
    },
  );
});
