import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import {
  accessTokens,
  type Certificate,
  createCertificate,
  signToken,
  toKeySet,
} from '../../../support/casdoor.ts';

type Route = (request: Request) => Response | Promise<Response>;
type Json = Record<string, unknown>;

/**
 * An MCP server and its authorization server on 127.0.0.1, healthy as long as a test does not break something:
 * change a document, a header or a route before the doctor comes.
 */
export interface Site {
  /** The MCP URL, with the path `/mcp`. */
  readonly url: string;
  readonly issuer: string;
  /**
   * Routes by method and path, of both servers. What is not here answers 404, and `Response.error()` hangs up.
   */
  readonly mcpRoutes: Record<string, Route>;
  readonly issuerRoutes: Record<string, Route>;
  /** Answers MCP to everybody. */
  readonly serveMcp: Route;
  /** The headers of the 401, and of the preflight. */
  readonly challenge: Record<string, string>;
  readonly preflight: Record<string, string>;
  /** The protected resource metadata, the same document at both paths. */
  readonly metadata: Json;
  /** The metadata and the key set of the authorization server. */
  readonly authorizationServer: Json;
  readonly keySet: Json;
  readonly certificate: Certificate;
  /** An access token of JWT-Standard for this server, issued now; `claims` replace its own. */
  token(claims?: Json): Promise<string>;
  /** Stops the authorization server. */
  stopIssuer(): void;
  close(): void;
}

/** Of every site, because a key takes long to make. */
const theCertificate = createCertificate();

/** The scopes of the site. */
const scopes = ['files:list', 'files:read'];

/** Starts a healthy site. */
export async function startSite(): Promise<Site> {
  const certificate = await theCertificate;
  const mcpRoutes: Site['mcpRoutes'] = {};
  const issuerRoutes: Site['issuerRoutes'] = {};
  const [mcp, mcpOrigin] = await serve(mcpRoutes);
  const [authorization, issuer] = await serve(issuerRoutes);
  const url = `${mcpOrigin}/mcp`;
  const wellKnown = '/.well-known/oauth-protected-resource';

  const challenge: Site['challenge'] = {
    'www-authenticate': `Bearer scope="files:list files:read", resource_metadata="${mcpOrigin}${wellKnown}/mcp"`,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'WWW-Authenticate',
  };
  const preflight: Site['preflight'] = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization,content-type,mcp-protocol-version,Mcp-Method,mcp-name',
  };
  const metadata: Json = { resource: url, authorization_servers: [issuer], scopes_supported: scopes };
  const authorizationServer: Json = {
    issuer,
    authorization_endpoint: `${issuer}/login/oauth/authorize`,
    token_endpoint: `${issuer}/api/login/oauth/access_token`,
    registration_endpoint: `${issuer}/api/oauth/register`,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
  };
  const keySet: Json = { ...toKeySet(certificate) };
  const mcpHandler = createMcpHandler(createMcpServer);
  const serveMcp: Route = (request) => mcpHandler.fetch(request);

  mcpRoutes['POST /mcp'] = (request) => {
    if (request.headers.has('authorization')) return serveMcp(request);
    return Response.json({ error: 'unauthorized' }, { status: 401, headers: challenge });
  };
  mcpRoutes['OPTIONS /mcp'] = () => new Response(null, { status: 204, headers: preflight });
  mcpRoutes[`GET ${wellKnown}`] = () => Response.json(metadata);
  mcpRoutes[`GET ${wellKnown}/mcp`] = () => Response.json(metadata);
  issuerRoutes['GET /.well-known/oauth-authorization-server'] = () => Response.json(authorizationServer);
  issuerRoutes['GET /.well-known/jwks'] = () => Response.json(keySet);

  return {
    url,
    issuer,
    mcpRoutes,
    issuerRoutes,
    serveMcp,
    challenge,
    preflight,
    metadata,
    authorizationServer,
    keySet,
    certificate,
    token: (claims) => signToken(certificate, { ...claimsFor({ url, issuer }), ...claims }),
    stopIssuer: () => stop(authorization),
    close() {
      stop(mcp);
      stop(authorization);
    },
  };
}

/** The claims of an access token of JWT-Standard for a site, issued now. */
export function claimsFor({ url, issuer }: Pick<Site, 'url' | 'issuer'>) {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + 3_600 };
  return { ...accessTokens['JWT-Standard'], ...times, iss: issuer, aud: [url] };
}

function createMcpServer(): McpServer {
  const server = new McpServer(
    { name: 'site', version: '1' },
    { capabilities: { tools: { listChanged: false } } },
  );
  for (const name of ['list_files', 'read_file']) {
    server.registerTool(name, { description: name }, async () => ({ content: [] }));
  }
  return server;
}

async function serve(routes: Record<string, Route>): Promise<[Server, string]> {
  const server = createServer((incoming, outgoing) => void answer(routes, incoming, outgoing));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return [server, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`];
}

async function answer(routes: Record<string, Route>, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { method = '', url: path = '/' } = incoming;
  const request = new Request(`http://${incoming.headers.host}${path}`, {
    method,
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === 'POST' && { body: new Uint8Array(Buffer.concat(await incoming.toArray())) }),
  });
  const route = routes[`${method} ${new URL(request.url).pathname}`];
  const response = route ? await route(request) : new Response('not found', { status: 404 });
  if (response.type === 'error') {
    outgoing.destroy();
    return;
  }
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers).flushHeaders();
  for await (const chunk of response.body ?? []) {
    if (outgoing.destroyed) return;
    outgoing.write(chunk);
  }
  outgoing.end();
}

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}
