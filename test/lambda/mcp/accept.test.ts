import { readAccept } from '../../../lambda/mcp/accept.ts';
import { createTestServer, legacy, modern } from '../../support/mcp-server.ts';
import { createProbe } from '../../support/probe-tool.ts';

describe('the Accept header', () => {
  it.each([
    ['application/json, text/event-stream', 'any'],
    ['text/event-stream,*/*;q=0.1', 'any'],
    ['Application/JSON;q=0.5, TEXT/event-stream', 'any'],
    ['application/json', 'json'],
    ['*/*', 'json'],
    ['text/html', 'json'],
    ['', 'json'],
    [null, 'json'],
    ['application/json, text/event-stream;q=0', 'json'],
    ['text/event-stream', 'stream'],
    ['text/event-stream, application/json; q=0.0', 'stream'],
  ])('%j takes %s', (header, accepted) => {
    expect(readAccept(header)).toBe(accepted);
  });
});

describe.each([
  ['2025-11-25', legacy],
  ['2026-07-28', modern],
])('a client of revision %s', (_, write) => {
  const withToken = { _meta: { progressToken: 'p' } };

  const probe = createProbe(async (_input, { reportProgress }) => {
    await reportProgress(1, 2);
    return { text: 'done' };
  });

  async function typeOf(method: string, params: Record<string, unknown>, accept: string) {
    const server = await createTestServer({ tools: [probe], scopesOfTools: { probe: [] } });
    const written = write(method, params);
    const { body, headers } = 'body' in written ? written : { body: written, headers: {} };
    if ('body' in written) Object.assign(written.body.params._meta, params._meta);
    const token = await server.token('files:list files:read');
    const response = await server.send({ body, token, headers: { ...headers, accept } });
    expect(response.status).toBe(200);
    return { type: response.headers.get('content-type'), text: await response.text() };
  }

  it.each(['application/json', '*/*'])(
    'gets no event stream for %s, even if it asks for progress',
    async (accept) => {
      const search = { name: 'probe', ...withToken };
      const { type, text } = await typeOf('tools/call', search, accept);
      expect(type).toBe('application/json');
      expect(JSON.parse(text)).toMatchObject({ id: 1, result: {} });
    },
  );

  it.each([
    'text/event-stream, */*',
    'Application/JSON, TEXT/Event-Stream',
    'application/*,text/event-stream',
  ])('gets JSON for %s, which the SDK would refuse', async (accept) => {
    const { type, text } = await typeOf('tools/call', { name: 'probe' }, accept);
    expect(type).toBe('application/json');
    expect(JSON.parse(text)).toMatchObject({ id: 1, result: {} });
  });

  it.each<[string, Record<string, unknown>]>([
    ['tools/list', {}],
    ['tools/call', { name: 'probe' }],
    ['tools/call', { name: 'probe', ...withToken }],
    ['tools/call', { name: 7 }],
  ])('gets only event streams when it takes nothing else: %s %j', async (method, params) => {
    const { type, text } = await typeOf(method, params, 'text/event-stream');
    expect(type).toBe('text/event-stream');
    const [, message = ''] = [...text.matchAll(/^data: ?(\{.*)$/gm)].at(-1) ?? [];
    expect(JSON.parse(message)).toMatchObject({ jsonrpc: '2.0', id: 1 });
  });
});

describe('a wait for changes, which only an event stream can answer', () => {
  it('is refused to a client that takes none', async () => {
    const server = await createTestServer();
    const { body, headers } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const token = await server.token('');
    const response = await server.send({ body, token, headers: { ...headers, accept: 'application/json' } });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({
      id: 1,
      error: { message: expect.stringContaining('accept') },
    });
  });
});
