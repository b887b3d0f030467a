import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Template } from '../permissions/intrinsics.ts';
import type { DeployedStack } from './compare.ts';
import type { Moto, RunningMoto } from './moto.ts';

const project = join(import.meta.dirname, '..', '..');
const cdk = join(project, 'node_modules', '.bin', 'cdk');
const run = promisify(execFile);

/** The CDK's command line on an emulator, and what it left there. */
export interface Deployment {
  /** Prepares the account; synthesizes the stack with these settings into a directory. Answers what the CDK printed. */
  bootstrap(settings: Settings, assembly: string): Promise<string>;
  /** Synthesizes the stack and deploys it. */
  deploy(settings: Settings, assembly: string): Promise<string>;
  /** Deploys for the first time what was synthesized into the directory. */
  deployFirst(assembly: string): Promise<string>;
  deployAgain(assembly: string): Promise<string>;
  diff(assembly: string): Promise<string>;
  destroy(assembly: string): Promise<string>;
  readTemplate(assembly: string): Promise<Template>;
  /** Reads every resource by the API of its service. */
  read(): Promise<DeployedStack>;
  /** Fetches the uploaded code of a function and unpacks it into an empty directory. */
  unpack(code: unknown, directory: string): Promise<void>;
}

/** The settings of a deployment, as `-c name=value` gives them. */
export type Settings = Readonly<Record<string, string>>;

/** The name of the stack unless it is set. */
const stack = 'CasdoorMcpFileServer';

/** A parameter of every template of the CDK, with its default. */
const bootstrapVersion = 'BootstrapVersion=/cdk-bootstrap/hnb659fds/version';

/** Creates the deployments of one stack on a running emulator. */
export function createDeployment({ python }: Moto, moto: RunningMoto): Deployment {
  const environment = { ...moto.environment };

  /** Throws what the CDK printed, when it fails. */
  async function runCdk(...words: readonly string[]): Promise<string> {
    const options = { cwd: project, env: environment, maxBuffer: 64 * 1024 ** 2, timeout: 900_000 };
    const { stdout, stderr } = await run(cdk, [...words, '--no-notices'], options);
    return `${stdout}${stderr}`;
  }

  // moto's change sets have no outputs.
  const directly = ['--method=direct', '--require-approval=never'];
  return {
    bootstrap: (settings, assembly) => runCdk('bootstrap', '--output', assembly, ...toContext(settings)),
    deploy: (settings, assembly) =>
      runCdk('deploy', ...directly, '--output', assembly, ...toContext(settings)),
    // moto knows no default as the previous value of a parameter, so that one is given.
    deployFirst: (assembly) =>
      runCdk('deploy', ...directly, '--parameters', bootstrapVersion, '--app', assembly),
    deployAgain: (assembly) => runCdk('deploy', ...directly, '--app', assembly),
    diff: (assembly) => runCdk('diff', '--method=template', '--app', assembly),
    destroy: (assembly) => runCdk('destroy', '--force', '--app', assembly).catch(ignoreLastLook),
    async readTemplate(assembly) {
      return JSON.parse(await readFile(join(assembly, `${stack}.template.json`), 'utf8'));
    },
    async read() {
      const words = [join(import.meta.dirname, 'read.py'), moto.recordFile, stack];
      const { stdout } = await run(python, words, { env: environment, maxBuffer: 64 * 1024 ** 2 });
      return JSON.parse(stdout);
    },
    async unpack(code, directory) {
      const { S3Bucket: Bucket, S3Key: Key } = code as { S3Bucket: string; S3Key: string };
      const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? '';
      const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
      const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      client.destroy();
      const zip = `${directory}.zip`;
      await writeFile(zip, bytes);
      await run(python, ['-m', 'zipfile', '-e', zip, directory]);
    },
  };
}

/** The stack is deleted when the CDK looks at it for the last time, and moto's answer to that is no XML. */
function ignoreLastLook(error: Error & { stderr?: string }): string {
  if (error.stderr?.includes('XML parse error: unexpected content')) return error.stderr;
  throw error;
}

function toContext(settings: Settings): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
