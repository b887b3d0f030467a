import { createTestServer, legacy, modern, type TestServer } from '../../support/mcp-server.ts';

let server: TestServer;
let token: string;

beforeEach(async () => {
  server = await createTestServer();
  token = await server.token('files:list files:read files:write');
});

async function answer(body: unknown, headers: Record<string, string> = {}) {
  const response = await server.send({ body, token, headers });
  const text = await response.text();
  return { status: response.status, text, message: text === '' ? undefined : JSON.parse(text) };
}

const info = { name: 'test', version: '1' };
const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info };

describe('a null where a member can be left out', () => {
  it.each<[string, object]>([
    ['arguments of a call', legacy('tools/call', { name: 'whoami', arguments: null })],
    ['_meta', legacy('tools/call', { name: 'whoami', _meta: null })],
    ['the progress token', legacy('tools/call', { name: 'whoami', _meta: { progressToken: null } })],
    ['params of a list', { ...legacy('tools/list'), params: null }],
    ['params of a ping', { ...legacy('ping'), params: null }],
    ['a cursor', legacy('tools/list', { cursor: null })],
    ['a cursor that is empty', legacy('tools/list', { cursor: '' })],
    ['a cursor of files that is empty', legacy('resources/list', { cursor: '' })],
    ['a cursor of templates that is empty', legacy('resources/templates/list', { cursor: '' })],
    ['a cursor of a tool', legacy('tools/call', { name: 'list_files', arguments: { cursor: null } })],
    [
      'a cursor of a tool that is empty',
      legacy('tools/call', { name: 'list_files', arguments: { cursor: '' } }),
    ],
  ])('counts as left out: %s', async (_, body) => {
    const { status, message } = await answer(body);
    expect(status).toBe(200);
    expect(message).toMatchObject({ id: 1, result: {} });
    expect(message).not.toHaveProperty('result.isError');
  });

  it('counts as left out in a notification, where clients would stop', async () => {
    const body = { jsonrpc: '2.0', method: 'notifications/initialized', params: null };
    expect((await answer(body)).status).toBe(202);
  });

  it('counts as left out at revision 2026-07-28', async () => {
    const { body, headers } = modern('tools/call', { name: 'whoami', arguments: null });
    expect(await answer(body, headers)).toMatchObject({ status: 200, message: { result: {} } });
  });

  it('is refused for an argument that a tool needs', async () => {
    const { message } = await answer(legacy('tools/call', { name: 'read_file', arguments: { path: null } }));
    expect(message).toMatchObject({ result: { isError: true } });
  });
});

describe('params that are wrong', () => {
  const named = (name: string) => expect.stringMatching(new RegExp(`^params\\.${name} `));

  it.each<[unknown, unknown]>([
    [legacy('initialize', { ...initialize, protocolVersion: 20250618 }), named('protocolVersion')],
    [legacy('initialize', { ...initialize, capabilities: [] }), named('capabilities')],
    [legacy('initialize', { protocolVersion: '2025-11-25', capabilities: {} }), named('clientInfo')],
    [legacy('initialize', { ...initialize, clientInfo: { name: 'test' } }), named('clientInfo')],
    [legacy('tools/list', { cursor: 'abc' }), named('cursor')],
    [legacy('tools/list', { cursor: 7 }), named('cursor')],
    [legacy('tools/call', {}), named('name')],
    [legacy('tools/call', { name: 'x'.repeat(1_001) }), named('name')],
    [legacy('tools/call', { name: 'whoami', arguments: [] }), named('arguments')],
    [legacy('tools/call', { name: 'whoami', task: 1 }), named('task')],
    [legacy('ping', { _meta: 'x' }), named('_meta')],
    [legacy('tools/call', { name: 'whoami', _meta: { progressToken: {} } }), named('_meta.progressToken')],
    [
      legacy('tools/call', { name: 'whoami', _meta: { progressToken: 'x'.repeat(1_001) } }),
      named('_meta.progressToken'),
    ],
    [{ ...legacy('tools/call'), params: ['whoami'] }, 'params must be an object'],
    [{ ...legacy('ping'), params: 'x' }, 'params must be an object'],
  ])('are -32602 with a sentence: %j', async (body, message) => {
    const received = await answer(body);
    expect(received).toMatchObject({ status: 200, message: { id: 1, error: { code: -32602, message } } });
    expect(received.text.length).toBeLessThan(300);
    expect(received.text).not.toMatch(/\\n|expected|invalid_type/);
  });

  it('are answered in the other era too', async () => {
    const { body, headers } = modern('tools/list', { cursor: 'abc' });
    expect(await answer(body, headers)).toMatchObject({ message: { id: 1, error: { code: -32602 } } });
  });
});

describe('initialize', () => {
  it.each(['2099-01-01', '2026-07-28', 'x'])('negotiates whatever the header says: %s', async (revision) => {
    const headers = { 'mcp-protocol-version': revision };
    const { message } = await answer(legacy('initialize', initialize), headers);
    expect(message).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
  });

  it('is no method of revision 2026-07-28', async () => {
    const { body, headers } = modern('initialize');
    expect(await answer(body, headers)).toMatchObject({ status: 404, message: { error: { code: -32601 } } });
  });

  it('leaves the header its meaning in every other request', async () => {
    const headers = { 'mcp-protocol-version': '2099-01-01' };
    expect(await answer(legacy('ping'), headers)).toMatchObject({ status: 400 });
  });
});

describe('a message of much structure', () => {
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));
  const nest = (depth: number) =>
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`;

  it.each<[string, unknown]>([
    ['300,000 unknown arguments', legacy('tools/call', { name: 'whoami', arguments: keys(300_000) })],
    ['100,000 items', legacy('ping', { x: Array.from({ length: 100_000 }, () => 0) })],
    ['100,000 empty arrays', legacy('ping', { x: Array.from({ length: 100_000 }, () => []) })],
    ['a depth of 1,000,000', nest(1_000_000)],
    ['a depth of 99 more', nest(99)],
  ])('is refused before it is parsed: %s', async (_, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const parse = jest.spyOn(JSON, 'parse');
    const response = await server.send({ body: text, token });
    expect(parse.mock.calls.some(([parsed]) => parsed === text)).toBe(false);
    parse.mockRestore();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32600 } });
  });

  it.each<[string, unknown]>([
    ['20,000 arguments', legacy('tools/call', { name: 'whoami', arguments: keys(20_000) })],
    ['a depth of 50', nest(50)],
    ['brackets and commas in texts', legacy('ping', { x: '[{,"\\'.repeat(60_000), 'y\\': '"' })],
    ['a text that ends with backslashes', legacy('ping', { x: 'x\\\\', y: ',['.repeat(60_000) })],
  ])('is parsed: %s', async (_, body) => {
    expect((await answer(body)).status).toBe(200);
  });
});

describe('an id', () => {
  it.each(['', 'x'.repeat(1_000), 0, -1])('comes back as it was sent', async (id) => {
    expect((await answer({ ...legacy('ping'), id })).message).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('is refused when it is longer than an answer should repeat', async () => {
    expect(await answer({ ...legacy('ping'), id: 'x'.repeat(1_001) })).toMatchObject({
      status: 400,
      message: { id: null, error: { code: -32600 } },
    });
  });
});

describe('an answer that the platform cannot carry', () => {
  it('gives way to an error that says so, and the log does too', async () => {
    const canCarry = (body: Uint8Array) => body.byteLength < 300;
    const response = await server.send({ body: legacy('tools/list'), token, invocation: { canCarry } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32603,
        message: expect.stringMatching(/^the answer is \d+ bytes long, .* ask for less at once$/),
      },
    });
    expect(server.logged).toMatchObject([
      { event: 'answer_too_large', facts: { bytes: expect.any(Number) } },
      { event: 'request', facts: { outcome: 'too_large', status: 200 } },
    ]);
  });
});

describe('whatever the params are', () => {
  const wrong = [
    ...[null, 1, 'x', [], {}, { _meta: 1 }, { cursor: 1 }, { name: 1 }, { notifications: 1 }],
    ...[
      { notifications: { toolsListChanged: 'x' } },
      { requestId: {} },
      { progressToken: {}, progress: 'x' },
    ],
    ...[{ _meta: { progressToken: 1.5 } }, { _meta: { 'io.modelcontextprotocol/clientInfo': 1 } }],
    ...[{ _meta: { 'io.modelcontextprotocol/protocolVersion': 1 } }, { name: 'whoami', task: 1 }],
    ...[
      { name: 'whoami', inputResponses: 1 },
      { name: 'whoami', arguments: { x: 1 } },
    ],
  ];

  it.each([
    ...['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'tools/list', 'tools/call'],
    ...['resources/list', 'logging/setLevel', 'notifications/cancelled', 'notifications/progress', 'x'],
  ])('%s answers no output of a validator, and no fault of ours', async (method) => {
    for (const params of wrong) {
      const given = typeof params === 'object' && params !== null && !Array.isArray(params) ? params : {};
      const { body, headers } = modern(method, { ...given });
      for (const request of [{ body: { ...legacy(method), params } }, { body, headers }]) {
        const response = await server.send({ ...request, token });
        expect(response.status).toBeLessThan(500);
        expect(await response.text()).not.toMatch(/invalid_type|\\\\n {2}/);
      }
    }
  });
});
