import { createTestServer, type TestServer } from '../../support/mcp-server.ts';

const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let server: TestServer;

describe('a browser that opens the MCP URL', () => {
  beforeAll(async () => {
    server = await createTestServer({ connectPage: true });
  });

  it('is sent to the connect page', async () => {
    const response = await server.send({ method: 'GET', headers: { accept: chromium } });
    expect(response.status).toBe(303);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      location: '/',
      vary: 'accept',
      'cache-control': 'no-store',
    });
    expect(await response.text()).toBe('');
  });

  it.each([
    ['a program that takes anything', { accept: '*/*' }],
    ['an MCP client that opens a stream', { accept: 'text/event-stream' }],
    ['an MCP client that takes JSON', { accept: 'application/json, text/event-stream' }],
    ['something of another type', { accept: 'text/html5' }],
  ])('is not %s, which gets the challenge', async (_, headers) => {
    const response = await server.send({ method: 'GET', headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('resource_metadata');
  });

  it('is no longer one with a token, nor with another method', async () => {
    const headers = { accept: chromium };
    const token = await server.token('files:read');
    expect((await server.send({ method: 'GET', headers, token })).status).toBe(405);
    expect((await server.send({ method: 'POST', headers, body: '{}' })).status).toBe(401);
  });

  it('gets the challenge where there is no connect page', async () => {
    const without = await createTestServer();
    expect((await without.send({ method: 'GET', headers: { accept: chromium } })).status).toBe(401);
  });
});
