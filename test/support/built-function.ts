import type { McpEnvironment } from '../../lambda/settings.ts';
import { allScopes } from '../../lambda/tools/scopes.ts';
import { bundleFunctions, toFunctionDirectory } from '../../lib/bundle.ts';
import { startGateway } from '../../local/gateway/gateway.ts';
import { startFunction } from '../../local/lambda/function.ts';
import { accessTokens, createCertificate, issuer, resource, signToken, toKeySet } from './casdoor.ts';
import { findChildren } from './child-processes.ts';
import { startProxy } from './forwarding-proxy.ts';
import { legacy } from './mcp-server.ts';

/** How the function runs. */
export interface BuiltFunctionOptions {
  readonly s3Url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** MB. @default 1024 */
  readonly memorySize?: number;
  /** @default 29 */
  readonly timeoutSeconds?: number;
}

/** The MCP function as it is deployed, in one process, behind the gateway. */
export interface BuiltFunction {
  /** Calls a tool over HTTP. `text` is the first thing that the model is told, or the whole body of another answer. */
  call(tool: string, args: object): Promise<{ readonly status: number; readonly text: string }>;
  /** The process that waits for a request or serves one; undefined between two processes. */
  findProcess(): number | undefined;
  /** Ends that process as Lambda does, at once and without a word. */
  kill(): void;
  /** What the processes have printed, and how they ended. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** The files lie here, each below the root of everybody. */
export const place = { bucket: 'files', prefix: 'files/shared/' };

/** The bundles are built once for all tests of a file. */
let built: Promise<unknown> | undefined;

/** Builds the function and starts it with the bucket at `s3Url`. Its keys come from a server of this process. */
export async function startBuiltFunction(options: BuiltFunctionOptions): Promise<BuiltFunction> {
  const { s3Url, credentials, memorySize = 1_024, timeoutSeconds = 29 } = options;
  built ??= bundleFunctions();
  await built;
  const certificate = await createCertificate();
  const keys = await startProxy((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(toKeySet(certificate)));
  });
  const environment: McpEnvironment = {
    RESOURCE_URL: resource,
    ISSUER: issuer,
    JWKS_URL: `${keys.url}/.well-known/jwks`,
    KEY_SET_MAX_AGE_HOURS: '24',
    TOKEN_PROFILE: 'casdoor',
    TOKEN_ALGORITHMS: 'RS256',
    TOOL_VISIBILITY: 'all',
    INITIAL_SCOPES: 'files:list files:read',
    FILES_BUCKET: place.bucket,
    FILES_PREFIX: 'files/',
    FILE_ROOTS: 'shared',
    DELETION: 'on',
    MAX_WRITE_BYTES: String(3 * 1024 ** 2),
    SERVICE_NAME: 'files',
    LOG_PATHS: 'off',
    WRITER_METADATA: 'on',
  };
  const lines: string[] = [];
  const local = await startFunction(
    {
      name: 'mcp',
      directory: toFunctionDirectory('mcp'),
      handler: 'index.handler',
      environment: {
        ...environment,
        AWS_ENDPOINT_URL_S3: s3Url,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      memorySize,
      timeoutSeconds,
    },
    { log: (line) => lines.push(line), maxConcurrency: 1 },
  );
  const gateway = await startGateway({
    routes: [
      {
        method: 'POST',
        path: '/mcp',
        functionId: 'mcp',
        integration: { payloadFormatVersion: '2.0', timeoutInMillis: 30_000 },
      },
    ],
    invoke: (_, event) => local.invoke(event),
  });
  const time = Math.floor(Date.now() / 1000);
  const scope = allScopes.join(' ');
  const claims = { ...accessTokens['JWT-Standard'], scope, iat: time, nbf: time, exp: time + 3_600 };
  const token = await signToken(certificate, claims);

  function findProcess(): number | undefined {
    return findChildren(process.pid).find(({ command }) => command.includes('bootstrap.ts'))?.pid;
  }

  return {
    lines,
    findProcess,
    async call(tool, args) {
      const response = await fetch(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(legacy('tools/call', { name: tool, arguments: args })),
      });
      const body = await response.text();
      const text = response.status === 200 ? JSON.parse(body).result.content[0].text : body;
      return { status: response.status, text };
    },
    kill() {
      const pid = findProcess();
      if (pid === undefined) throw new Error('there is no process to kill');
      process.kill(pid, 'SIGKILL');
    },
    async close() {
      await gateway.close();
      await local.stop();
      await keys.close();
    },
  };
}
