import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The release of moto that is installed where none is found. */
const version = '5.2.5';

/** What `resources.py` and `server.py` know the inside of; 5.2.1 and 5.2.5 were tried. */
const minor = '5.2.';

const run = promisify(execFile);

type Variables = Readonly<Record<string, string | undefined>>;

/** A Python that has moto's server. */
export interface Moto {
  readonly python: string;
  readonly version: string;
}

/** How moto is searched for. */
export interface Search {
  readonly installs: boolean;
  readonly tell: (step: string) => void;
  /** @default - those of this process */
  readonly env?: Variables;
}

/** Thrown where nothing can be rehearsed; the message says what is missing. */
export class CannotRehearse extends Error {}

/**
 * Finds a Python with moto's server: the one beside `MOTO_SERVER` or beside `moto_server` on the path, or `python3`
 * itself, or the virtual environment in `directory`. Where none has it and `installs` is true, makes that environment and
 * installs it there. Throws `CannotRehearse`.
 */
export async function findMoto(
  directory: string,
  { installs, tell, env = process.env }: Search,
): Promise<Moto> {
  const command = env.MOTO_SERVER ?? findOnPath('moto_server', env);
  const own = join(directory, 'bin', 'python3');
  const beside = command === undefined ? [] : [dirname(command), dirname(realpath(command))];
  for (const python of [...beside.map((folder) => join(folder, 'python3')), 'python3', own]) {
    const found = await ask(python, env);
    if (found) return found;
  }
  const need = `the rehearsal needs Python 3 with moto's server: pip install 'moto[server]==${version}'`;
  if (!installs) throw new CannotRehearse(need);
  tell(`installing moto ${version}, once`);
  try {
    await run('python3', ['-m', 'venv', directory], { env });
    const install = ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`];
    await run(own, install, { env, timeout: 300_000 });
  } catch (cause) {
    const reason = (cause as Error).message.trim().split('\n').at(-1);
    throw new CannotRehearse(`${need} (${reason})`, { cause });
  }
  return { python: own, version };
}

function findOnPath(command: string, { PATH = '' }: Variables): string | undefined {
  const folders = PATH.split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

function realpath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

async function ask(command: string, env: Variables): Promise<Moto | undefined> {
  const program = 'import sys, moto.server, boto3; print(sys.executable, moto.__version__, sep="\\n")';
  const answer = await run(command, ['-c', program], { env }).catch(() => undefined);
  const [python, found] = answer?.stdout.trim().split('\n') ?? [];
  return python && found?.startsWith(minor) ? { python, version: found } : undefined;
}

/** A running emulator of AWS. */
export interface RunningMoto {
  /** The variables by which programs reach it and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it says what it made, for `read.py`. */
  readonly recordFile: string;
  /** Its own output. */
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Starts moto on a port of 127.0.0.1, with the resource types of `resources.py`. Its files lie in `directory`. */
export async function startMoto({ python }: Moto, port: number, directory: string): Promise<RunningMoto> {
  // Of the forms of an address only localhost lets moto tell the bucket from the host.
  const endpoint = `http://localhost:${port}`;
  const environment = {
    PATH: process.env.PATH ?? '',
    // The CDK keeps accounts and caches there.
    HOME: directory,
    AWS_ENDPOINT_URL: endpoint,
    // Names of buckets do not become names of hosts with an IP address.
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const recordFile = join(directory, 'record.json');
  const logFile = join(directory, 'moto.log');
  const log = openSync(logFile, 'w');
  const script = join(import.meta.dirname, 'server.py');
  const child = spawn(python, [script, String(port), recordFile], {
    stdio: ['ignore', log, log],
    env: environment,
  });
  await untilItAnswers(child, endpoint, logFile);
  return {
    environment,
    recordFile,
    logFile,
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

async function untilItAnswers(child: ChildProcess, url: string, logFile: string): Promise<void> {
  for (let tries = 0; tries < 900; tries += 1) {
    if (child.exitCode !== null) throw new Error(`moto ended at its start: see ${logFile}`);
    const answer = await fetch(`${url}/moto-api/`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) return;
    await sleep(200);
  }
  child.kill();
  throw new Error(`moto did not answer within three minutes: see ${logFile}`);
}
