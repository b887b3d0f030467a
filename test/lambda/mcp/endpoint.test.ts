import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { Refused } from '../../../lambda/auth/refusal.ts';
import { accessTokens, now, signToken } from '../../support/casdoor.ts';
import { createTestServer, legacy, modern, type TestServer } from '../../support/mcp-server.ts';
import { toS3Exception } from '../../support/mocked-s3.ts';

const all = 'files:list files:read files:write';

let server: TestServer;

beforeEach(async () => {
  server = await createTestServer();
});

const call = (name: string, args: object) => legacy('tools/call', { name, arguments: args });

describe('the MCP endpoint, before it reads a message', () => {
  it('answers 401 with a bare challenge to a request without a token', async () => {
    const response = await server.send({ body: legacy('tools/list') });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer scope="files:list files:read", resource_metadata="https://mcp.example.com/prm"',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['GET', 'DELETE'])(
    'answers 401 to %s without a token, so that a client learns where to sign in',
    async (method) => {
      expect((await server.send({ method })).status).toBe(401);
    },
  );

  it.each(['GET', 'DELETE', 'PUT'])('answers 405 to %s: no sessions, no streams', async (method) => {
    const response = await server.send({ method, token: await server.token(all) });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    // The Java SDK reports a body as a broken event of the stream.
    expect(await response.text()).toBe('');
  });

  it('answers with a slash at the end as without, and nothing else below', async () => {
    const paths = ['/mcp', '/mcp/', '/mcp/x', '/mcp//'];
    const answers = await Promise.all(paths.map((path) => server.send({ body: legacy('ping'), path })));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 404, 404]);
    const [plain, slash] = answers.map(({ headers }) => headers.get('www-authenticate'));
    expect(slash).toBe(plain);
  });

  it('answers HEAD as GET', async () => {
    expect((await server.send({ method: 'HEAD' })).status).toBe(401);
    expect((await server.send({ method: 'HEAD', token: await server.token(all) })).status).toBe(405);
  });

  it.each([
    ['a call', legacy('tools/call', { name: 'whoami' }), 1],
    ['a text as id', { ...legacy('ping'), id: 'abc' }, 'abc'],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }, null],
    ['an id of no kind that JSON-RPC allows', { ...legacy('ping'), id: {} }, null],
    ['broken JSON', '{', null],
    ['a long body', legacy('ping', { x: 'x'.repeat(100_000) }), null],
  ])('names in the 401 the request that it refuses: %s', async (_, body, id) => {
    const response = await server.send({ body });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id, error: { code: 401 } });
  });

  it('takes the token from nowhere but the header', async () => {
    const body = { ...legacy('tools/list'), access_token: await server.token(all) };
    expect((await server.send({ body })).status).toBe(401);
  });

  it.each([
    'https://evil.example.com',
    'null',
    'https://claude.ai.evil.example.com',
    'http://localhost.evil.example.com',
    'http://claude.ai',
  ])('answers 403 to the origin %s, before it looks at the token', async (origin) => {
    const response = await server.send({
      body: legacy('ping'),
      token: await server.token(all),
      headers: { origin },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it.each(['https://claude.ai', 'http://localhost:6274', 'http://127.0.0.1:1', 'https://[::1]:8443'])(
    'serves the origin %s',
    async (origin) => {
      const response = await server.send({
        body: legacy('ping'),
        token: await server.token(all),
        headers: { origin },
      });
      expect(response.status).toBe(200);
    },
  );

  it('answers 503 without a challenge while there are no keys', async () => {
    const refusal = { code: 'keys_unavailable', retryAfterSeconds: 5 } as const;
    const down = await createTestServer({ verify: () => Promise.reject(new Refused(refusal)) });
    const response = await down.send({ body: legacy('ping'), token: 'x' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it('answers a bug of its own with a fixed sentence and logs it whole', async () => {
    const broken = await createTestServer({ verify: () => Promise.reject(new TypeError('secret detail')) });
    const response = await broken.send({ body: legacy('ping'), token: 'x' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32603, message: 'internal error' },
    });
    expect(broken.logged).toMatchObject([
      { event: 'request_failed', facts: { error: { name: 'TypeError', message: 'secret detail' } } },
      { event: 'request', facts: { outcome: 'failed', status: 500 } },
    ]);
  });

  it('asks the client of an expired token for the scopes that it had, and for no offline_access', async () => {
    const scope = 'files:read files:write offline_access openid';
    const claims = { ...accessTokens['JWT-Standard'], scope, exp: now - 3_600 };
    const response = await server.send({ token: await signToken(server.certificate, claims) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('scope="files:read files:write"');
  });

  it('logs why it refused and nothing of the token', async () => {
    const token = await server.token(all);
    await server.send({ body: legacy('ping'), token: `${token}x` });
    expect(server.logged).toMatchObject([
      { event: 'refused', facts: { code: 'bad_signature' } },
      { event: 'request', facts: { outcome: 'refused', status: 401 } },
    ]);
    for (const part of token.split('.')) expect(JSON.stringify(server.logged)).not.toContain(part);
  });
});

describe('the MCP endpoint, given a message that is none', () => {
  it.each<[string, unknown, Record<string, string>, number, number]>([
    ['no body', undefined, {}, 400, -32700],
    ['an empty body', '', {}, 400, -32700],
    ['broken JSON', '{"jsonrpc":', {}, 400, -32700],
    ['an array', [legacy('ping')], {}, 400, -32600],
    ['an empty array', [], {}, 400, -32600],
    ['null', 'null', {}, 400, -32600],
    ['a number', '7', {}, 400, -32600],
    ['a body of 5 MiB', JSON.stringify(legacy('ping', { x: 'x'.repeat(5 * 1024 * 1024) })), {}, 413, -32600],
    ['another content type', legacy('ping'), { 'content-type': 'text/plain' }, 415, -32600],
    ['no content type', legacy('ping'), { 'content-type': '' }, 415, -32600],
  ])('answers %s', async (_, body, headers, status, code) => {
    const response = await server.send({ body, headers, token: await server.token(all) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  });

  it.each([
    {},
    { jsonrpc: '1.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', id: 1 },
    { jsonrpc: '2.0', id: {}, method: 'ping' },
  ])('answers 400 to %j', async (body) => {
    const response = await server.send({ body, token: await server.token(all) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(Number) } });
  });

  it.each([
    ['a params that is an array', { ...legacy('tools/call'), params: ['write_file'] }],
    ['a name that is no text', legacy('tools/call', { name: ['write_file'] })],
    ['a name of Object.prototype', legacy('tools/call', { name: 'constructor' })],
    ['a __proto__ name', legacy('tools/call', { name: '__proto__' })],
  ])('answers %s without running anything', async (_, body) => {
    const response = await server.send({ body, token: await server.token(all) });
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(Number) } });
    expect(server.s3.calls()).toEqual([]);
  });
});

describe('what the MCP endpoint answers', () => {
  it('is for no cache, whatever it is', async () => {
    for (const token of [await server.token(all), undefined]) {
      const response = await server.send({ body: legacy('tools/list'), ...(token && { token }) });
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('waits until its bytes are counted, because what comes after it is frozen', async () => {
    let isCounted = false;
    const quota = {
      takeCall: async () => {},
      addBytes: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        isCounted = true;
      },
    };
    const limited = await createTestServer({ quota });
    await limited.send({ body: call('whoami', {}), token: await limited.token('') });
    expect(isCounted).toBe(true);
  });
});

describe('the scope gate', () => {
  it.each([
    ['list_files', { path: '' }, 'files:list', 'files:read files:write'],
    ['read_file', { path: 'a' }, 'files:read', 'files:list files:write'],
    ['write_file', { path: 'a', content: '' }, 'files:write', 'files:list files:read'],
  ])(
    'of %s answers 403 with everything to ask for, and runs nothing',
    async (name, args, missing, granted) => {
      const token = await server.token(`openid offline_access ${granted}`);
      const { body, headers } = modern('tools/call', { name, arguments: args });
      for (const request of [{ body: call(name, args) }, { body, headers }]) {
        const response = await server.send({ ...request, token });
        expect(response.status).toBe(403);
        expect(response.headers.get('www-authenticate')).toBe(
          `Bearer error="insufficient_scope", error_description="this needs ${missing}", ` +
            `scope="${granted} ${missing}", resource_metadata="https://mcp.example.com/prm"`,
        );
        expect(await response.json()).toMatchObject({
          id: 1,
          error: { data: { error: 'insufficient_scope', scope: `${granted} ${missing}` } },
        });
      }
      expect(server.s3.calls()).toEqual([]);
    },
  );

  it('asks before it looks at the arguments', async () => {
    const response = await server.send({
      body: call('write_file', {}),
      token: await server.token('files:read'),
    });
    expect(response.status).toBe(403);
  });

  it('is met by exactly the scope of the tool', async () => {
    const response = await server.send({
      body: call('write_file', { path: 'a', content: 'x' }),
      token: await server.token('files:write'),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      result: { structuredContent: { path: 'a', etag: '"written"' } },
    });
  });

  it('is met by a broader scope of the declared table', async () => {
    for (const body of [call('write_file', { path: 'a', content: 'x' }), call('list_files', { path: '' })]) {
      const response = await server.send({ body, token: await server.token('files') });
      expect(await response.json()).not.toHaveProperty('result.isError');
    }
    const commands = server.s3.calls().map(({ firstArg }) => firstArg.constructor.name);
    expect(commands).toEqual(expect.arrayContaining(['PutObjectCommand', 'ListObjectsV2Command']));
  });

  it.each(['files:', 'files:*', 'file', 'Files', 'files:writer'])('is not met by %s', async (scope) => {
    const response = await server.send({
      body: call('write_file', { path: 'a', content: 'x' }),
      token: await server.token(scope),
    });
    expect(response.status).toBe(403);
  });

  it('lets a token without scopes discover the tools', async () => {
    const response = await server.send({ body: legacy('tools/list'), token: await server.token('') });
    expect(response.status).toBe(200);
  });

  it("is not the only one: the tool's own gate refuses as well", async () => {
    // A gate that was taken apart by mistake: the endpoint believes that the tool needs nothing.
    let asked = 0;
    const scopesOfTools = {
      get write_file() {
        asked += 1;
        return asked === 1 ? [] : (['files:write'] as const);
      },
    };
    const open = await createTestServer({ scopesOfTools });
    const response = await open.send({
      body: call('write_file', { path: 'a', content: 'x' }),
      token: await open.token('files:read'),
    });
    expect(await response.json()).toMatchObject({
      result: { isError: true, content: [{ text: 'the token lacks the scope of write_file' }] },
    });
    expect(open.s3.calls()).toEqual([]);
  });

  it('refuses a tool that has no line in the scope table', async () => {
    const open = await createTestServer({ scopesOfTools: {} });
    const response = await open.send({
      body: call('list_files', { path: '' }),
      token: await open.token(all),
    });
    expect(await response.json()).toMatchObject({ result: { isError: true } });
    expect(open.s3.calls()).toEqual([]);
  });
});

describe('the protocol', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26'])(
    'initializes at revision %s with JSON and without a session',
    async (protocolVersion) => {
      const body = legacy('initialize', {
        protocolVersion,
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      });
      const response = await server.send({ body, token: await server.token('') });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('mcp-session-id')).toBeNull();
      expect(await response.json()).toMatchObject({
        result: {
          protocolVersion,
          capabilities: { tools: { listChanged: false } },
          serverInfo: { name: 'casdoor-mcp-file-server' },
          instructions: expect.stringContaining('list_files'),
        },
      });
    },
  );

  it('accepts the notification that follows with 202', async () => {
    const body = { jsonrpc: '2.0', method: 'notifications/initialized' };
    const response = await server.send({ body, token: await server.token('') });
    expect(response.status).toBe(202);
    expect(response.headers.get('content-type')).toBeNull();
    expect(await response.text()).toBe('');
  });

  it('answers a client that accepts only JSON', async () => {
    const response = await server.send({
      body: legacy('ping'),
      token: await server.token(''),
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('is discovered at revision 2026-07-28', async () => {
    const response = await server.send({ ...modern('server/discover'), token: await server.token('') });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      result: {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: { listChanged: false } },
        ttlMs: 300_000,
        cacheScope: 'public',
      },
    });
  });

  it('ends a wait for changes at once, because nothing ever changes', async () => {
    const request = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const response = await server.send({ ...request, token: await server.token('') });
    await expect(response.text()).resolves.not.toBe('');
  });

  it.each([
    ['an unknown revision', { 'mcp-protocol-version': '2030-01-01' }, -32020],
    ['another method in the header', { 'mcp-method': 'tools/call' }, -32020],
  ])('refuses %s', async (_, headers, code) => {
    const { body, headers: right } = modern('tools/list');
    const response = await server.send({
      body,
      headers: { ...right, ...headers },
      token: await server.token(''),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('refuses another tool in the header than in the body, so that no gateway is misled', async () => {
    const { body, headers } = modern('tools/call', {
      name: 'write_file',
      arguments: { path: 'a', content: 'x' },
    });
    const response = await server.send({
      body,
      headers: { ...headers, 'mcp-name': 'read_file' },
      token: await server.token(all),
    });
    expect(response.status).toBe(400);
    expect(server.s3.calls()).toEqual([]);
  });

  it('answers an unknown tool with a protocol error', async () => {
    const response = await server.send({ body: call('drop_tables', {}), token: await server.token(all) });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      error: { code: -32602, message: 'Tool drop_tables not found' },
    });
  });

  it.each([{}, { path: 7 }, { path: null }, { path: ['a'] }])(
    'answers wrong arguments %j so that a model can mend them',
    async (args) => {
      const response = await server.send({ body: call('read_file', args), token: await server.token(all) });
      expect(await response.json()).toMatchObject({
        result: { isError: true, content: [{ text: expect.stringContaining('path') }] },
      });
      expect(server.s3.calls()).toEqual([]);
    },
  );
});

describe('the tools', () => {
  it('name their scopes as the authorization server does, and so does every challenge', async () => {
    const challenge = { resourceMetadataUrl: 'https://mcp.example.com/prm', initialScopes: ['files:read'] };
    const foreign = await createTestServer({ challenge: { ...challenge, scopePrefix: 'api/' } });
    const listed = await foreign.send({ body: legacy('tools/list'), token: await foreign.token('') });
    const { result } = await listed.json();
    const reading = result.tools.find(({ name }: Tool) => name === 'read_file');
    expect(reading.securitySchemes).toEqual([{ type: 'oauth2', scopes: ['api/files:read'] }]);
    const first = await foreign.send({ body: legacy('tools/list') });
    expect(first.headers.get('www-authenticate')).toContain('scope="api/files:read"');
    const refused = await foreign.send({
      body: call('write_file', { path: 'a', content: '' }),
      token: await foreign.token('files:read'),
    });
    expect(await refused.json()).toMatchObject({
      error: { data: { scope: 'api/files:read api/files:write' } },
    });
  });

  it.each([
    ['all', 'public'],
    ['permitted', 'private'],
  ] as const)('may be cached by clients; the list of %s tools is %s', async (toolVisibility, cacheScope) => {
    const listing = await createTestServer({ toolVisibility });
    const response = await listing.send({ ...modern('tools/list'), token: await listing.token('') });
    expect((await response.json()).result).toMatchObject({ ttlMs: 300_000, cacheScope });
  });

  it('tell the caller who it is', async () => {
    const response = await server.send({
      body: call('whoami', {}),
      token: await server.token('openid files:read'),
    });
    expect(await response.json()).toMatchObject({
      result: {
        content: [
          {
            text: 'You are the user alice of acme, with the scopes files:read, openid, until 2026-08-22T13:00:00.000Z.',
          },
        ],
        structuredContent: {
          kind: 'user',
          subject: '3b0c0a4e-6f0d-4f5f-9d5e-1c1f8f1d2a3b',
          name: 'alice',
          organization: 'acme',
          client_id: '3f0c9a1b2c3d4e5f6071',
          issuer: 'https://door.example.com',
          scopes: ['files:read', 'openid'],
          expires_at: '2026-08-22T13:00:00.000Z',
        },
      },
    });
  });

  it('refuse arguments that they do not know, so that no misspelt one is lost', async () => {
    const body = call('write_file', { path: 'a', content: 'x', if_matches: '"1"' });
    const { result } = await (await server.send({ body, token: await server.token(all) })).json();
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('if_matches') }],
    });
    expect(server.s3.calls()).toEqual([]);
  });

  it('answer a failure with the remedy', async () => {
    server.s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'gone', $metadata: {} }));
    const response = await server.send({
      body: call('read_file', { path: 'nope.md' }),
      token: await server.token(all),
    });
    expect(await response.json()).toMatchObject({
      result: {
        isError: true,
        content: [{ type: 'text', text: expect.stringContaining('no file "nope.md"') }],
      },
    });
  });

  it.each(['../secret', 'a/../../b', 'a\0b', '', 'a//b'])(
    'refuse the path %j before S3 hears of it',
    async (path) => {
      const token = await server.token(all);
      for (const body of [call('read_file', { path }), call('write_file', { path, content: 'x' })]) {
        const { result } = await (await server.send({ body, token })).json();
        expect(result).toMatchObject({
          isError: true,
          content: [{ text: expect.stringContaining('the path') }],
        });
      }
      expect(server.s3.calls()).toEqual([]);
    },
  );

  it('tell nothing of an outage but that it is one, and log it whole', async () => {
    const outage = Object.assign(new Error('arn:aws:s3:::bucket/files is not authorized'), {
      name: 'AccessDenied',
    });
    server.s3.on(PutObjectCommand).rejects(outage);
    const response = await server.send({
      body: call('write_file', { path: 'a', content: 'x' }),
      token: await server.token(all),
    });
    const text = await response.text();
    expect(text).toContain('may have been changed: look with get_file_info');
    expect(text).not.toContain('arn:');
    expect(server.logged).toMatchObject([
      {
        event: 'tool_failed',
        facts: { tool: 'write_file', error: { message: 'uncertain', cause: { name: 'AccessDenied' } } },
      },
      { event: 'tool_call', facts: { tool: 'write_file', outcome: 'outage' } },
      { event: 'request', facts: { tool: 'write_file', outcome: 'answered', status: 200 } },
    ]);
  });

  it('are ended at the deadline, whatever they wait for', async () => {
    server.s3.on(GetObjectCommand).callsFake(() => new Promise(() => {}));
    const deadline = new AbortController();
    const answer = server.send({
      body: call('read_file', { path: 'a' }),
      token: await server.token(all),
      deadline: deadline.signal,
    });
    setTimeout(() => deadline.abort(new Error('deadline')), 10);
    expect(await (await answer).json()).toMatchObject({
      result: {
        isError: true,
        content: [{ text: 'this took too long and was ended: ask for less at once' }],
      },
    });
  });

  it.each([
    ['write_file', { path: 'a', content: 'x' }],
    ['move_file', { source: 'a', target: 'b' }],
  ])('say at the deadline that it may have been done: %s', async (name, args) => {
    server.s3.onAnyCommand().callsFake(() => new Promise(() => {}));
    const deadline = new AbortController();
    const token = await server.token(all);
    const answer = server.send({ body: call(name, args), token, deadline: deadline.signal });
    setTimeout(() => deadline.abort(new Error('deadline')), 10);
    const text =
      'this took too long and was ended; it may have been done nevertheless: look with get_file_info at ' +
      'every path you gave before you try again';
    expect(await (await answer).json()).toMatchObject({ result: { isError: true, content: [{ text }] } });
  });

  it('say of what is denied whom to tell, and log it as an outage', async () => {
    server.s3.on(PutObjectCommand).rejects(toS3Exception(403, 'AccessDenied'));
    const body = call('write_file', { path: 'a', content: 'x' });
    const response = await server.send({ body, token: await server.token(all) });
    const text = 'this server is not allowed to write "a": tell its operator; trying again does not help';
    expect(await response.json()).toMatchObject({ result: { isError: true, content: [{ text }] } });
    expect(server.logged).toMatchObject([
      { event: 'tool_failed', facts: { error: { message: 'denied', cause: { name: 'AccessDenied' } } } },
      { event: 'tool_call', facts: { outcome: 'outage' } },
      { event: 'request' },
    ]);
  });
});
