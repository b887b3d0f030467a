import { requestToken } from '../../local/authorization-server/request-token.ts';
import { useStack } from '../support/local-stack.ts';

const stack = useStack();
let token: string;

beforeAll(async () => {
  const { issuer, mcpUrl: resource } = stack;
  ({ access_token: token } = await requestToken({
    issuer,
    resource,
    scope: 'files:list files:read files:write',
    user: 'bob',
  }));
});

const json = { 'content-type': 'application/json' };
const post = (body: BodyInit, headers: Record<string, string> = json) =>
  fetch(stack.mcpUrl, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, ...headers } });
const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

describe('the metadata over HTTP', () => {
  const origin = () => new URL(stack.mcpUrl).origin;

  it('is the same bytes at both well-known paths, without a token', async () => {
    const paths = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'];
    const [root, inserted] = await Promise.all(
      paths.map(async (path) => {
        const response = await fetch(origin() + path);
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toBe('application/json');
        expect(response.headers.get('cache-control')).toBe('public, max-age=300');
        return response.text();
      }),
    );
    expect(root).toBe(inserted);
    expect(JSON.parse(root ?? '')).toEqual({
      resource: stack.mcpUrl,
      authorization_servers: [stack.issuer],
      scopes_supported: ['files:write', 'files:read', 'files:list'],
      bearer_methods_supported: ['header'],
      resource_name: 'Casdoor MCP file server',
      resource_documentation: 'https://casdoor.org/docs/mcp-auth/third-party-integration',
    });
  });

  it.each(['GET', 'HEAD'])('is answered to %s, with a slash at the end as without', async (method) => {
    for (const path of ['', '/', '/mcp', '/mcp/']) {
      const response = await fetch(`${origin()}/.well-known/oauth-protected-resource${path}`, { method });
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('content-type')).toBe('application/json');
    }
  });

  it('is where the challenge says', async () => {
    const response = await fetch(stack.mcpUrl, { method: 'POST', body: ping, headers: json });
    expect(response.status).toBe(401);
    const [, url = ''] =
      /resource_metadata="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '') ?? [];
    expect(await (await fetch(url)).json()).toMatchObject({ resource: stack.mcpUrl });
  });
});

describe('a web client', () => {
  const origin = 'http://localhost:6274';

  it('passes the preflight without a token', async () => {
    const response = await fetch(stack.mcpUrl, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'authorization,content-type,mcp-protocol-version,mcp-method,mcp-name',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const allowed = response.headers
      .get('access-control-allow-headers')
      ?.split(',')
      .map((name) => name.trim());
    expect(allowed).toEqual([
      'authorization',
      'content-type',
      'mcp-protocol-version',
      'mcp-method',
      'mcp-name',
      'mcp-session-id',
      'last-event-id',
    ]);
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST,DELETE');
  });

  it('may read the challenge of a 401', async () => {
    const response = await fetch(stack.mcpUrl, { method: 'POST', body: ping, headers: { ...json, origin } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toBe('www-authenticate,mcp-session-id');
  });
});

describe('the root of the host', () => {
  it('has a page for people', async () => {
    const response = await fetch(new URL('/', stack.mcpUrl));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });
});

describe('a request that no client should send', () => {
  it.each<[string, () => Promise<Response>, number]>([
    ['without a body', () => post(''), 400],
    ['with broken JSON', () => post('{'), 400],
    ['with an array', () => post(`[${ping}]`), 400],
    ['with a body of 5 MiB', () => post(JSON.stringify({ x: 'x'.repeat(5 * 1024 * 1024) })), 413],
    ['with a body of 11 MiB', () => post('x'.repeat(11 * 1024 * 1024)), 413],
    ['with another content type', () => post(ping, { 'content-type': 'text/plain' }), 415],
    [
      'with bytes',
      () => post(new Uint8Array([0xff, 0xfe, 0]), { 'content-type': 'application/octet-stream' }),
      415,
    ],
    [
      'with a token of 20 KB',
      () => post(ping, { ...json, authorization: `Bearer ${'a'.repeat(20_000)}` }),
      431,
    ],
    [
      'with a token of 9 KB that is none',
      () => post(ping, { ...json, authorization: `Bearer ${'a'.repeat(9_000)}` }),
      401,
    ],
    ['to an unknown route', () => fetch(new URL('/nope', stack.mcpUrl)), 404],
    ['by another method', () => fetch(stack.mcpUrl, { method: 'PATCH' }), 404],
  ])('%s is answered without a 500', async (_, send, status) => {
    const response = await send();
    expect(response.status).toBe(status);
    await response.text();
  });

  it('in base64 is served when it is JSON', async () => {
    // Without a content type the gateway hands the body on in base64; the media type is then missing.
    const response = await fetch(stack.mcpUrl, {
      method: 'POST',
      body: new Blob([ping], { type: 'application/json; charset=utf-8' }),
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    const withoutType = await fetch(stack.mcpUrl, {
      method: 'POST',
      body: new Blob([ping]),
      headers: { authorization: `Bearer ${token}` },
    });
    expect(withoutType.status).toBe(415);
  });

  it('with a slash at the end of the path is answered as without', async () => {
    const send = (slash: string, headers: Record<string, string>) =>
      fetch(stack.mcpUrl + slash, { method: 'POST', body: ping, headers });
    const [plain, refused] = await Promise.all([send('', json), send('/', json)]);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe(plain.headers.get('www-authenticate'));
    expect((await send('/', { ...json, authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await send('/x', json)).status).toBe(404);
  });

  it('by HEAD is answered as by GET', async () => {
    const response = await fetch(stack.mcpUrl, { method: 'HEAD' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    const page = await fetch(new URL(stack.mcpUrl).origin, { method: 'HEAD' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('that is a notification is accepted without a content type', async () => {
    const response = await post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    expect([response.status, response.headers.get('content-type')]).toEqual([202, null]);
  });

  it.each<[string, () => object]>([
    [
      'as many unknown arguments as fit',
      () => ({
        name: 'whoami',
        arguments: Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, 0])),
      }),
    ],
    [
      'one unknown argument of 1,400,000 quotes',
      () => ({ name: 'whoami', arguments: { ['"'.repeat(1_400_000)]: 0 } }),
    ],
    [
      'a progress token of 900,000 characters',
      () => ({
        name: 'search_files',
        arguments: { pattern: 'x' },
        _meta: { progressToken: 'x'.repeat(900_000) },
      }),
    ],
    ['a tool of 4 MB', () => ({ name: 'x'.repeat(4_000_000), arguments: {} })],
  ])('with %s makes no 500', async (_, params) => {
    const response = await post(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: params() }),
    );
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0' });
  });

  it('for a stream or a session is told that there are none', async () => {
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(stack.mcpUrl, { method, headers: { authorization: `Bearer ${token}` } });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });
});
