import { readBearerToken } from '../auth/bearer.ts';
import { type ChallengeSettings, type MessageId, toChallenge } from '../auth/challenge.ts';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import type { Verifier } from '../auth/verifier.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Invocation, WholeRequest, WholeResponse } from '../invocation.ts';
import type { Log } from '../telemetry/log.ts';
import { createRequestLog, type RequestLog } from '../telemetry/request-log.ts';
import {
  allScopes,
  findScopes,
  holdsScope,
  type ScopeTable,
  scopesOfMethods as scopes,
} from '../tools/scopes.ts';
import type { ToolEntry, ToolLimits } from '../tools/tool.ts';
import { type Accepted, readAccept } from './accept.ts';
import { isBrowser, toConnectPage } from './browser.ts';
import { findId, InvalidMessage, type Message, readMessage, toErrorResponse } from './message.ts';
import type { Method } from './method.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Quota } from './quota.ts';
import { serve } from './serve.ts';
import { createServer } from './server.ts';
import { createListTools, type ToolVisibility } from './tool-list.ts';

/** The parts of the MCP endpoint. */
export interface McpEndpointOptions {
  readonly verify: Verifier;
  readonly challenge: ChallengeSettings;
  readonly allowedOrigins: readonly string[];
  readonly tools: readonly ToolEntry[];
  readonly scopesOfTools: ScopeTable;
  /** The methods that are served beside those of the tools. @default none */
  readonly methods?: readonly Method[];
  readonly scopesOfMethods?: ScopeTable;
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
export type McpEndpoint = (request: WholeRequest, invocation: Invocation) => Promise<WholeResponse>;

/**
 * Creates the MCP endpoint: it handles a request from start to end, in the order in which it can be refused. Stateless:
 * two requests share nothing but caches. It never throws.
 */
export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { verify, challenge, allowedOrigins, tools, scopesOfTools, toolVisibility, openFiles, log } = options;
  const { limits, logPaths, quota, connectPage = false, methods = [], scopesOfMethods = scopes } = options;
  const entries = new Map(tools.map((entry) => [entry.name, entry]));
  const methodNames = new Set(methods.map(({ name }) => name));
  const isMethod = (name: string) => methodNames.has(name);
  const logging = { log, logPaths, isTool: (name: string) => entries.has(name), isMethod };
  const listTools = createListTools(tools, scopesOfTools, {
    visibility: toolVisibility,
    scopePrefix: challenge.scopePrefix,
  });

  async function answer(request: WholeRequest, call: Call, requestLog: RequestLog): Promise<WholeResponse> {
    const { head } = request;
    if (!isMcpPath(head.url)) return readWhole(new Response(null, { status: 404 }));
    if (!isAllowedOrigin(head.headers.get('origin'), allowedOrigins)) return readWhole(forbidOrigin());
    if (connectPage && isBrowser(head)) return readWhole(toConnectPage());
    const token = readBearerToken(head.headers);
    requestLog.setToken(token);
    const principal = await verify(token);
    requestLog.setPrincipal(principal);
    if (head.method !== 'POST') return readWhole(allowOnlyPost());
    const message = readMessage(request);
    call.id = message.id;
    requestLog.setMessage(message);
    requireScopes(message, principal);
    const usesFiles = message.calledTool !== undefined || isMethod(message.method ?? '');
    const isLimited = quota !== undefined && usesFiles;
    if (isLimited) await quota.takeCall(principal, requestLog.log);
    const files = requestLog.observe(openFiles(principal));
    const context = { principal, files, limits, signal: call.deadline };
    const tool = await entries.get(message.calledTool ?? '')?.load();
    const parts = { tool, scopesOfTools, methods, scopesOfMethods, listTools, toolVisibility };
    const server = { ...parts, context, requestLog };
    const whole = await serve(head, message, () => createServer(server)).then(readWhole);
    if (isLimited) await quota.addBytes(principal, message.bytes + whole.body.byteLength, requestLog.log);
    return whole;
  }

  /** Demands every scope of the called tool or method at once, so that the client asks only once. */
  function requireScopes({ calledTool = '', method = '' }: Message, principal: Principal): void {
    const ofMethod = isMethod(method) ? findScopes(scopesOfMethods, method) : undefined;
    const required = findScopes(scopesOfTools, calledTool) ?? ofMethod ?? [];
    if (required.every((scope) => holdsScope(principal.scopes, scope))) return;
    const granted = allScopes.filter((scope) => holdsScope(principal.scopes, scope));
    throw new Refused({ code: 'insufficient_scope', required, granted });
  }

  function refuse(error: unknown, request: WholeRequest, call: Call, requestLog: RequestLog): Response {
    if (error instanceof InvalidMessage) return toErrorResponse(error);
    const id = call.id ?? findId(request);
    if (!(error instanceof Refused)) {
      requestLog.fail(error);
      return toErrorResponse(new InvalidMessage('internal error', { status: 500, code: -32603, id }));
    }
    requestLog.refuse(error.refusal);
    return toChallenge(error.refusal, challenge, id);
  }

  /** Answers with a short error instead of what the platform would not carry. What the call has changed stays changed. */
  function limitSize(
    whole: WholeResponse,
    { id }: Call,
    { canCarry }: Invocation,
    requestLog: RequestLog,
  ): Promise<WholeResponse> {
    if (canCarry(whole.body)) return Promise.resolve(whole);
    const bytes = whole.body.byteLength;
    requestLog.dropAnswer(bytes);
    const sentence = `the answer is ${bytes} bytes long, which is more than can be sent: ask for less at once`;
    const error = new InvalidMessage(sentence, { status: 200, code: -32603, id: id ?? null });
    return readWhole(toErrorResponse(error));
  }

  return async (request, invocation) => {
    const requestLog = createRequestLog(invocation, logging);
    const call: Call = { deadline: invocation.deadline };
    const whole = await answer(request, call, requestLog).catch((error: unknown) =>
      readWhole(refuse(error, request, call, requestLog)),
    );
    const fitting = await limitSize(whole, call, invocation, requestLog);
    const streamed = toStream(fitting, readAccept(request.head.headers.get('accept')));
    streamed.headers.set('cache-control', 'no-store');
    requestLog.end(streamed.status, streamed.body.byteLength);
    return streamed;
  };
}

/** One request on its way. */
interface Call {
  readonly deadline: AbortSignal;
  /** Set when the message has been read. */
  id?: MessageId;
}

/** Waits for the end of an event stream too, because its tool runs until then and its outcome is not known before. */
async function readWhole(response: Response): Promise<WholeResponse> {
  const { status, headers } = response;
  return { status, headers, body: await response.bytes() };
}

/** Wraps a JSON answer for a client that takes only an event stream. */
function toStream(answer: WholeResponse, accepted: Accepted): WholeResponse {
  const { status, headers, body } = answer;
  if (accepted !== 'stream' || status !== 200 || headers.get('content-type') !== 'application/json')
    return answer;
  headers.set('content-type', 'text/event-stream');
  const text = new TextDecoder().decode(body);
  return { status, headers, body: new TextEncoder().encode(`event: message\ndata: ${text}\n\n`) };
}

/** The gateway routes everything below `/mcp/` here, because there is no other way to route `/mcp/` itself. */
function isMcpPath(url: string): boolean {
  return /^\/mcp\/?$/.test(new URL(url).pathname);
}

/** Without a body: some clients read one as an event of the stream that they asked for, and report an error. */
function allowOnlyPost(): Response {
  return new Response(null, { status: 405, headers: { allow: 'POST' } });
}

function forbidOrigin(): Response {
  const error = { code: -32600, message: 'this origin is not allowed: add it to the setting allowedOrigins' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 403 });
}
