import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The protocol revision that a client uses; the older one stands for all revisions up to it. */
export type Era = '2025-11-25' | '2026-07-28';

/** What is called: the first reads 1 KB from S3, the others use no file. */
export type Work = 'read_file' | 'ping' | 'tools/list';

/** The path that every candidate reads. */
export const readPath = 'notes/today.md';

const methods = {
  read_file: { method: 'tools/call', params: { name: 'read_file', arguments: { path: readPath } } },
  ping: { method: 'ping', params: {} },
  'tools/list': { method: 'tools/list', params: {} },
} as const;

/** What the answer to a call must contain to count as right. */
export const expectedText: Readonly<Record<Work, string>> = {
  read_file: 'line 0000000001',
  ping: '"result":{',
  'tools/list': '"read_file"',
};

/** Makes the HTTP API event of one call, as API Gateway passes it to a function (payload format 2.0). */
export function toEvent(work: Work, era: Era, token: string): APIGatewayProxyEventV2 {
  const { method, params } = methods[work];
  const headers = {
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    host: 'mcp.example.com',
    'mcp-protocol-version': era,
    'user-agent': 'bench',
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
  const isModern = era === '2026-07-28';
  const name = 'name' in params ? { 'mcp-name': params.name } : {};
  const message = { jsonrpc: '2.0', id: 1, method, params: isModern ? { ...params, _meta } : params };
  return toHttpApiEvent({
    method: 'POST',
    path: '/mcp',
    headers: isModern ? { ...headers, 'mcp-method': method, ...name } : headers,
    body: JSON.stringify(message),
  });
}

/** Makes the event of a request for the Protected Resource Metadata. */
export function toMetadataEvent(): APIGatewayProxyEventV2 {
  const path = '/.well-known/oauth-protected-resource/mcp';
  return toHttpApiEvent({ method: 'GET', path, headers: { accept: '*/*', host: 'mcp.example.com' } });
}

const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
};

function toHttpApiEvent(request: {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}): APIGatewayProxyEventV2 {
  const { method, path, headers, body } = request;
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: '123456789012',
      apiId: 'bench',
      domainName: 'mcp.example.com',
      domainPrefix: 'mcp',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      requestId: 'request-1',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '22/Aug/2026:10:00:00 +0000',
      timeEpoch: 1_787_400_000_000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
