import type { Principal } from '../auth/principal.ts';
import type { Refusal } from '../auth/refusal.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Invocation } from '../invocation.ts';
import { startClock } from './clock.ts';
import { createFileUsage } from './file-usage.ts';
import { type Log, toErrorFacts } from './log.ts';
import { collectTexts, redact } from './redaction.ts';
import { measureRequest, type ToolOutcome } from './request-metrics.ts';

/** How requests are logged. */
export interface RequestLogOptions {
  readonly log: Log;
  /** Whether the log names paths. It always has their hashes. */
  readonly logPaths: boolean;
  /** Whether there is a tool of this name. Any other name is the caller's own text and is not logged. */
  readonly isTool: (name: string) => boolean;
  /** Whether a method of MCP is logged as a tool is, under its own name. @default none is */
  readonly isMethod?: (name: string) => boolean;
}

/** What the log reads from the request's message. */
export interface LoggedMessage {
  /** How long the body was. */
  readonly bytes: number;
  readonly method?: string;
  /** The tool that it calls, by the caller's own text, and what that or the method was given. */
  readonly calledTool?: string;
  readonly toolArguments?: unknown;
}

/**
 * The log of one request. It collects what becomes known on the way and ends with one line about the tool call and
 * one about the request; the metrics are in the last. No line holds anything that the caller sent, except the
 * claims that name the caller.
 */
export interface RequestLog {
  /** Keeps a token, and each of its parts, out of every line. */
  setToken(token: string): void;
  setPrincipal(principal: Principal): void;
  setMessage(message: LoggedMessage): void;
  /** The same file store, whose use is logged. */
  observe(files: FileStore): FileStore;
  /** Whether the file store failed with this error and it is an outage. */
  isOutage(error: unknown): boolean;
  /** The first outage of the file store, or undefined. */
  findOutage(): unknown;
  /** Starts the clock of the called tool. The function it returns stops the clock and logs an error of ours at once. */
  startTool(): (outcome: ToolOutcome, error?: unknown) => void;
  /** Writes an event at once, with the ids of the request. */
  readonly log: Log;
  /** Logs at once why the request is refused. */
  refuse(refusal: Refusal): void;
  /** Logs at once a bug or an outage that ended the request. */
  fail(error: unknown): void;
  /** Logs at once that an answer of so many bytes was too large, and that an error took its place. */
  dropAnswer(bytes: number): void;
  /** Writes the last lines. `bytes` is the length of the answer's body; the length of the message is added to it. */
  end(status: number, bytes: number): void;
}

const turnVersioningOn =
  'turn on the versioning of the bucket: until then what is overwritten or deleted is gone for good';

/** Creates the log of one request and starts its clock. */
export function createRequestLog(invocation: Invocation, options: RequestLogOptions): RequestLog {
  const { isTool, isMethod = () => false, logPaths } = options;
  const { requestId, traceId, coldStart } = invocation;
  const clock = startClock();
  const files = createFileUsage(logPaths);
  const caller: { subject?: string; organization?: string; clientId?: string } = {};
  const call: { tool?: string; outcome?: ToolOutcome; durationMs?: number } = {};
  let secrets: readonly string[] = [];
  let message: LoggedMessage | undefined;
  let refusal: Refusal | undefined;
  let hasFailed = false;
  let isDropped = false;

  const log: Log = (event, facts, measured) =>
    options.log(event, { requestId, traceId, ...caller, tool: call.tool, ...facts }, measured);

  function toSafeFacts(error: unknown): Readonly<Record<string, unknown>> {
    const sent = [...secrets, ...files.listPaths(), ...collectTexts(message?.toolArguments)];
    return toErrorFacts(error, (text) => redact(text, sent));
  }

  function readToolCall() {
    const { tool, durationMs } = call;
    if (tool === undefined || !(isTool(tool) || isMethod(tool))) return undefined;
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
      const { calledTool, method = '' } = read;
      if (isMethod(method)) call.tool = method;
      if (calledTool !== undefined) call.tool = isTool(calledTool) ? calledTool : 'unknown';
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
    dropAnswer(bytes) {
      isDropped = true;
      log('answer_too_large', { bytes });
    },
    end(status, bytes) {
      const toolCall = readToolCall();
      if (toolCall) log('tool_call', { ...toolCall, ...files.toFacts() });
      if (files.hasUnversionedWrite()) {
        log('unversioned_write', { remedy: turnVersioningOn }, [{ name: 'UnversionedWrites', value: 1 }]);
      }
      const durationMs = clock();
      const answered = isDropped ? 'too_large' : status < 400 ? 'answered' : 'invalid';
      const outcome = refusal ? 'refused' : hasFailed ? 'failed' : answered;
      const size = (message?.bytes ?? 0) + bytes;
      const facts = { scopes: toolCall?.scopes, outcome, status, bytes: size, durationMs, coldStart };
      const measured = measureRequest({ durationMs, coldStart, refusal: refusal?.code, toolCall });
      log('request', facts, [...measured, ...files.toLatencies()]);
    },
  };
}
