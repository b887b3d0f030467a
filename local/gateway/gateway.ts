import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Invocation } from '../lambda/runtime-api.ts';
import { type Cors, isPreflight, replaceCorsHeaders, toPreflightResponse } from './cors.ts';
import { readPath, toEvent } from './event.ts';
import { type HttpResponse, toMessage, toResponse } from './response.ts';
import { applyHeaderMappings, type HeaderMapping, renameChallenge } from './response-parameters.ts';

/** One method on one path, and the function behind it. */
export type Route = {
  method: string;
  /** Exact, or with a greedy variable at its end, which may be empty: `/mcp/{proxy+}` takes `/mcp/` too. */
  path: string;
  functionId: string;
  integration: {
    payloadFormatVersion: '2.0';
    timeoutInMillis: number;
    /** Changes of headers, by the status of the answer. */
    responseParameters?: Record<string, readonly HeaderMapping[]>;
  };
};

/** A request with how it was answered. */
export interface Exchange {
  /** The gateway's id of the request, which the function's event and the answer's headers have too. */
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** The limits of HTTP APIs, in bytes: "Quotas for configuring and running an HTTP API". */
const payloadLimit = 10 * 1024 * 1024;
const headerLimit = 10_240;

/** Bytes of headers that Node reads before it refuses them itself. */
const maxHeaderSize = 64 * 1024;

/**
 * Serves an API Gateway HTTP API with its `$default` stage on 127.0.0.1; without a port on any that is free.
 * Rejects with Node's own error, such as EADDRINUSE. Nothing a client sends or a function returns ends it.
 */
export async function startGateway(options: {
  port?: number;
  routes: Route[];
  cors?: Cors | undefined;
  /** Renames the challenge as REST APIs do, before the response parameters are applied. */
  renamesChallenge?: boolean;
  invoke(functionId: string, event: APIGatewayProxyEventV2): Promise<Invocation>;
  /** Called for each request once its answer is known. */
  onAnswer?(exchange: Exchange): void;
}): Promise<{ url: string; close(): Promise<void> }> {
  const { port = 0, cors, renamesChallenge = false, invoke, onAnswer } = options;
  const routes = new Map(options.routes.map((route) => [`${route.method} ${route.path}`, route]));

  async function respond(request: IncomingMessage, requestId: string): Promise<HttpResponse> {
    if (readHeaderSize(request) > headerLimit) return toMessage(431);
    if (!isHost(request.headers.host)) return toMessage(400);
    if (!cors) return runRoute(request, requestId);
    if (isPreflight(request)) return toPreflightResponse(cors, request.headers.origin);
    const response = await runRoute(request, requestId);
    replaceCorsHeaders(cors, request.headers.origin, response.headers);
    return response;
  }

  /** The exact route first, then the longest greedy one ("Routing API requests"). */
  function findRoute(key: string): Route | undefined {
    const exact = routes.get(key);
    if (exact) return exact;
    const greedy = [...routes].filter(([routeKey]) => {
      const [start] = routeKey.split('{', 1);
      return start !== routeKey && start !== undefined && key.startsWith(start);
    });
    return greedy.sort(([one], [other]) => other.length - one.length)[0]?.[1];
  }

  async function runRoute(request: IncomingMessage, requestId: string): Promise<HttpResponse> {
    const route = findRoute(`${request.method} ${readPath(request)}`);
    if (!route) return toMessage(404);
    const routeKey = `${route.method} ${route.path}`;
    const body = await readBody(request);
    if (!body) return toTooLarge();
    const invoked = invoke(route.functionId, toEvent(request, body, { routeKey, requestId }));
    const invocation = await within(route.integration.timeoutInMillis, invoked);
    if (!invocation) return toMessage(503);
    if ('payload' in invocation) {
      const response = toResponse(invocation.payload);
      if (renamesChallenge) renameChallenge(response.headers);
      const mappings = route.integration.responseParameters?.[response.statusCode] ?? [];
      applyHeaderMappings(mappings, response.headers);
      return response;
    }
    return invocation.error.errorType === 'RequestTooLargeException' ? toTooLarge() : toMessage(500);
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const requestId = randomBytes(11).toString('base64');
    const beganAt = performance.now();
    const { statusCode, headers, body } = await respond(request, requestId).catch((error) => {
      // It is no fault of ours when a client leaves while it sends.
      if (!request.errored) console.error(error);
      return toMessage(500);
    });
    const { method = '' } = request;
    const milliseconds = performance.now() - beganAt;
    onAnswer?.({ requestId, method, path: readPath(request), status: statusCode, milliseconds });
    headers.set('apigw-requestid', requestId);
    response.statusCode = statusCode;
    response.setHeaders(headers).end(body);
  }

  const server = createServer({ maxHeaderSize }, serve);
  server.on('clientError', refuse);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  // A server that listens on a port has an AddressInfo.
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A name or an address with or without a port (RFC 9110 section 7.2); by it the gateway tells its APIs apart. */
function isHost(host = ''): boolean {
  return /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i.test(host) && URL.canParse(`http://${host}`);
}

/** "Total combined size of request line and header values". */
function readHeaderSize({ method, url, httpVersion, rawHeaders }: IncomingMessage): number {
  const requestLine = `${method} ${url} HTTP/${httpVersion}`;
  // rawHeaders holds names and values in turn, one character for each byte.
  return rawHeaders.reduce((size, value, index) => size + (index % 2 ? value.length : 0), requestLine.length);
}

/** The whole body, or undefined when it is too large; read to its end either way, so that the client hears the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= payloadLimit) chunks.push(chunk);
  }
  return size <= payloadLimit ? Buffer.concat(chunks) : undefined;
}

function toTooLarge(): HttpResponse {
  return toMessage(413, 'Request Entity Too Large');
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    // A request that ended with the server must not keep the process alive.
    timer = setTimeout(() => resolve(undefined), milliseconds).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Answers what Node could not read as a request. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return;
  const { statusCode, body } = toMessage(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400);
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
