import { createTestServer, legacy } from '../../support/mcp-server.ts';

describe('a method that is called like something that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('"%s" is not found', async (method) => {
    const server = await createTestServer();
    const response = await server.send({ body: legacy(method, {}), token: await server.token('files:list') });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error: { code: -32601 } });
  });
});
