import { join } from 'node:path';
import { startGateway } from '../../local/gateway/gateway.ts';
import { startFunction } from '../../local/lambda/function.ts';
import { startS3Server } from '../../local/s3/server.ts';
import { readTemplate } from '../../local/template.ts';
import { type AwsCall, readStatements, type Statement } from '../permissions/iam-policy.ts';
import type { Template } from '../permissions/intrinsics.ts';
import { type RecordingProxy, startRecordingProxy } from '../permissions/recording-proxy.ts';
import { toS3Calls } from '../permissions/s3-calls.ts';
import type { DeployedStack } from './compare.ts';

/** A deployment that answers requests. */
export interface ServedDeployment {
  readonly proxy: RecordingProxy;
  /** What the role of the MCP function may do, as it was deployed. */
  readonly statements: readonly Statement[];
  /** The rights that S3 demanded since the last call. */
  takeCalls(): readonly AwsCall[];
  stop(): Promise<void>;
}

/** What a deployment is served with. */
export interface Serving {
  readonly template: Template;
  readonly deployed: DeployedStack;
  /** Unpacks the uploaded code of a function into an empty directory. */
  unpack(code: unknown, directory: string): Promise<void>;
  /** Holds the code and the files. */
  readonly directory: string;
  readonly port: number;
  /** The variables by which the functions reach the emulator. */
  readonly environment: Readonly<Record<string, string>>;
}

const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };

/**
 * Runs what was deployed: the uploaded code of the functions with their deployed variables, behind the routes of the
 * template. Their files lie on the local S3 server, because moto ignores the conditions of copies.
 */
export async function serveDeployment(serving: Serving): Promise<ServedDeployment> {
  const { template, deployed, directory, port } = serving;
  const stopping: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stopping.splice(0).reverse()) await each();
  };
  try {
    const server = await startS3Server({ directory: join(directory, 's3'), credentials });
    stopping.push(() => server.close());
    const proxy = await startRecordingProxy(server.url);
    stopping.push(() => proxy.close());

    const { routes, cors, functions } = readTemplate(template, { resolve: (id) => deployed[id]?.id ?? id });
    const running = new Map<string, Awaited<ReturnType<typeof startFunction>>>();
    for (const { id } of functions) {
      const code = join(directory, `${id}-code`);
      await serving.unpack(deployed[id]?.wanted.Code, code);
      const { Handler, MemorySize, Timeout, Environment } = readFunction(deployed, id);
      const { FILES_BUCKET: bucket } = Environment.Variables;
      if (bucket !== undefined) await server.createBucket(bucket);
      const local = await startFunction(
        {
          name: deployed[id]?.id ?? id,
          directory: code,
          handler: Handler,
          memorySize: MemorySize,
          timeoutSeconds: Timeout,
          environment: {
            ...Environment.Variables,
            ...serving.environment,
            AWS_ENDPOINT_URL_S3: proxy.url,
          },
        },
        { log: () => {} },
      );
      running.set(id, local);
      stopping.push(() => local.stop());
    }
    const invoke = async (id: string, event: unknown) => {
      const local = running.get(id);
      if (!local) throw new Error(`no function ${id} was deployed`);
      return local.invoke(event);
    };
    const gateway = await startGateway({ port, routes, cors, invoke });
    stopping.push(() => gateway.close());
    const statements = readRolePolicies(
      deployed,
      functions.map(({ id }) => id),
    );
    return { proxy, statements, takeCalls: () => proxy.take().flatMap(toS3Calls), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The configuration of a function as Lambda answers it. */
interface FunctionConfiguration {
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Role: string;
  readonly Environment: { readonly Variables: Record<string, string> };
}

function readFunction(deployed: DeployedStack, id: string): FunctionConfiguration {
  const actual = deployed[id]?.actual;
  if (!actual) throw new Error(`the function ${id} was not deployed`);
  // What Lambda answers has been compared with the template.
  return actual as unknown as FunctionConfiguration;
}

/** The policies of the role of the function that has the bucket, as IAM answers them. */
function readRolePolicies(deployed: DeployedStack, functionIds: readonly string[]): readonly Statement[] {
  const configurations = functionIds.map((id) => readFunction(deployed, id));
  const user = configurations.find(({ Environment }) => Environment.Variables.FILES_BUCKET !== undefined);
  const role = user?.Role.split('/').at(-1) ?? '';
  return Object.values(deployed)
    .filter(({ type, actual }) => type === 'AWS::IAM::Policy' && isOfRole(actual?.Roles, role))
    .flatMap(({ actual }) => readStatements(actual?.PolicyDocument));
}

function isOfRole(roles: unknown, role: string): boolean {
  return Array.isArray(roles) && roles.includes(role);
}
