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
import { type Audit, createAudit } from '../telemetry/request-log.ts';
import { allScopes, findScopes, holdsScope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool } from '../tools/tool.ts';
import { InvalidMessage, type Message, readMessage, toErrorResponse } from './message.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Quota } from './quota.ts';
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
  /** Whether the log names paths; it always has hashes of them. */
  readonly arePathsLogged: boolean;
  /** What one caller may use. Default: as much as it likes. */
  readonly quota?: Quota | undefined;
}

/** Answers one web request. */
export type McpEndpoint = (request: Request, invocation: Invocation) => Promise<Response>;

/**
 * Creates the MCP endpoint: the whole way of a request, in the order in which it is refused. Stateless:
 * two requests share nothing but caches. It never throws.
 */
export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { verify, challenge, allowedOrigins, tools, scopesOfTools, listedTools, openFiles, log } = options;
  const { maxWriteBytes, arePathsLogged, quota } = options;
  const names = new Set(tools.map(({ name }) => name));
  const auditing = { log, arePathsLogged, isTool: (name: string) => names.has(name) };
  const listTools = createToolList(tools, scopesOfTools, {
    listed: listedTools,
    scopePrefix: challenge.scopePrefix,
  });

  async function answer(request: Request, deadline: AbortSignal, audit: Audit): Promise<Answer> {
    if (!isAllowedOrigin(request.headers.get('origin'), allowedOrigins)) return readWhole(forbidOrigin());
    const token = readBearerToken(request.headers);
    audit.setToken(token);
    const principal = await verify(token);
    audit.setPrincipal(principal);
    if (request.method !== 'POST') return readWhole(allowOnlyPost());
    const message = await readMessage(request);
    audit.setMessage(message);
    requireScopes(message, principal);
    const isLimited = quota !== undefined && message.calledTool !== undefined;
    if (isLimited) await quota.takeCall(principal, audit.log);
    const files = audit.observe(openFiles(principal));
    const context = { principal, files, maxWriteBytes, signal: deadline };
    const server = { tools, scopesOfTools, listTools, listedTools, context, audit };
    const whole = await serve(request, message, () => createServer(server)).then(readWhole);
    if (isLimited) await quota.addBytes(principal, message.bytes + whole.body.byteLength, audit.log);
    return whole;
  }

  /** Demands every scope of the called tool at once, so that the client has to ask only once. */
  function requireScopes({ calledTool = '' }: Message, principal: Principal): void {
    const required = findScopes(scopesOfTools, calledTool) ?? [];
    if (required.every((scope) => holdsScope(principal.scopes, scope))) return;
    const granted = allScopes.filter((scope) => holdsScope(principal.scopes, scope));
    throw new Refused({ code: 'insufficient_scope', required, granted });
  }

  function refuse(error: unknown, audit: Audit): Response {
    if (error instanceof InvalidMessage) return toErrorResponse(error);
    if (!(error instanceof Refused)) {
      audit.fail(error);
      const body = { jsonrpc: '2.0', id: null, error: { code: -32603, message: 'internal error' } };
      return Response.json(body, { status: 500 });
    }
    audit.refuse(error.refusal);
    return toChallenge(error.refusal, challenge);
  }

  return async (request, invocation) => {
    const audit = createAudit(invocation, auditing);
    const { status, headers, body } = await answer(request, invocation.deadline, audit).catch(
      (error: unknown) => readWhole(refuse(error, audit)),
    );
    headers.set('cache-control', 'no-store');
    audit.end(status, body.byteLength);
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
