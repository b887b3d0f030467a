import type { Principal } from '../auth/principal.ts';
import type { Refusal } from '../auth/refusal.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Invocation } from '../invocation.ts';
import { startClock } from './clock.ts';
import { createFileAccount } from './file-usage.ts';
import { type Log, toErrorFacts } from './log.ts';
import { collectTexts, redact } from './redaction.ts';
import { measureRequest, type ToolOutcome } from './request-metrics.ts';

/** What accounts of requests are written with. */
export interface AuditOptions {
  readonly log: Log;
  /** Whether the log names paths; it always has hashes of them. */
  readonly arePathsLogged: boolean;
  /** Tells whether there is a tool of this name; any other name is the caller's own text. */
  readonly isTool: (name: string) => boolean;
}

/** What is read of the request's message. */
export interface LoggedMessage {
  /** How long the body was. */
  readonly bytes: number;
  /** The tool that it calls, by the caller's own text, and what it was given. */
  readonly calledTool?: string;
  readonly toolArguments?: unknown;
}

/**
 * The account of one request. It is told what becomes known on the way, and ends with one line of the tool
 * call and one of the request, which carry the metrics. No line holds anything that the caller sent, but for
 * the claims that name the caller.
 */
export interface Audit {
  /** Keeps a token, and each of its parts, out of every line. */
  setToken(token: string): void;
  setPrincipal(principal: Principal): void;
  setMessage(message: LoggedMessage): void;
  /** The same files, whose use is accounted for. */
  observe(files: FileStore): FileStore;
  /** Tells whether the file store failed with this error, and that is an outage. */
  isOutage(error: unknown): boolean;
  /** The first outage of the file store, if there was one. */
  findOutage(): unknown;
  /** Starts the clock of the called tool. Its answer stops it, and writes the error that was ours now. */
  startTool(): (outcome: ToolOutcome, error?: unknown) => void;
  /** Writes an event now, with the ids of the request. */
  readonly log: Log;
  /** Writes now why the request is refused. */
  refuse(refusal: Refusal): void;
  /** Writes now a bug or an outage that ended the request. */
  fail(error: unknown): void;
  /** Writes the last lines. `bytes` is the length of the answer's body, to which that of the message is added. */
  end(status: number, bytes: number): void;
}

/** Opens the account of one request. */
export function createAudit(invocation: Invocation, options: AuditOptions): Audit {
  const { isTool, arePathsLogged } = options;
  const { requestId, traceId, coldStart } = invocation;
  const clock = startClock();
  const files = createFileAccount(arePathsLogged);
  const caller: { subject?: string; organization?: string; clientId?: string } = {};
  const call: { tool?: string; outcome?: ToolOutcome; durationMs?: number } = {};
  let secrets: readonly string[] = [];
  let message: LoggedMessage | undefined;
  let refusal: Refusal | undefined;
  let hasFailed = false;

  const log: Log = (event, facts, measured) =>
    options.log(event, { requestId, traceId, ...caller, tool: call.tool, ...facts }, measured);

  function toSafeFacts(error: unknown): Readonly<Record<string, unknown>> {
    const sent = [...secrets, ...files.listPaths(), ...collectTexts(message?.toolArguments)];
    return toErrorFacts(error, (text) => redact(text, sent));
  }

  function readToolCall() {
    const { tool, durationMs } = call;
    if (tool === undefined || !isTool(tool)) return undefined;
    const outcome = call.outcome ?? (refusal ? 'refused' : hasFailed ? 'outage' : 'invalid');
    const isMissing = refusal?.code === 'insufficient_scope' || call.outcome === 'refused';
    return { tool, scopes: isMissing ? 'missing' : 'granted', outcome, durationMs } as const;
  }

  return {
    setToken: (token) => {
      secrets = [token, ...token.split('.')];
    },
    setPrincipal: ({ subject, organization, clientId }) =>
      void Object.assign(caller, { subject, organization, clientId }),
    setMessage: (read) => {
      message = read;
      if (read.calledTool !== undefined) call.tool = isTool(read.calledTool) ? read.calledTool : 'unknown';
    },
    observe: files.observe,
    isOutage: files.isOutage,
    findOutage: files.findOutage,
    startTool() {
      const toolClock = startClock();
      return (outcome, error) => {
        Object.assign(call, { outcome, durationMs: toolClock() });
        if (error !== undefined) log('tool_failed', { error: toSafeFacts(error) });
      };
    },
    log,
    refuse(reason) {
      refusal = reason;
      log('refused', { ...reason });
    },
    fail(error) {
      hasFailed = true;
      log('request_failed', { error: toSafeFacts(error) });
    },
    end(status, bytes) {
      const toolCall = readToolCall();
      if (toolCall) log('tool_call', { ...toolCall, ...files.toFacts() });
      const durationMs = clock();
      const outcome = refusal ? 'refused' : hasFailed ? 'failed' : status < 400 ? 'answered' : 'invalid';
      const size = (message?.bytes ?? 0) + bytes;
      const facts = { scopes: toolCall?.scopes, outcome, status, bytes: size, durationMs, coldStart };
      const measured = measureRequest({ durationMs, coldStart, refusal: refusal?.code, toolCall });
      log('request', facts, [...measured, ...files.toLatencies()]);
    },
  };
}
