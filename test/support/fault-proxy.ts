import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { readRequest, type S3Request } from '../../local/s3/request.ts';
import { forward, type RunningProxy, startProxy } from './forwarding-proxy.ts';
import { createSeededRandom } from './seeded-random.ts';

/** How long a delay lasts: a number of milliseconds, or until the function's promise settles. */
export type Delay = number | (() => Promise<unknown>);

/** What happens to one request. */
export type Fault =
  /** The connection is reset, and the server never sees the request. */
  | { readonly kind: 'drop' }
  /**
   * The server does what was asked, and then the connection is reset before the client has an answer. `meanwhile` runs
   * between the two: what others do before the client can try again.
   */
  | { readonly kind: 'lose-answer'; readonly meanwhile?: () => Promise<unknown> }
  /** The server does what was asked, and the client waits forever. `meanwhile` as above. */
  | { readonly kind: 'withhold-answer'; readonly meanwhile?: () => Promise<unknown> }
  /** The request reaches the server later. */
  | { readonly kind: 'delay-request'; readonly delay: Delay }
  /** The server does what was asked at once, and the client gets the answer later. */
  | { readonly kind: 'delay-answer'; readonly delay: Delay }
  /** The answer's headers and its first `bytes` arrive (by default half of the body), then the connection is reset. */
  | { readonly kind: 'truncate'; readonly bytes?: number }
  /** The same, but the connection stays open and silent. */
  | { readonly kind: 'stall'; readonly bytes?: number }
  /** The server never sees the request, and the client gets this S3 error. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** The server never sees the request, and the client gets `200` with a web page, as from a middlebox. */
  | { readonly kind: 'garbage' };

/** S3 errors for `Fault`. */
export const internalError: Fault = { kind: 'refuse', status: 500, code: 'InternalError' };
export const slowDown: Fault = { kind: 'refuse', status: 503, code: 'SlowDown' };
/** S3 refuses a request whose time is more than 15 minutes off. */
export const tooSkewed: Fault = { kind: 'refuse', status: 403, code: 'RequestTimeTooSkewed' };
export const accessDenied: Fault = { kind: 'refuse', status: 403, code: 'AccessDenied' };

/** The S3 API operation of a request, among those that the file store uses. */
export type S3Operation =
  | 'PutObject'
  | 'CopyObject'
  | 'DeleteObject'
  | 'GetObject'
  | 'HeadObject'
  | 'ListObjectsV2'
  | 'ListObjectVersions'
  | 'other';

/** One request at the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  readonly operation: S3Operation;
  readonly bucket: string;
  /** Decoded; empty for a request to the bucket. For a server other than S3: the path after its first segment. */
  readonly key: string;
}

/** A request that the proxy has handled. */
export interface PassedRequest extends ProxiedRequest {
  /** The status that the server answered; undefined if it never saw the request. */
  readonly status?: number;
  readonly fault?: Fault['kind'];
}

/** Decides for each request whether a fault happens to it. */
export type FaultRule = (request: ProxiedRequest) => Fault | undefined;

/** Which requests are meant: all that match every given member. */
export interface Selection {
  /** One HTTP method, or several. */
  readonly method?: string | readonly string[];
  readonly operation?: S3Operation | readonly S3Operation[];
  /** Tested against the key. */
  readonly key?: RegExp;
}

/** A proxy that injects faults. `close` rejects if a rule, a delay or a `meanwhile` of the test has failed. */
export interface FaultProxy extends RunningProxy {
  /** Adds a rule. The first rule that returns a fault decides; each request is shown to all rules before it. */
  inject(rule: FaultRule): void;
  /** Removes all rules. Faults that have begun continue. */
  clear(): void;
  /** Returns the requests that were handled since the last call, in the order in which the server answered. */
  take(): readonly PassedRequest[];
}

/**
 * A rule for chosen requests: lets the first `skip` of them pass, injects the fault into the next `times`, then does
 * nothing.
 */
export function onRequests(
  selection: Selection & {
    /** @default 0 */
    readonly skip?: number;
    /** @default 1; `Infinity` for all */
    readonly times?: number;
  },
  fault: Fault,
): FaultRule {
  const { skip = 0, times = 1 } = selection;
  let seen = 0;
  return (request) => {
    if (!isSelected(request, selection)) return undefined;
    seen += 1;
    return seen > skip && seen <= skip + times ? fault : undefined;
  };
}

/**
 * A rule that injects one of `faults` into a share (0 to 1) of the chosen requests. The same seed repeats its choices.
 */
export function atRandom(
  selection: Selection & { readonly seed: number; readonly share: number },
  faults: readonly [Fault, ...Fault[]],
): FaultRule {
  const random = createSeededRandom(selection.seed);
  return (request) => {
    if (!isSelected(request, selection) || !random.chance(selection.share)) return undefined;
    return random.pick(faults);
  };
}

/**
 * Starts a proxy in front of an S3 server (path-style addresses) or another HTTP server. Without rules it forwards
 * everything unchanged, including `Host`, which an AWS signature covers.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let rules: FaultRule[] = [];
  const passed: PassedRequest[] = [];
  const failures: unknown[] = [];

  /** Runs a function of the test. No answer can carry its failure, so `close` throws it. */
  async function run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }

  function findFault(request: ProxiedRequest): Fault | undefined {
    for (const rule of rules) {
      const fault = rule(request);
      if (fault) return fault;
    }
    return undefined;
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = toProxiedRequest(readRequest(incoming));
      const fault = await run(() => findFault(request));
      const record = (status?: number) => {
        const facts = { ...(status !== undefined && { status }), ...(fault && { fault: fault.kind }) };
        passed.push({ ...request, ...facts });
      };
      if (!fault || !isAnsweredHere(fault)) return await answerFromServer(incoming, response, fault, record);
      record();
      await answerHere(incoming, response, fault);
    } catch (error) {
      response.destroy(error as Error);
    }
  }

  async function answerFromServer(
    incoming: IncomingMessage,
    response: ServerResponse,
    fault: ForwardedFault | undefined,
    record: (status: number) => void,
  ): Promise<void> {
    if (fault?.kind === 'delay-request') await run(() => wait(fault.delay));
    const answer = await forward(incoming, target);
    const { statusCode: status = 0, rawHeaders } = answer;
    if (!fault || fault.kind === 'delay-request') {
      record(status);
      response.writeHead(status, rawHeaders);
      return pipeline(answer, response);
    }
    // Read in full: an answer is lost, late or cut only after the server has done all its work.
    const body = await buffer(answer);
    record(status);
    if ('meanwhile' in fault) await run(async () => fault.meanwhile?.());
    if (fault.kind === 'delay-answer') await run(() => wait(fault.delay));
    if (fault.kind === 'lose-answer') incoming.socket.resetAndDestroy();
    if (fault.kind === 'lose-answer' || fault.kind === 'withhold-answer') return;
    response.writeHead(status, rawHeaders);
    if (fault.kind === 'delay-answer') {
      response.end(body);
      return;
    }
    const begun = body.subarray(0, fault.bytes ?? Math.floor(body.length / 2));
    await new Promise<void>((resolve) => {
      response.flushHeaders();
      if (begun.length === 0) return resolve();
      response.write(begun, () => resolve());
    });
    // Not a reset, because that could overtake what was written.
    if (fault.kind === 'truncate') incoming.socket.destroySoon();
  }

  const proxy = await startProxy(pass);
  return {
    url: proxy.url,
    async close() {
      await proxy.close();
      if (failures.length > 0) throw new AggregateError(failures, 'a fault of the test failed');
    },
    inject(rule) {
      rules.push(rule);
    },
    clear() {
      rules = [];
    },
    take: () => passed.splice(0),
  };
}

type AnsweredFault = Extract<Fault, { kind: 'drop' | 'refuse' | 'garbage' }>;
type ForwardedFault = Exclude<Fault, AnsweredFault>;

function isAnsweredHere(fault: Fault): fault is AnsweredFault {
  return ['drop', 'refuse', 'garbage'].includes(fault.kind);
}

async function answerHere(
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: AnsweredFault,
): Promise<void> {
  if (fault.kind === 'drop') {
    incoming.socket.resetAndDestroy();
    return;
  }
  // A client may send its whole body before it looks at the answer.
  await buffer(incoming);
  if (fault.kind === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>It works!</body></html>');
    return;
  }
  const { status, code } = fault;
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>injected by the fault proxy</Message></Error>`);
}

function wait(delay: Delay): Promise<unknown> {
  return typeof delay === 'number' ? setTimeout(delay, undefined, { ref: false }) : delay();
}

function isSelected(request: ProxiedRequest, { method, operation, key }: Selection): boolean {
  return (
    isOneOf(request.method, method) &&
    isOneOf(request.operation, operation) &&
    (key === undefined || request.key.search(key) >= 0)
  );
}

function isOneOf<Value>(value: Value, wanted: Value | readonly Value[] | undefined): boolean {
  return wanted === undefined || [wanted].flat().includes(value);
}

function toProxiedRequest(request: S3Request): ProxiedRequest {
  const { method, bucket, key } = request;
  return { method, bucket, key, operation: toOperation(request) };
}

function toOperation({ method, key, query, headers }: S3Request): S3Operation {
  if (query.has('uploads') || query.has('uploadId')) return 'other';
  if (key === '') {
    if (method !== 'GET') return 'other';
    return query.has('versions') ? 'ListObjectVersions' : query.has('list-type') ? 'ListObjectsV2' : 'other';
  }
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  const operations: Record<string, S3Operation> = {
    GET: 'GetObject',
    HEAD: 'HeadObject',
    DELETE: 'DeleteObject',
  };
  return operations[method] ?? 'other';
}
