import type { Paint } from '../ops/terminal/paint.ts';
import { users } from './authorization-server/users.ts';
import type { Exchange } from './gateway/gateway.ts';

/** A line for each request: when, what was asked, by whom, how it went, and how long it took. */
export interface RequestLines {
  /** The gateway hands a request to a function, whose log names it by `invocationId`. */
  invoked(requestId: string, invocationId: string, body: string | undefined): void;
  /** A function wrote a line. */
  logged(functionName: string, line: string): void;
  /** The gateway answered. The line is printed now, or as soon as the function's log tells the rest. */
  answered(exchange: Exchange): void;
}

/** What is known of a request before it is answered. */
interface Pending {
  readonly asked: string | undefined;
  readonly isMessage: boolean;
  who: string | undefined;
  verdict: string | undefined;
  /** Whether the function has logged the end of the request. */
  isLogged?: boolean;
  exchange?: Exchange;
}

/** The fields of the function's log that are shown. */
interface LogLine {
  readonly event?: string;
  readonly requestId?: string;
  readonly subject?: string;
  readonly clientId?: string;
  readonly code?: string;
  readonly required?: readonly string[];
  readonly outcome?: string;
  readonly error?: { readonly message?: string };
}

/** Events that are told by the line of their request, or that tell an operator more than a developer wants to read. */
const quietEvents = [
  'request',
  'tool_call',
  'metrics',
  'key_set_loaded',
  'refused',
  'tool_failed',
  'request_failed',
];

/** How long an answered request waits for the function's log, in milliseconds: a crashed function writes none. */
const patience = 300;

/** Creates the lines. With `isVerbose` every line of the functions is printed as well, as it came. */
export function createRequestLines(options: {
  readonly print: (line: string) => void;
  readonly paint: Paint;
  readonly isVerbose?: boolean;
  readonly now?: () => Date;
}): RequestLines {
  const { print, paint, isVerbose = false, now = () => new Date() } = options;
  const byInvocation = new Map<string, Pending>();
  const byRequest = new Map<string, { invocationId: string; pending: Pending }>();

  function finish(requestId: string): void {
    const found = byRequest.get(requestId);
    if (!found?.pending.exchange) return;
    byRequest.delete(requestId);
    byInvocation.delete(found.invocationId);
    printLine(found.pending.exchange, found.pending);
  }

  function printLine(exchange: Exchange, { asked, who = '-', verdict }: Partial<Pending>): void {
    const { method, path, status, milliseconds } = exchange;
    const colour = status >= 500 ? 'red' : status >= 400 || verdict ? 'yellow' : 'green';
    const cells = [
      paint('gray', now().toTimeString().slice(0, 8)),
      toCell(asked ?? `${method} ${path}`, 32),
      toCell(who, 10),
      paint(colour, `${status} ${verdict ?? (status < 400 ? 'ok' : '')}`.trim().padEnd(16)),
      paint('gray', `${Math.round(milliseconds)} ms`),
    ];
    print(cells.join('  '));
  }

  return {
    invoked(requestId, invocationId, body) {
      const asked = readMessage(body);
      const pending: Pending = { asked, isMessage: asked !== undefined, who: undefined, verdict: undefined };
      byInvocation.set(invocationId, pending);
      byRequest.set(requestId, { invocationId, pending });
    },

    logged(functionName, line) {
      const read = readLine(line);
      if (isVerbose || !read) print(paint('gray', `${functionName} ${line}`));
      if (!read) return;
      const { event = '', requestId = '' } = read;
      if (!isVerbose && !quietEvents.includes(event)) print(toEventLine(functionName, line, paint));
      const pending = byInvocation.get(requestId);
      if (!pending) return;
      pending.who ??= toName(read);
      pending.verdict = toVerdict(read) ?? pending.verdict;
      if (event !== 'request') return;
      pending.isLogged = true;
      if (pending.exchange) finish(pending.exchange.requestId);
    },

    answered(exchange) {
      const pending = byRequest.get(exchange.requestId)?.pending;
      if (!pending) return printLine(exchange, {});
      pending.exchange = exchange;
      if (pending.isLogged || !pending.isMessage) finish(exchange.requestId);
      else setTimeout(() => finish(exchange.requestId), patience).unref();
    },
  };
}

/** `tools/call read_file`, or the method alone; undefined for what is no JSON-RPC message. */
function readMessage(body: string | undefined): string | undefined {
  try {
    const { method, params } = JSON.parse(body ?? '');
    if (typeof method !== 'string') return undefined;
    return typeof params?.name === 'string' ? `${method} ${params.name}` : method;
  } catch {
    return undefined;
  }
}

function readLine(line: string): LogLine | undefined {
  try {
    const read = JSON.parse(line);
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** A user of the local server by name; others by their subject, and a machine by its client. */
function toName({ subject, clientId }: LogLine): string | undefined {
  return users.find(({ id }) => id === subject)?.name ?? subject ?? clientId;
}

/** What is said beside the status; undefined where nothing went wrong. */
function toVerdict({ event, code, required, outcome, error }: LogLine): string | undefined {
  if (event === 'refused') return required ? `${code}: needs ${required.join(' ')}` : code;
  if (event === 'tool_failed' || event === 'request_failed') return `outage: ${error?.message}`;
  if (event === 'tool_call' && outcome === 'failed') return 'failed: the answer says why';
  if (event === 'tool_call' && outcome === 'invalid') return 'invalid arguments';
  return undefined;
}

/** An event of its own, without the fields that only CloudWatch reads. */
function toEventLine(functionName: string, line: string, paint: Paint): string {
  const { event, _aws, requestId, traceId, Service, ...facts } = JSON.parse(line);
  return paint('yellow', `${functionName} ${event} ${JSON.stringify(facts)}`);
}

/** What a client sent is kept off the terminal where it could steer it, and short. */
function toCell(text: string, width: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return (line.length > width ? `${line.slice(0, width - 1)}…` : line).padEnd(width);
}
