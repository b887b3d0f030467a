import { createTestServer, legacy, modern } from '../../support/mcp-server.ts';
import { createProbe, type RunProbe } from '../../support/probe-tool.ts';

/** Calls a tool that does `run` at both eras and answers both responses. */
async function call(run: RunProbe, _meta: object = {}): Promise<Response[]> {
  const server = await createTestServer({ tools: [createProbe(run)], scopesOfTools: { probe: [] } });
  const token = await server.token('');
  const after = modern('tools/call', { name: 'probe' });
  Object.assign(after.body.params._meta, _meta);
  return [
    await server.send({ body: legacy('tools/call', { name: 'probe', _meta }), token }),
    await server.send({ ...after, token }),
  ];
}

/** The messages of an event stream that has ended. */
async function readMessages(response: Response): Promise<unknown[]> {
  const text = await response.text();
  return [...text.matchAll(/^data: ?(\{.*)$/gm)].map(([, message = '']) => JSON.parse(message));
}

describe('a tool without an output schema', () => {
  it('is listed without one', async () => {
    const tools = [createProbe(async () => ({ text: '' }))];
    const server = await createTestServer({ tools, scopesOfTools: { probe: [] } });
    const response = await server.send({ body: legacy('tools/list'), token: await server.token('') });
    const { result } = await response.json();
    expect(Object.keys(result.tools[0])).not.toContain('outputSchema');
  });

  it('answers a text and no data', async () => {
    for (const response of await call(async () => ({ text: 'hello' }))) {
      const { result } = await response.json();
      expect(result.content).toEqual([{ type: 'text', text: 'hello' }]);
      expect(result).not.toHaveProperty('structuredContent');
    }
  });

  it('answers blocks of every kind as they are', async () => {
    const content = [
      { type: 'text', text: 'a picture:' },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
      { type: 'resource', resource: { uri: 'file:///a.md', mimeType: 'text/markdown', text: '# A' } },
      { type: 'resource_link', uri: 'https://s3.example.com/a', name: 'a', mimeType: 'text/plain', size: 3 },
    ] as const;
    for (const response of await call(async () => ({ content }))) {
      expect((await response.json()).result.content).toEqual(content);
    }
  });
});

describe('the progress of a tool', () => {
  it('is all that makes an event stream of an answer', async () => {
    const server = await createTestServer();
    const body = legacy('tools/list', { _meta: { progressToken: 'p1' } });
    const response = await server.send({ body, token: await server.token('') });
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  const work: RunProbe = async (_input, { reportProgress }) => {
    await reportProgress(0, 100);
    await reportProgress(100, 100, 'all of it');
    return { text: 'done' };
  };

  it('reaches the client that asked for it, before the answer', async () => {
    for (const response of await call(work, { progressToken: 'p1' })) {
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(await readMessages(response)).toMatchObject([
        { method: 'notifications/progress', params: { progressToken: 'p1', progress: 0, total: 100 } },
        {
          method: 'notifications/progress',
          params: { progressToken: 'p1', progress: 100, total: 100, message: 'all of it' },
        },
        { id: 1, result: { content: [{ type: 'text', text: 'done' }] } },
      ]);
    }
  });

  it('is kept from a client that did not ask, which is answered with JSON', async () => {
    for (const response of await call(work)) {
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toMatchObject({ result: { content: [{ text: 'done' }] } });
    }
  });
});
