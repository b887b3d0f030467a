import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { allScopes } from '../lambda/tools/scopes.ts';
import { bundleFunctions } from '../lib/bundle.ts';
import { readCdkContext } from '../lib/cdk-context.ts';
import { FileServerStack } from '../lib/file-server-stack.ts';
import { readSettings } from '../lib/settings.ts';
import { publicClientId } from './authorization-server/public-client.ts';
import { startAuthorizationServer } from './authorization-server/server.ts';
import { makeDataDirectory } from './data-directory.ts';
import { prepareBucket } from './foreign-s3.ts';
import { type Exchange, startGateway } from './gateway/gateway.ts';
import { type LocalFunction, startFunction } from './lambda/function.ts';
import { startS3Server } from './s3/server.ts';
import type { LocalSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';
import { readTemplate, type TemplateFunction } from './template.ts';

/** The running local stack. */
export interface LocalStack {
  /** What MCP clients connect to. */
  readonly mcpUrl: string;
  /** The authorization server: the local one, or the Casdoor that was given. */
  readonly issuer: string;
  readonly s3Url: string;
  /** Stops everything that was started; files, keys and clients stay on disk. */
  close(): Promise<void>;
}

/** The feature flag by which the CDK prints what its validators and annotations found. */
const cdkReport = '@aws-cdk/core:annotationsInValidationReport';

/** What is told while the stack starts and runs. */
export interface StackObserver {
  /** A part has started, in so many milliseconds. */
  started?(part: string, milliseconds: number): void;
  /** A function, by its short name, wrote a line. */
  logged(functionName: string, line: string): void;
  /** The gateway hands a request with this body to a function, whose log names it by `invocationId`. */
  invoked?(requestId: string, invocationId: string, body: string | undefined): void;
  /** The gateway answered. */
  answered?(exchange: Exchange): void;
}

/** What only some runs need. */
export interface StackOptions {
  /** The directories of other code than the functions' own, by the short names of the functions. */
  readonly bundles?: Readonly<Record<string, string>>;
  /** Whether the CDK prints its report, with a warning for each setting that a deployment should have. */
  readonly isVerbose?: boolean;
}

/** The one bucket of the local stack. */
const bucket = 'casdoor-mcp-files';

/**
 * Starts the deployed thing on this machine: synthesizes the same stack, and runs the routes, CORS rules,
 * bundles and variables of its template. Only S3 and Casdoor are replaced. Rejects with `StartFailure` for
 * what a person can mend, as a port that is taken; what was started by then is stopped again.
 */
export async function startLocalStack(
  settings: LocalSettings,
  observer: StackObserver,
  { bundles = {}, isVerbose = false }: StackOptions = {},
): Promise<LocalStack> {
  const started: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  const keep: Keep = (part) => {
    started.push(part);
    return part;
  };
  const timed = async <Part>(part: string, start: () => Promise<Part>): Promise<Part> => {
    const beganAt = performance.now();
    const value = await start();
    observer.started?.(part, performance.now() - beganAt);
    return value;
  };
  const mcpUrl = `http://localhost:${settings.mcpPort}/mcp`;

  try {
    await makeDataDirectory(settings.directory);
    const s3Url = await timed('S3 server', () => openS3(settings, keep));
    const issuer =
      settings.casdoorUrl ??
      keep(
        await timed('authorization server', () =>
          onPort('AUTH_PORT', startLocalAuthorizationServer(settings, mcpUrl)),
        ),
      ).issuer;

    await timed('bundles of the functions', bundleFunctions);
    const { template, bucketId, directory } = await timed('stack, synthesized', () =>
      synthesize(settings, { mcpUrl, issuer, isVerbose }),
    );
    const { routes, cors, functions } = readTemplate(template, {
      resolve: (id, attribute) => (id === bucketId && attribute === undefined ? bucket : undefined),
    });
    const running = new Map<string, LocalFunction>();
    for (const definition of functions) {
      const environment = { ...definition.environment, ...toS3Environment(s3Url, settings) };
      const name = toShortName(definition);
      const bundle = bundles[name] ?? join(directory, definition.assetPath);
      const local = await timed(`function ${name}`, () =>
        startFunction(
          { ...definition, name: definition.id, directory: bundle, environment },
          { log: (line) => observer.logged(name, line) },
        ),
      );
      running.set(definition.id, local);
      keep({ close: () => local.stop() });
    }
    const invoke = (functionId: string, event: APIGatewayProxyEventV2) => {
      const local = running.get(functionId);
      if (!local) throw new Error(`the template has no function ${functionId}`);
      const invocationId = randomUUID();
      observer.invoked?.(event.requestContext.requestId, invocationId, event.body);
      return local.invoke(event, invocationId);
    };
    keep(
      await onPort(
        'MCP_PORT',
        startGateway({
          port: settings.mcpPort,
          routes,
          cors,
          renamesChallenge: settings.gatewayRenames,
          invoke,
          onAnswer: (exchange) => observer.answered?.(exchange),
        }),
      ),
    );
    return { mcpUrl, issuer, s3Url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Keep = <Part extends { close(): Promise<void> }>(part: Part) => Part;

/** The URL of an S3 server that has the bucket: the local one, or the one that was given. */
async function openS3(settings: LocalSettings, keep: Keep): Promise<string> {
  if (settings.s3Endpoint !== undefined) {
    await prepareBucket(settings.s3Endpoint, bucket, settings.credentials);
    return settings.s3Endpoint;
  }
  const server = keep(await onPort('S3_PORT', startLocalS3(settings)));
  await server.createBucket(bucket);
  return server.url;
}

async function onPort<Part>(variable: string, starting: Promise<Part>): Promise<Part> {
  return starting.catch((cause: NodeJS.ErrnoException & { port?: number }) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new StartFailure(
      `port ${cause.port} is in use: stop what listens there, or set ${variable} to another port; ` +
        'two local stacks also need a LOCAL_DATA_DIR each',
      { cause },
    );
  });
}

function startLocalS3({ s3Port, directory, credentials }: LocalSettings) {
  return startS3Server({ port: s3Port, directory: join(directory, 's3'), credentials });
}

function startLocalAuthorizationServer(settings: LocalSettings, resource: string) {
  const { authPort, clientRegistration, directory } = settings;
  return startAuthorizationServer({
    port: authPort,
    resource,
    scopes: allScopes,
    directory: join(directory, 'authorization-server'),
    // Only a server that refuses registrations shows what the bridge is for.
    isRegistrationOpen: clientRegistration === 'none',
  });
}

/** Synthesizes the stack that `cdk deploy` would, with only its addresses being local ones. */
async function synthesize(
  settings: LocalSettings,
  { mcpUrl, issuer, isVerbose }: { mcpUrl: string; issuer: string; isVerbose: boolean },
) {
  const app = new App({
    outdir: join(settings.directory, 'cdk.out'),
    analyticsReporting: false,
    // The CDK prints its report unless the flag is off. What it warns of are settings that a local run does without.
    context: { ...readCdkContext(), ...(!isVerbose && { [cdkReport]: false }) },
  });
  const stack = new FileServerStack(
    app,
    'Local',
    readSettings({
      casdoorUrl: issuer,
      publicUrl: mcpUrl,
      ...(settings.casdoorApplication !== undefined && { casdoorApplication: settings.casdoorApplication }),
      clientRegistration: settings.clientRegistration,
      chatgptTools: settings.chatgptTools,
      ...settings.allowLists,
      ...toPublicClient(settings),
    }),
  );
  const bucketId = stack.resolve(stack.bucket.bucketName).Ref;
  const assembly = app.synth();
  const { template } = assembly.getStackArtifact(stack.artifactId);
  return { template, bucketId, directory: assembly.directory };
}

/** The local server lets clients register, so that its public client is needed for the bridge only. */
function toPublicClient({ casdoorUrl, clientRegistration, publicClientId: ofCasdoor }: LocalSettings) {
  if (casdoorUrl === undefined) return clientRegistration === 'bridge' ? { publicClientId } : {};
  return ofCasdoor === undefined ? {} : { publicClientId: ofCasdoor };
}

/** What leads the functions' S3 client to the local server, and what Lambda would have given it. */
function toS3Environment(endpoint: string, { credentials }: LocalSettings): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

/** `McpFunctionD30E3E93` is `mcp` in the log. */
function toShortName({ id }: TemplateFunction): string {
  return id.replace(/Function[0-9A-F]{8}$/, '').toLowerCase();
}
