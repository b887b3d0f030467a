import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allScopes } from '../../lambda/tools/scopes.ts';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { startAuthorizationServer } from '../../local/authorization-server/server.ts';
import { driveTools } from '../permissions/drive-tools.ts';
import { judgeRole } from '../permissions/judge-role.ts';
import { connect, createDriver } from '../permissions/recorded-run.ts';
import { compareStack, type DeployedStack, listKept, type Row } from './compare.ts';
import type { Deployment, Settings } from './deployment.ts';
import type { RunningMoto } from './moto.ts';
import { type ServedDeployment, serveDeployment } from './served.ts';

/** One check of the rehearsal: what it shows, and how. It answers what was found, and throws when it fails. */
export interface Step {
  readonly name: string;
  run(): Promise<string>;
}

/** What the steps work with. */
export interface Rehearsal {
  readonly moto: RunningMoto;
  readonly deployment: Deployment;
  readonly directory: string;
  readonly mcpPort: number;
  readonly authPort: number;
  /** Shows the resources of a deployment. */
  showTable(rows: readonly Row[]): void;
}

/** What README says stays of a stack that is deleted: the files and the logs. */
const kept = ['3 AWS::Logs::LogGroup', '2 AWS::S3::Bucket'];

/** What must never be made anew by a change of settings. */
const lasting = ['AWS::S3::Bucket', 'AWS::ApiGatewayV2::Api', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'];

const bin = join(import.meta.dirname, '..', '..', 'bin');
const scope = allScopes.join(' ');

/** The steps in their order, and what ends whatever they started. */
export function createSteps({ moto, deployment, directory, mcpPort, authPort, showTable }: Rehearsal) {
  const mcpUrl = `http://localhost:${mcpPort}/mcp`;
  const issuer = `http://localhost:${authPort}`;
  const settings: Settings = { casdoorUrl: issuer, publicUrl: mcpUrl, allowedOrganizations: 'acme' };
  const changed: Settings = {
    ...settings,
    deletion: 'false',
    callsPerMinute: '1000',
    alarmEmail: 'operator@example.com',
    logRetentionDays: '7',
    rateLimit: '70',
  };
  const [first, second] = ['first', 'second'].map((name) => join(directory, name, 'cdk.out')) as [
    string,
    string,
  ];
  let deployed: DeployedStack = {};
  let served: ServedDeployment | undefined;
  let authorization: { close(): Promise<void> } | undefined;

  /** Compares what was made with the template, and with what was there before. */
  async function compare(assembly: string): Promise<string> {
    const { Resources } = await deployment.readTemplate(assembly);
    const types = Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));
    const before = deployed;
    deployed = await deployment.read();
    const rows = compareStack(types, deployed);
    showTable(rows);
    requireNone(rows.filter(({ isWrong }) => isWrong).flatMap(({ remarks }) => remarks));
    const replaced = Object.entries(before).filter(
      ([id, { type, id: physical }]) => lasting.includes(type) && deployed[id]?.id !== physical,
    );
    requireNone(replaced.map(([id]) => `${id} was made anew`));
    return `${rows.reduce((sum, { template }) => sum + template, 0)} resources`;
  }

  async function serve(assembly: string): Promise<ServedDeployment> {
    await served?.stop();
    const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = moto.environment;
    const place = join(assembly, '..', 'served');
    mkdirSync(place, { recursive: true });
    served = await serveDeployment({
      template: await deployment.readTemplate(assembly),
      deployed,
      unpack: deployment.unpack,
      directory: place,
      port: mcpPort,
      environment: { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
    });
    return served;
  }

  const running = () => {
    if (!served) throw new Error('nothing is served');
    return served;
  };

  async function visit(command: 'smoke' | 'doctor'): Promise<string> {
    const { access_token } = await requestToken({ issuer, resource: mcpUrl, scope, user: 'alice' });
    const env = { PATH: process.env.PATH, MCP_TOKEN: access_token };
    const words = [join(bin, `${command}.ts`), mcpUrl];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    const lines = stdout.trim().split('\n');
    return command === 'doctor' ? (lines.at(-1) ?? '') : `${lines.length} steps`;
  }

  /** Judges all that S3 was asked for since the last judgement. */
  function judge({ isWhole }: { isWhole: boolean }): string {
    const { statements, takeCalls } = running();
    const calls = takeCalls();
    const { denied, unused } = judgeRole(statements, calls);
    requireNone(denied.map((call) => `denied: ${call}`));
    if (isWhole)
      requireNone(unused.filter((grant) => grant.startsWith('s3:')).map((grant) => `unused: ${grant}`));
    return `${calls.length} calls, none denied${isWhole ? ', no grant unused' : ''}`;
  }

  const steps: readonly Step[] = [
    {
      name: 'bootstrap of the account',
      async run() {
        await deployment.bootstrap(settings, first);
        return 'done';
      },
    },
    {
      name: 'deployment as the template says',
      async run() {
        await deployment.deployFirst(first);
        return compare(first);
      },
    },
    {
      name: 'the uploaded code starts in an empty directory, with the deployed variables',
      async run() {
        const server = {
          port: authPort,
          resource: mcpUrl,
          scopes: allScopes,
          directory: join(directory, 'auth'),
        };
        authorization = await startAuthorizationServer(server);
        await serve(first);
        return mcpUrl;
      },
    },
    { name: 'doctor', run: () => visit('doctor') },
    { name: 'smoke', run: () => visit('smoke') },
    {
      name: 'every tool',
      async run() {
        const client = await connect(mcpUrl, issuer);
        const { tools } = await client.listTools();
        const called = new Map();
        const { proxy } = running();
        // What is recorded stays recorded, for the judgement.
        const seen = { take: () => [] };
        await driveTools(createDriver(client, seen, called));
        await client.close();
        requireNone(tools.map(({ name }) => name).filter((name) => !called.has(name)));
        return `${called.size} tools at ${proxy.url}`;
      },
    },
    {
      name: 'the deployed role allows what was called, and nothing else',
      run: async () => judge({ isWhole: true }),
    },
    {
      name: 'a deployment without changes',
      async run() {
        const output = await deployment.deployAgain(first);
        requireText(output, '(no changes)');
        requireText(await deployment.diff(first), 'no differences');
        return 'no changes, no differences';
      },
    },
    {
      name: 'a deployment of other settings replaces nothing that lasts',
      async run() {
        await deployment.deploy(changed, second);
        return compare(second);
      },
    },
    {
      name: 'smoke with these settings, under the changed role',
      async run() {
        await serve(second);
        const steps = await visit('smoke');
        return `${steps}, ${judge({ isWhole: false })}`;
      },
    },
    {
      name: 'deletion keeps the files and the logs',
      async run() {
        await deployment.destroy(second);
        const left = listKept(await deployment.read());
        if (left.join() !== kept.join()) throw new Error(`kept ${left.join(', ')}, not ${kept.join(', ')}`);
        return left.join(', ');
      },
    },
  ];
  const stop = async () => {
    await served?.stop();
    await authorization?.close();
  };
  return { steps, stop };
}

function requireNone(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function requireText(output: string, words: string): void {
  if (!output.includes(words)) throw new Error(`the CDK should say "${words}":\n${output}`);
}
