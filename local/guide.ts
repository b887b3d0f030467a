import type { LocalSettings } from './settings.ts';
import type { LocalStack } from './stack.ts';

/** What a person reads when the local stack is ready: where it is, how to sign in, how to connect. */
export function toGuide({ mcpUrl, issuer, s3Url }: LocalStack, settings: LocalSettings): string {
  const signIn =
    settings.casdoorUrl === undefined
      ? `sign in as alice, bob or carol (who may only read), password "local" (${issuer})`
      : `sign in at Casdoor (${issuer})`;
  return `
The MCP file server is ready.

  MCP URL    ${mcpUrl}
  Sign-in    ${signIn}
  Files      ${s3Url}, kept in ${settings.directory}
${toClientIds(settings)}
Connect a client:

  Claude Code    claude mcp add --transport http files ${mcpUrl}${toClientOptions(settings)}
  VS Code        code --add-mcp '{"name":"files","type":"http","url":"${mcpUrl}"}'${needsClientId(settings) ? ', which asks for the client id' : ''}
  Cursor         ~/.cursor/mcp.json: ${toCursorSettings(mcpUrl, settings)}
  MCP Inspector  npx @modelcontextprotocol/inspector, transport Streamable HTTP, ${mcpUrl}
${settings.casdoorUrl === undefined ? toCurl(mcpUrl, settings) : ''}
Ctrl-C stops everything.
`;
}

/** Where clients get their client id, unless they register at the authorization server. */
function toClientIds({ clientRegistration, publicClientId }: LocalSettings): string {
  if (clientRegistration === 'bridge')
    return '  Client id  clients register themselves: the bridge gives it to them\n';
  return publicClientId === undefined ? '' : `  Client id  ${publicClientId}, which every client needs\n`;
}

/** Clients register at the local authorization server and at the bridge, and cannot at Casdoor. */
function needsClientId({ casdoorUrl, clientRegistration }: LocalSettings): boolean {
  return casdoorUrl !== undefined && clientRegistration !== 'bridge';
}

function toClientOptions(settings: LocalSettings): string {
  return needsClientId(settings) ? ` --client-id ${toClientId(settings)} --callback-port 8080` : '';
}

function toCursorSettings(url: string, settings: LocalSettings): string {
  const auth = needsClientId(settings) && { auth: { CLIENT_ID: toClientId(settings) } };
  return JSON.stringify({ mcpServers: { files: { url, ...auth } } });
}

/** The client id to type when PUBLIC_CLIENT_ID is not set: the only allowed client, or a blank to fill in. */
function toClientId({ publicClientId, allowLists }: LocalSettings): string {
  const [only, ...others] = (allowLists.allowedClientIds ?? '').split(/[\s,]+/).filter((id) => id !== '');
  return publicClientId ?? (others.length === 0 ? only : undefined) ?? 'YOUR_CLIENT_ID';
}

function toCurl(mcpUrl: string, { mcpPort, authPort }: LocalSettings): string {
  // The other terminal does not know which ports were chosen here.
  const ports = mcpPort === 3000 && authPort === 8000 ? '' : `MCP_PORT=${mcpPort} AUTH_PORT=${authPort} `;
  return `
Or by hand, in another terminal:

  TOKEN=$(${ports}npm run --silent token)
  curl -s ${mcpUrl} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"hello.txt","content":"Hello"}}}'
`;
}
