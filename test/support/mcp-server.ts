import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import type { Invocation } from '../../lambda/invocation.ts';
import { createMcpEndpoint, type McpEndpointOptions } from '../../lambda/mcp/endpoint.ts';
import { createFileMethods } from '../../lambda/mcp/resources/methods.ts';
import { createLog, type Log } from '../../lambda/telemetry/log.ts';
import * as catalogue from '../../lambda/tools/catalogue.ts';
import { scopesOfTools } from '../../lambda/tools/scopes.ts';
import { accessTokens, type Certificate, createCertificate, now, resource, signToken } from './casdoor.ts';
import { createTestKeySet, createTestVerifier } from './test-verifier.ts';
import { toWebEndpoint } from './web-endpoint.ts';

/** The MCP endpoint with everything real except the network: its keys come from one certificate, and S3 is mocked. */
export interface TestServer {
  /** S3 as the test sets it up: an empty bucket that accepts everything unless told otherwise. */
  readonly s3: ReturnType<typeof mockClient>;
  readonly certificate: Certificate;
  /** What was logged, event by event. */
  readonly logged: { event: string; facts: Readonly<Record<string, unknown>> }[];
  /** The same as log lines, including the metrics. */
  readonly lines: string[];
  /** Signs a JWT-Standard access token with these scopes. */
  token(scope: string): Promise<string>;
  /** Sends one request; `body` is sent as JSON unless it is a text. */
  send(options: {
    token?: string;
    body?: unknown;
    method?: string;
    /** The path of the request; that of the MCP URL by default. */
    path?: string;
    headers?: Record<string, string>;
    deadline?: AbortSignal;
    invocation?: Partial<Invocation>;
  }): Promise<Response>;
}

/** Creates the server; `options` replace parts of it. */
export async function createTestServer(options: Partial<McpEndpointOptions> = {}): Promise<TestServer> {
  const certificate = await createCertificate();
  const logged: TestServer['logged'] = [];
  const lines: string[] = [];
  const write = createLog({ service: 'files', write: (line) => lines.push(line), now: () => now * 1000 });
  const log: Log = (event, facts, measured) => {
    logged.push({ event, facts });
    write(event, facts, measured);
  };
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({ ETag: '"written"', VersionId: 'v1' });
  s3.on(ListObjectsV2Command).resolves({ KeyCount: 0, IsTruncated: false });
  const endpoint = toWebEndpoint(
    createMcpEndpoint({
      verify: createTestVerifier({ keySet: createTestKeySet(certificate) }),
      challenge: {
        resourceMetadataUrl: 'https://mcp.example.com/prm',
        initialScopes: ['files:list', 'files:read'],
        scopePrefix: '',
      },
      allowedOrigins: ['https://claude.ai'],
      tools: Object.values(catalogue),
      scopesOfTools,
      methods: createFileMethods(),
      toolVisibility: 'all',
      limits: { maxWriteBytes: 3 * 1024 ** 2 },
      openFiles: () => createS3FileStore({ client: new S3Client({}), bucket: 'bucket', prefix: 'files/' }),
      log,
      logPaths: false,
      ...options,
    }),
  );
  return {
    s3,
    certificate,
    logged,
    lines,
    token: (scope) => signToken(certificate, { ...accessTokens['JWT-Standard'], scope }),
    send: (options) => {
      const { token, body, method = 'POST', path = '/mcp', headers = {} } = options;
      const { deadline = new AbortController().signal } = options;
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const request = new Request(new URL(path, resource), {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...authorization,
          ...headers,
        },
        ...(method === 'GET' || method === 'HEAD' || text === undefined ? {} : { body: text }),
      });
      return endpoint(request, {
        requestId: 'request-1',
        coldStart: false,
        canCarry: () => true,
        deadline,
        ...options.invocation,
      });
    },
  };
}

/** A request of the revisions up to 2025-11-25. */
export function legacy(method: string, params: object = {}) {
  return { jsonrpc: '2.0', id: 1, method, params };
}

/** A request of revision 2026-07-28 with the headers that go with it. */
export function modern(method: string, params: Record<string, unknown> = {}) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  };
  const named = params.name ?? (method === 'resources/read' ? params.uri : undefined);
  const name = typeof named === 'string' ? { 'mcp-name': named } : {};
  return {
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name },
  };
}
