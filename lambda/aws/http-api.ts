import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Invocation, WholeRequest, WholeResponse } from '../invocation.ts';

/** Answers one web request. */
export type Endpoint = (request: WholeRequest, invocation: Invocation) => Promise<WholeResponse>;

/** The part of Lambda's context that we use. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** A Lambda handler for HTTP API events of payload format 2.0. */
export type HttpApiHandler = (
  event: APIGatewayProxyEventV2,
  context: InvocationContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** How much of the function's time is reserved for writing the answer, in milliseconds. */
const reserve = 4_000;

/**
 * Lets an endpoint answer HTTP API events. It converts and makes no decisions. `variables` must be `process.env` itself
 * and not a copy, because Lambda writes the trace of each request there.
 */
export function createHttpApiHandler(
  endpoint: Endpoint,
  variables: Readonly<Record<string, string | undefined>>,
): HttpApiHandler {
  // A provisioned environment starts before there is a request.
  let isFirst = !isProvisioned(variables);
  return async (event, context) => {
    const coldStart = isFirst;
    isFirst = false;
    if (!isHttpApiEvent(event)) return unsupported;
    const request = toRequest(event);
    if (request === undefined) return unsupported;
    const traceId = readTraceId(variables._X_AMZN_TRACE_ID ?? event.headers['x-amzn-trace-id']);
    const end = new AbortController();
    const timer = setTimeout(
      () => end.abort(new DOMException('too late', 'TimeoutError')),
      Math.max(0, context.getRemainingTimeInMillis() - reserve),
    );
    const requestId = context.awsRequestId;
    const invocation = {
      deadline: end.signal,
      requestId,
      coldStart,
      canCarry,
      ...(traceId !== undefined && { traceId }),
    };
    try {
      const result = toResult(await endpoint(request, invocation));
      return request.head.method === 'HEAD' ? { ...result, body: '' } : result;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Whether the environment was made ahead of its first request (AWS Lambda developer guide, environment variables). */
export function isProvisioned(variables: Readonly<Record<string, string | undefined>>): boolean {
  return variables.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency';
}

/** The answer to events that are not from an HTTP API, such as those of a warmer or another kind of gateway. */
const unsupported = {
  statusCode: 400,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'this function answers events of an HTTP API, payload format 2.0' }),
};

/** The event's type describes only what the gateway sends. Anybody who may invoke the function can send anything. */
function isHttpApiEvent(event: Partial<APIGatewayProxyEventV2> | null): boolean {
  const { http, domainName } = event?.requestContext ?? {};
  const isFormat2 = typeof event?.rawPath === 'string' && typeof event.rawQueryString === 'string';
  return isFormat2 && http !== undefined && domainName !== undefined && event.headers !== undefined;
}

/**
 * The most that Lambda lets a function return, in bytes of JSON (AWS Lambda developer guide, quotas), minus room for
 * the headers.
 */
const maxResultBytes = 6_291_556 - 16_384;

function canCarry(body: Uint8Array): boolean {
  // No character takes more than six bytes as JSON, so most bodies need no counting.
  if (body.byteLength * 6 <= maxResultBytes) return true;
  return Buffer.byteLength(JSON.stringify(new TextDecoder().decode(body))) <= maxResultBytes;
}

/** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…;Sampled=1` (X-Ray, Tracing header). */
function readTraceId(header = ''): string | undefined {
  return /(?:^|;)Root=(1-[\da-f]{8}-[\da-f]{24})(?:;|$)/.exec(header)?.[1];
}

/** Turns an event into a web request. Returns undefined if a web request cannot have its URL, method or headers. */
function toRequest(event: APIGatewayProxyEventV2): WholeRequest | undefined {
  const { domainName, http } = event.requestContext;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  try {
    const url = `https://${domainName}${encodeURI(event.rawPath)}${query}`;
    // `Request` accepts a method in lower case too.
    const method = http.method.toUpperCase();
    return { head: new Request(url, { method, headers: toHeaders(event) }), body: toBody(event) };
  } catch {
    return undefined;
  }
}

function toBody({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/**
 * HTTP API joins repeated headers with commas. A character that a web header cannot hold becomes a question mark.
 * Dropping it could turn an invalid value into a valid one.
 */
function toHeaders(event: APIGatewayProxyEventV2): Headers {
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(event.headers)) {
    headers.set(name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'));
  }
  return headers;
}

function toResult({ status, headers, body }: WholeResponse): APIGatewayProxyStructuredResultV2 {
  // The header `connection` belongs to a single connection, and that is the gateway's (RFC 9110 section 7.6.1).
  const ours = [...headers].filter(([name]) => name !== 'connection');
  return { statusCode: status, headers: Object.fromEntries(ours), body: new TextDecoder().decode(body) };
}
