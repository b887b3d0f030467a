import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');

/** `npm start` in its own process, with its own ports and data directory. */
export interface RunningStack {
  readonly mcpUrl: string;
  readonly issuer: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything it has printed so far. */
  output(): string;
  /** Interrupts it as Ctrl-C does, unless it has ended, and returns its exit code. */
  stop(): Promise<number | null>;
}

/** Picks free ports and makes a data directory; `remove` deletes it. */
export async function prepareStack() {
  const [mcp, auth, s3] = await pickPorts(3);
  const directory = await mkdtemp(join(tmpdir(), 'mcp-files-'));
  const environment = {
    MCP_PORT: String(mcp),
    AUTH_PORT: String(auth),
    S3_PORT: String(s3),
    LOCAL_DATA_DIR: directory,
  };
  return { environment, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** How long a start may take, in milliseconds: less than the timeouts of the hooks and tests that wait for one. */
const startLimit = 100_000;

/**
 * Starts the stack and waits until it says that it is ready. Fails with its output if it exits instead, and kills it if
 * it takes too long, so that no test leaves one behind. `words` are the arguments of its command line.
 */
export async function startStack(
  environment: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<RunningStack> {
  const child = spawnStack(process.execPath, ['bin/local.ts', ...words], environment);
  const output = await waitUntilReady(child);
  return {
    mcpUrl: `http://localhost:${environment.MCP_PORT}/mcp`,
    issuer: `http://localhost:${environment.AUTH_PORT}`,
    environment,
    output,
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      const [code] = await exit;
      return code;
    },
  };
}

/**
 * Runs one stack for all tests of a file: started before the first, stopped and removed after the last. `variables` are
 * set in addition to its ports and its directory.
 */
export function useStack(
  variables: Readonly<Record<string, string>> = {},
): Pick<RunningStack, 'mcpUrl' | 'issuer'> {
  let prepared: Awaited<ReturnType<typeof prepareStack>> | undefined;
  let stack: RunningStack | undefined;
  const running = () => {
    if (!stack) throw new Error('the stack did not start');
    return stack;
  };

  beforeAll(async () => {
    prepared = await prepareStack();
    stack = await startStack({ ...prepared.environment, ...variables });
  }, 120_000);

  afterAll(async () => {
    await stack?.stop();
    await prepared?.remove();
  }, 60_000);

  return {
    get mcpUrl() {
      return running().mcpUrl;
    },
    get issuer() {
      return running().issuer;
    },
  };
}

/** Spawns a command with the variables of a stack, in the directory of the project. */
export function spawnStack(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(command, words, {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until a stack is ready; returns a function that reads its output so far. */
export async function waitUntilReady(child: ChildProcess): Promise<() => string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), startLimit);
    const read = (chunk: Buffer) => {
      text += chunk;
      if (!text.includes('Ctrl-C')) return;
      clearTimeout(timer);
      resolve(() => text);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`npm start exited with ${code ?? signal}:\n${text}`));
    });
  });
}

/**
 * Free ports below the range from which the system assigns a port to whoever asks for any, as the stack's own functions
 * do.
 */
export async function pickPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}
