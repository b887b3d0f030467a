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
import type { Invocation } from '../invocation.ts';
import type { Log } from '../telemetry/log.ts';
import { createRequestLog, type RequestLog } from '../telemetry/request-log.ts';
import { allScopes, findScopes, holdsScope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool, ToolLimits } from '../tools/tool.ts';
import { isBrowser, toConnectPage } from './browser.ts';
import { InvalidMessage, type Message, readMessage, toErrorResponse } from './message.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Quota } from './quota.ts';
import { createServer } from './server.ts';
import { createListTools, type ToolVisibility } from './tool-list.ts';

/** The parts of the MCP endpoint. */
export interface McpEndpointOptions {
  readonly verify: Verifier;
  readonly challenge: ChallengeSettings;
  readonly allowedOrigins: readonly string[];
  readonly tools: readonly Tool[];
  readonly scopesOfTools: ScopeTable;
  readonly toolVisibility: ToolVisibility;
  /** The file store of the caller's root. Throws `Refused` when the token does not name one. */
  readonly openFiles: (principal: Principal) => FileStore;
  readonly limits: ToolLimits;
  readonly log: Log;
  /** Whether the log names paths. It always has their hashes. */
  readonly logPaths: boolean;
  /** Whether there is a connect page, to which browsers are sent. @default false */
  readonly connectPage?: boolean;
  /** What one caller may use. Unlimited by default. */
  readonly quota?: Quota | undefined;
}

/** Answers one web request. */
export type McpEndpoint = (request: Request, invocation: Invocation) => Promise<Response>;

/**
 * Creates the MCP endpoint: the whole way of a request, in the order in which it is refused. Stateless:
 * two requests share nothing but caches. It never throws.
 */
export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { verify, challenge, allowedOrigins, tools, scopesOfTools, toolVisibility, openFiles, log } = options;
  const { limits, logPaths, quota, connectPage = false } = options;
  const names = new Set(tools.map(({ name }) => name));
  const logging = { log, logPaths, isTool: (name: string) => names.has(name) };
  const listTools = createListTools(tools, scopesOfTools, {
    visibility: toolVisibility,
    scopePrefix: challenge.scopePrefix,
  });

  async function answer(request: Request, deadline: AbortSignal, requestLog: RequestLog): Promise<Answer> {
    if (!isAllowedOrigin(request.headers.get('origin'), allowedOrigins)) return readWhole(forbidOrigin());
    if (connectPage && isBrowser(request)) return readWhole(toConnectPage());
    const token = readBearerToken(request.headers);
    requestLog.setToken(token);
    const principal = await verify(token);
    requestLog.setPrincipal(principal);
    if (request.method !== 'POST') return readWhole(allowOnlyPost());
    const message = await readMessage(request);
    requestLog.setMessage(message);
    requireScopes(message, principal);
    const isLimited = quota !== undefined && message.calledTool !== undefined;
    if (isLimited) await quota.takeCall(principal, requestLog.log);
    const files = requestLog.observe(openFiles(principal));
    const context = { principal, files, limits, signal: deadline };
    const server = { tools, scopesOfTools, listTools, toolVisibility, context, requestLog };
    const whole = await serve(request, message, () => createServer(server)).then(readWhole);
    if (isLimited) await quota.addBytes(principal, message.bytes + whole.body.byteLength, requestLog.log);
    return whole;
  }

  /** Demands every scope of the called tool at once, so that the client has to ask only once. */
  function requireScopes({ calledTool = '' }: Message, principal: Principal): void {
    const required = findScopes(scopesOfTools, calledTool) ?? [];
    if (required.every((scope) => holdsScope(principal.scopes, scope))) return;
    const granted = allScopes.filter((scope) => holdsScope(principal.scopes, scope));
    throw new Refused({ code: 'insufficient_scope', required, granted });
  }

  function refuse(error: unknown, requestLog: RequestLog): Response {
    if (error instanceof InvalidMessage) return toErrorResponse(error);
    if (!(error instanceof Refused)) {
      requestLog.fail(error);
      const body = { jsonrpc: '2.0', id: null, error: { code: -32603, message: 'internal error' } };
      return Response.json(body, { status: 500 });
    }
    requestLog.refuse(error.refusal);
    return toChallenge(error.refusal, challenge);
  }

  return async (request, invocation) => {
    const requestLog = createRequestLog(invocation, logging);
    const { status, headers, body } = await answer(request, invocation.deadline, requestLog).catch(
      (error: unknown) => readWhole(refuse(error, requestLog)),
    );
    headers.set('cache-control', 'no-store');
    requestLog.end(status, body.byteLength);
    return new Response(body.byteLength === 0 ? null : body, { status, headers });
  };
}

/** A response of which all is there. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ArrayBuffer;
}

/** Waits for the end of an event stream too: until then its tool runs, and what comes of it is not known. */
async function readWhole(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, body: await response.arrayBuffer() };
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
