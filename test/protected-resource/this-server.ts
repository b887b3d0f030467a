import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { casdoorProfile } from '../../lambda/auth/casdoor-claims.ts';
import { createKeySet } from '../../lambda/auth/jwks.ts';
import { rfc9068Profile } from '../../lambda/auth/rfc9068-claims.ts';
import { createVerifier } from '../../lambda/auth/verifier.ts';
import { createMcpEndpoint } from '../../lambda/mcp/endpoint.ts';
import { createMetadataEndpoint } from '../../lambda/metadata/endpoint.ts';
import { toMetadataUrl } from '../../lambda/metadata/protected-resource.ts';
import * as catalogue from '../../lambda/tools/catalogue.ts';
import { scopesOfTools } from '../../lambda/tools/scopes.ts';
import { type Certificate, createCertificate, toKeySet } from '../support/casdoor.ts';
import { createMemoryFileStore } from '../support/memory-file-store.ts';
import { toWebEndpoint } from '../support/web-endpoint.ts';
import { mintTokens } from './mint-tokens.ts';
import type { Knowledge } from './server.ts';

/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Changes what the server answers to a request, to test the checks. */
export type Change = (reply: Reply, request: IncomingMessage) => Reply;

/** This server, as the suite sees any other server. */
export interface RunningServer {
  readonly url: URL;
  readonly knowledge: Required<Knowledge>;
  /** What signs its tokens. */
  readonly certificate: Certificate;
  /** Sets the change that every answer goes through from now on. */
  change(change: Change): void;
  close(): Promise<void>;
}

/** A request that `files:list` does not suffice for. */
const scopedCall = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'read_file', arguments: { path: 'a.md' } },
};

const profiles = { casdoor: casdoorProfile, rfc9068: rfc9068Profile };

/** Starts this server with one of its token profiles, next to the metadata of an authorization server. */
export async function startThisServer(name: keyof typeof profiles): Promise<RunningServer> {
  let change: Change = (reply) => reply;
  const http = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const [url, issuer] = [`${origin}/mcp`, `${origin}/issuer`];
  const certificate = await createCertificate();
  const endpoint = toWebEndpoint(
    createMcpEndpoint({
      verify: createVerifier({
        issuer,
        audience: url,
        scopePrefix: '',
        algorithms: ['RS256'],
        profile: profiles[name],
        // The authorization server next to it is not one that we know, so its users need a mark.
        ...(name === 'rfc9068' && { userMark: 'sub!=client_id' }),
        machineClientIds: [],
        allowedClientIds: [],
        allowedOrganizations: [],
        keySet: createKeySet({
          url: `${issuer}/jwks`,
          fetch: async () => Response.json(toKeySet(certificate)),
        }),
      }),
      challenge: {
        resourceMetadataUrl: toMetadataUrl(url),
        initialScopes: ['files:list', 'files:read'],
        scopePrefix: '',
      },
      allowedOrigins: [],
      tools: Object.values(catalogue),
      scopesOfTools,
      toolVisibility: 'all',
      openFiles: () => createMemoryFileStore(),
      limits: { maxWriteBytes: 1024 },
      log: () => {},
      logPaths: false,
    }),
  );
  const metadata = createMetadataEndpoint({
    url,
    issuer,
    name: 'Files',
    documentationUrl: 'https://docs.example.com',
    scopePrefix: '',
    bridge: undefined,
    readPage: async () => ({ statusCode: 404, headers: {}, body: '' }),
  });

  async function findReply(request: IncomingMessage): Promise<Reply> {
    const { method = '', url: target = '/', headers } = request;
    const { pathname } = new URL(target, origin);
    const sent = await buffer(request);
    if (pathname === '/mcp') {
      const body = method === 'GET' ? {} : { body: Uint8Array.from(sent) };
      const asked = new Request(new URL(target, origin), { method, headers: toHeaders(headers), ...body });
      const deadline = AbortSignal.timeout(20_000);
      const response = await endpoint(asked, {
        requestId: 'request',
        coldStart: false,
        canCarry: () => true,
        deadline,
      });
      const { status } = response;
      return { status, headers: Object.fromEntries(response.headers), body: await response.text() };
    }
    if (pathname === '/.well-known/oauth-authorization-server/issuer') {
      const document = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        code_challenge_methods_supported: ['S256'],
      };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
    }
    if (!pathname.startsWith('/.well-known/oauth-protected-resource')) {
      return { status: 404, headers: {}, body: '' };
    }
    const { statusCode: status, ...document } = await metadata({ method, path: pathname, body: '' });
    return { status, ...document };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = change(await findReply(request), request);
    response.writeHead(status, headers).end(body);
  }

  const typ = name === 'rfc9068' ? 'at+jwt' : 'JWT';
  return {
    url: new URL(url),
    certificate,
    knowledge: { ...mintTokens(certificate, { issuer, resource: url, typ }), scopedCall },
    change(next) {
      change = next;
    },
    async close() {
      http.close();
      http.closeAllConnections();
    },
  };
}

function toHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
