/**
 * The least that such a server can do: jose and the S3 client behind a handwritten handler, without an MCP SDK. It
 * verifies the token, requires the scope, and answers the three methods that are measured.
 */
import { readFile } from './files.mjs';
import { verify } from './verify.mjs';

const tool = {
  name: 'read_file',
  description: 'Reads a text file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

const methods = {
  ping: async () => ({}),
  'tools/list': async () => ({ tools: [tool] }),
  'tools/call': async ({ arguments: input }) => ({
    content: [{ type: 'text', text: await readFile(input.path) }],
  }),
};

export async function handler(event) {
  const { scope } = await verify(event.headers.authorization.slice('Bearer '.length));
  if (!scope.split(' ').includes('files:read')) return { statusCode: 403 };
  const { id, method, params } = JSON.parse(event.body);
  const result = await methods[method](params);
  const headers = { 'content-type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify({ jsonrpc: '2.0', id, result }) };
}
