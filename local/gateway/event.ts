import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hopByHop } from './hop-by-hop.ts';

/** Content types whose body reaches the function as text; any other, and none, make it base64. */
const text = /^(text\/[^;]+|application\/(json|xml|javascript)|[^;]+\+(json|xml))\s*(;|$)/i;

/**
 * The event of payload format 2.0 for a request.
 * Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  context: { routeKey: string; requestId: string },
): APIGatewayProxyEventV2 {
  const { routeKey, requestId } = context;
  const { method = '', socket, httpVersion } = request;
  const path = readPath(request);
  const query = readQuery(request);
  const headers = readHeaders(request, body);
  const cookies = readCookies(request);
  const isBase64Encoded = body.length > 0 && !text.test(headers['content-type'] ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query && { queryStringParameters: joinRepeated(new URLSearchParams(query)) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: toLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** The path of a request as HTTP APIs see it: decoded, without the query; as it came where it cannot be decoded. */
export function readPath({ url = '' }: IncomingMessage): string {
  const [path = ''] = url.split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function readQuery({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

function readHeaders(request: IncomingMessage, body: Buffer): Record<string, string> {
  const { remoteAddress = '', localPort } = request.socket;
  const headers = joinRepeated(
    toEntries(request).filter(([name]) => name !== 'cookie' && !hopByHop.has(name)),
  );
  const forwardedFor = headers['x-forwarded-for'];
  return {
    ...headers,
    'content-length': String(body.length),
    'x-forwarded-for': forwardedFor ? `${forwardedFor}, ${remoteAddress}` : remoteAddress,
    'x-forwarded-port': String(localPort),
    'x-forwarded-proto': 'http',
  };
}

function readCookies(request: IncomingMessage): string[] {
  return toEntries(request)
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(/;\s*/));
}

function toEntries({ rawHeaders }: IncomingMessage): [string, string][] {
  // rawHeaders holds names and values in turn.
  return rawHeaders.flatMap((name, index) =>
    index % 2 ? [] : [[name.toLowerCase(), rawHeaders[index + 1] ?? '']],
  );
}

function joinRepeated(entries: Iterable<[string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of entries) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** `12/Mar/2020:19:03:58 +0000`, in UTC. */
function toLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
