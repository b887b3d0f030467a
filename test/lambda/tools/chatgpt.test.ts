import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import { chatgptTools } from '../../../lambda/tools/chatgpt.ts';
import { createTestServer, legacy, modern } from '../../support/mcp-server.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';

const tools = [...Object.values(catalogue), ...chatgptTools];
const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

async function listTools(): Promise<readonly Tool[]> {
  const server = await createTestServer({ tools });
  const response = await server.send({ body: legacy('tools/list'), token: await server.token('') });
  return (await response.json()).result.tools.slice(Object.values(catalogue).length);
}

describe('the tools for ChatGPT', () => {
  // Where they are offered, every conversation pays for them beside the catalogue (in characters of JSON).
  it('stay within their budget', async () => {
    expect(JSON.stringify(await listTools()).length).toBeLessThanOrEqual(3_300);
  });

  it('have the names, the one text argument each, and the shapes that OpenAI asks for', async () => {
    const shown = (await listTools()).map(
      ({ name, title, annotations, inputSchema, outputSchema, ...tool }) => ({
        name,
        title,
        annotations,
        input: [
          inputSchema.required,
          Object.entries(inputSchema.properties ?? {}).map(
            ([key, { type }]: [string, { type?: string }]) => `${key}: ${type}`,
          ),
        ],
        output: outputSchema?.required,
        scopes: tool._meta?.securitySchemes,
        maxCharacters: tool._meta?.['anthropic/maxResultSizeChars'],
      }),
    );
    expect(shown).toEqual([
      {
        name: 'fetch',
        title: 'Fetch a file',
        annotations: hints,
        input: [['id'], ['id: string']],
        output: ['id', 'title', 'text', 'url'],
        scopes: [{ type: 'oauth2', scopes: ['files:read'] }],
        maxCharacters: 120_000,
      },
      {
        name: 'search',
        title: 'Search by words',
        annotations: hints,
        input: [['query'], ['query: string']],
        output: ['results'],
        scopes: [{ type: 'oauth2', scopes: ['files:list', 'files:read'] }],
        maxCharacters: undefined,
      },
    ]);
  });

  it.each(['legacy', 'modern'])('answer one text with the same JSON as their data: %s', async (era) => {
    const files = createMemoryFileStore({ files: { 'plan.md': 'The quarterly plan.\n' } });
    const server = await createTestServer({ tools, openFiles: () => files });
    const token = await server.token('files:list files:read');
    for (const params of [
      { name: 'search', arguments: { query: 'quarterly' } },
      { name: 'fetch', arguments: { id: 'plan.md' } },
    ]) {
      const request =
        era === 'modern' ? modern('tools/call', params) : { body: legacy('tools/call', params) };
      const { result } = await (await server.send({ ...request, token })).json();
      expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(result.structuredContent) }]);
    }
  });

  it.each([
    ['search', 'files:list', 403],
    ['search', 'files:read', 403],
    ['search', 'files:list files:read', 200],
    ['fetch', 'files:list', 403],
    ['fetch', 'files:read', 200],
  ])('%s is answered to the scopes "%s" with %d', async (name, scope, status) => {
    const files = createMemoryFileStore({ files: { 'a.md': 'a' } });
    const server = await createTestServer({ tools, openFiles: () => files });
    const body = legacy('tools/call', { name, arguments: { id: 'a.md' } });
    expect((await server.send({ body, token: await server.token(scope) })).status).toBe(status);
  });
});
