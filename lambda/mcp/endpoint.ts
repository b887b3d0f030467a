import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { readBearerToken } from '../auth/bearer.ts';
import { type ChallengeSettings, toChallenge } from '../auth/challenge.ts';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import type { Verifier } from '../auth/verifier.ts';
import type { FileStore } from '../files/file-store.ts';
import { type Log, toErrorFacts } from '../log.ts';
import { allScopes, findScopes, holdsScope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool } from '../tools/tool.ts';
import { InvalidMessage, type Message, readMessage, toErrorResponse } from './message.ts';
import { isAllowedOrigin } from './origin.ts';
import { createServer } from './server.ts';
import { createToolList, type ListedTools } from './tool-list.ts';

/** The parts of the MCP endpoint. */
export interface McpEndpointOptions {
  readonly verify: Verifier;
  readonly challenge: ChallengeSettings;
  readonly allowedOrigins: readonly string[];
  readonly tools: readonly Tool[];
  readonly scopesOfTools: ScopeTable;
  readonly listedTools: ListedTools;
  /** Opens the part of the files that the caller sees, or throws `Refused`. */
  readonly openFiles: (principal: Principal) => FileStore;
  /** The largest file that a tool may write from an argument, in bytes. */
  readonly maxWriteBytes: number;
  readonly log: Log;
}

/** Answers one web request; `deadline` is aborted when the answer must be on its way. */
export type McpEndpoint = (request: Request, deadline: AbortSignal) => Promise<Response>;

/**
 * Creates the MCP endpoint: the whole way of a request, in the order in which it is refused. Stateless:
 * two requests share nothing but caches. It never throws.
 */
export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { verify, challenge, allowedOrigins, tools, scopesOfTools, listedTools, openFiles, log } = options;
  const { maxWriteBytes } = options;
  const listTools = createToolList(tools, scopesOfTools, listedTools);

  async function answer(request: Request, deadline: AbortSignal): Promise<Response> {
    if (!isAllowedOrigin(request.headers.get('origin'), allowedOrigins)) return forbidOrigin();
    const principal = await verify(readBearerToken(request.headers));
    if (request.method !== 'POST') return allowOnlyPost();
    const message = await readMessage(request);
    requireScopes(message, principal);
    const context = { principal, files: openFiles(principal), maxWriteBytes, signal: deadline };
    const server = { tools, scopesOfTools, listTools, listedTools, context, log };
    return serve(request, message, () => createServer(server));
  }

  /** Demands every scope of the called tool at once, so that the client has to ask only once. */
  function requireScopes({ calledTool = '' }: Message, principal: Principal): void {
    const required = findScopes(scopesOfTools, calledTool) ?? [];
    if (required.every((scope) => holdsScope(principal.scopes, scope))) return;
    const granted = allScopes.filter((scope) => holdsScope(principal.scopes, scope));
    throw new Refused({ code: 'insufficient_scope', required, granted });
  }

  function refuse(error: unknown): Response {
    if (error instanceof InvalidMessage) return toErrorResponse(error);
    if (!(error instanceof Refused)) {
      log('request_failed', { error: toErrorFacts(error) });
      const body = { jsonrpc: '2.0', id: null, error: { code: -32603, message: 'internal error' } };
      return Response.json(body, { status: 500 });
    }
    log('refused', { ...error.refusal });
    return toChallenge(error.refusal, challenge);
  }

  return async (request, deadline) => {
    const response = await answer(request, deadline).catch(refuse);
    response.headers.set('cache-control', 'no-store');
    return response;
  };
}

/**
 * Hands the message to the MCP server, whichever revision the client speaks: 2026-07-28 by its
 * per-request envelope, and what came before it, which the SDK answers by a transport of its own.
 */
async function serve(request: Request, message: Message, create: () => McpServer): Promise<Response> {
  const { body, wantsProgress } = message;
  if (!(await isLegacyRequest(request, body))) {
    return createMcpHandler(create, { legacy: 'reject' }).fetch(request, { parsedBody: body });
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: !wantsProgress });
  const server = create();
  await server.connect(transport);
  return transport.handleRequest(acceptBoth(request), { parsedBody: body });
}

/** We answer JSON where we can, so a client that takes only that (curl, say) is welcome too. */
function acceptBoth(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, text/event-stream');
  return new Request(request.url, { method: 'POST', headers });
}

function allowOnlyPost(): Response {
  const error = { code: -32600, message: 'this server keeps no sessions and no streams: use POST' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 405, headers: { allow: 'POST' } });
}

function forbidOrigin(): Response {
  const error = { code: -32600, message: 'this origin is not allowed: add it to the setting allowedOrigins' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 403 });
}
