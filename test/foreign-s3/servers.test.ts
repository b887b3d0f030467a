import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ForeignServer, foreignServers } from './servers.ts';

const project = join(import.meta.dirname, '..', '..');

/** The command of a server; undefined where it is not installed. */
function findCommand({ variable, command }: ForeignServer): string | undefined {
  const found = process.env[variable] ?? command;
  return spawnSync(found, ['--help']).error === undefined ? found : undefined;
}

async function pickPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilItAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) return;
    await sleep(200);
  }
  throw new Error(`${url} did not answer within 30 seconds`);
}

/** The checks of the contract that fail on the server at `endpoint`, and how many there are in all. */
async function runContract(endpoint: string): Promise<{ failed: string[]; total: number }> {
  const words = ['--json', '--reporters=default', '--testMatch', '**/foreign-s3/contract.suite.ts'];
  const jest = join(project, 'node_modules', '.bin', 'jest');
  // Jest leaves with 1 where a check fails, which is what is asked here.
  const { stdout } = await promisify(execFile)(jest, words, {
    cwd: project,
    env: { ...process.env, FOREIGN_S3_ENDPOINT: endpoint },
    maxBuffer: 64 * 1024 ** 2,
  }).catch((error: { stdout: string }) => error);
  const { testResults, numTotalTests } = JSON.parse(stdout);
  const results: { status: string; fullName: string }[] = testResults[0].assertionResults;
  const failed = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const prefix = 'the file store contract, kept by another S3 server ';
  return { failed: failed.map((name) => name.replace(prefix, '')).sort(), total: numTotalTests };
}

describe.each(foreignServers)('the file store on $name', (server) => {
  const command = findCommand(server);
  const { name, install, variable } = server;
  if (command === undefined) {
    it.skip(`${name} is not here: ${install}, or name its command in ${variable}`, () => {});
    return;
  }

  let child: ChildProcess;
  let directory: string;
  let endpoint: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'foreign-s3-'));
    const port = await pickPort();
    endpoint = `http://127.0.0.1:${port}`;
    const { words, environment } = server.start(port, directory);
    child = spawn(command, words, { stdio: 'ignore', env: { ...process.env, ...environment } });
    await untilItAnswers(endpoint);
  }, 60_000);

  afterAll(async () => {
    const exit = once(child, 'exit');
    child.kill();
    await exit;
    rmSync(directory, { recursive: true, force: true });
  });

  it('keeps the contract but for the differences that are known', async () => {
    const { failed, total } = await runContract(endpoint);
    expect(total).toBeGreaterThan(50);
    expect(failed).toEqual(Object.keys(server.differences).sort());
  }, 300_000);
});
