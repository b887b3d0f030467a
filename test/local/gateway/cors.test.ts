import type { Cors } from '../../../local/gateway/cors.ts';
import { startGateway } from '../../../local/gateway/gateway.ts';

const cors: Cors = {
  allowOrigins: ['https://inspector.example', 'http://localhost:6274'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: ['www-authenticate', 'mcp-session-id'],
  maxAge: 300,
  allowCredentials: false,
};
const origin = 'https://inspector.example';
const opened: { close(): Promise<void> }[] = [];

async function open(configuration: Cors | undefined, headers: Record<string, string> = {}) {
  const integration = { payloadFormatVersion: '2.0', timeoutInMillis: 30_000 } as const;
  const gateway = await startGateway({
    cors: configuration,
    routes: [
      { method: 'GET', path: '/', functionId: 'http', integration },
      { method: 'OPTIONS', path: '/own', functionId: 'http', integration },
    ],
    invoke: async () => ({ payload: { statusCode: 200, headers, body: 'of the function' } }),
  });
  opened.push(gateway);
  return gateway.url;
}

function preflight(url: string, from: string) {
  const headers = {
    Origin: from,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'x-any',
  };
  return fetch(url, { method: 'OPTIONS', headers });
}

/** The CORS headers of a response, and `vary`. */
function readCors({ headers }: Response) {
  return Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  );
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
});

describe('a preflight', () => {
  it.each(['/', '/own', '/no/route'])('is answered by the gateway at %s', async (path) => {
    const response = await preflight((await open(cors)) + path, origin);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(readCors(response)).toEqual({
      'access-control-allow-origin': 'https://inspector.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '300',
      vary: 'Origin',
    });
  });

  it.each([
    'https://evil.example',
    'https://inspector.example.evil.example',
    'http://inspector.example',
    'null',
  ])('from %s gets no permission', async (stranger) => {
    const response = await preflight(await open(cors), stranger);
    expect(response.status).toBe(204);
    expect(readCors(response)).toEqual({});
  });

  it('gets wildcards as they are configured', async () => {
    const url = await open({
      ...cors,
      allowOrigins: ['*'],
      allowMethods: ['*'],
      allowHeaders: ['*'],
      maxAge: undefined,
    });
    expect(readCors(await preflight(url, 'https://any.example'))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
      'access-control-allow-headers': '*',
    });
  });

  it('is allowed by a wildcard for the scheme', async () => {
    const url = await open({ ...cors, allowOrigins: ['https://*'] });
    expect(readCors(await preflight(url, 'https://any.example'))).toMatchObject({
      'access-control-allow-origin': 'https://any.example',
    });
    expect(readCors(await preflight(url, 'http://any.example'))).toEqual({});
  });

  it('gets credentials when they are configured', async () => {
    const response = await preflight(await open({ ...cors, allowCredentials: true }), origin);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });

  it('is a request like any other without CORS', async () => {
    const url = await open(undefined);
    expect((await preflight(url, origin)).status).toBe(404);
    expect(await (await preflight(`${url}/own`, origin)).text()).toBe('of the function');
  });
});

describe('an OPTIONS request that is no preflight', () => {
  it.each([{ origin }, { 'access-control-request-method': 'GET' }])(
    'with %j goes to its route',
    async (headers) => {
      const url = await open(cors);
      const response = await fetch(`${url}/own`, { method: 'OPTIONS', headers });
      expect(await response.text()).toBe('of the function');
      expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(404);
    },
  );
});

describe('the answer to a request', () => {
  const forged = {
    'Access-Control-Allow-Origin': '*',
    'ACCESS-CONTROL-ALLOW-CREDENTIALS': 'true',
    'access-control-expose-headers': 'x-forged',
    Vary: 'Accept',
  };

  it("has the gateway's CORS headers in place of the function's", async () => {
    const response = await fetch(await open(cors, forged), { headers: { origin } });
    expect(await response.text()).toBe('of the function');
    expect(readCors(response)).toEqual({
      'access-control-allow-origin': 'https://inspector.example',
      'access-control-expose-headers': 'www-authenticate,mcp-session-id',
      vary: 'Accept, Origin',
    });
  });

  it.each([{ origin: 'https://evil.example' }, {}])('to %j has none', async (headers) => {
    const response = await fetch(await open(cors, forged), { headers });
    expect(await response.text()).toBe('of the function');
    expect(readCors(response)).toEqual({ vary: 'Accept' });
  });

  it("has the function's own without CORS", async () => {
    const response = await fetch(await open(undefined, forged), { headers: { origin } });
    expect(readCors(response)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'x-forged',
    });
  });

  it('lets a page read what the gateway itself says', async () => {
    const response = await fetch(`${await open(cors)}/no/route`, { headers: { origin } });
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  });
});
