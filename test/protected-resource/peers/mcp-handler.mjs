// mcp-handler, after "Authorization" of its documentation; a small bridge takes the place of Next.js.
import { createServer } from 'node:http';
import { createMcpHandler, protectedResourceHandler, withMcpAuth } from 'mcp-handler';
import { issuer, port, scope, url, verify } from './settings.mjs';

const handler = createMcpHandler((server) => {
  server.registerTool('ping', {}, () => ({ content: [] }));
}, {});
const verifyToken = async (_request, token) =>
  token === undefined ? undefined : verify(token).catch(() => undefined);
const authorized = withMcpAuth(handler, verifyToken, {
  required: true,
  requiredScopes: [scope],
  resourceMetadataPath: '/.well-known/oauth-protected-resource/mcp',
});
const metadata = protectedResourceHandler({ authServerUrls: [issuer], resourceUrl: url });

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = request.method === 'POST' ? { body: Buffer.concat(chunks) } : {};
  const target = new URL(request.url, `http://${request.headers.host}`);
  const asked = new Request(target, { method: request.method, headers, ...body });
  const isMcp = target.pathname === '/mcp';
  const isMetadata = target.pathname === '/.well-known/oauth-protected-resource/mcp';
  const answer = isMcp
    ? await authorized(asked)
    : isMetadata
      ? await metadata(asked)
      : new Response(null, { status: 404 });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(Number(port), '127.0.0.1', () => console.info('ready'));
