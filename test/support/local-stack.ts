import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');

/** `npm start` in a process of its own, with ports and a data directory of its own. */
export interface RunningStack {
  readonly mcpUrl: string;
  readonly issuer: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything it printed so far. */
  output(): string;
  /** Interrupts it as Ctrl-C does, unless it has ended, and answers its exit code. */
  stop(): Promise<number | null>;
}

/** Picks ports that are free now and makes a data directory; `remove` deletes it. */
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

/** Starts the stack and waits until it says that it is ready; fails with its output when it exits instead. */
export async function startStack(environment: Readonly<Record<string, string>>): Promise<RunningStack> {
  const child = spawn(process.execPath, ['bin/local.ts'], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

/** Runs one stack for all tests of a file: started before the first, stopped and removed after the last. */
export function useStack(): Pick<RunningStack, 'mcpUrl' | 'issuer'> {
  let prepared: Awaited<ReturnType<typeof prepareStack>> | undefined;
  let stack: RunningStack | undefined;
  const running = () => {
    if (!stack) throw new Error('the stack did not start');
    return stack;
  };

  beforeAll(async () => {
    prepared = await prepareStack();
    stack = await startStack(prepared.environment);
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

async function waitUntilReady(child: ChildProcess): Promise<() => string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk;
      if (text.includes('Ctrl-C')) resolve(() => text);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`npm start exited with ${code}:\n${text}`)));
  });
}

async function pickPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the probe has no port');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
