import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The authorization server in a process of its own. */
export interface RunningServer {
  readonly issuer: string;
  readonly directory: string;
  /** Everything it has printed so far. */
  output(): string;
  /** Ends the process and starts another with the same directory and port. */
  restart(): Promise<RunningServer>;
  /** Ends the process and removes its directory. */
  stop(): Promise<void>;
}

const script = join(import.meta.dirname, 'serve.ts');

/** How the process is started; by default on any free port with a directory of its own. */
interface StartOptions {
  readonly port?: number;
  readonly directory?: string;
  readonly lifetimeSeconds?: number;
  /** @default open */
  readonly registration?: 'open' | 'closed';
}

/** Starts the authorization server. Rejects with what it printed when it does not start. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { port = 0, lifetimeSeconds = '', registration = 'open' } = options;
  const kept = options.directory ?? (await mkdtemp(join(tmpdir(), 'authorization-server-')));
  const child = spawn(process.execPath, [script, kept, `${port}`, `${lifetimeSeconds}`, registration], {
    stdio: 'pipe',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  const issuer = output.trim();
  if (!issuer.startsWith('http://localhost:')) {
    await rm(kept, { recursive: true });
    throw new Error(output);
  }
  async function end() {
    child.stdin.end();
    await ended;
  }
  return {
    issuer,
    directory: kept,
    output: () => output,
    async restart() {
      await end();
      return startServer({ port: Number(new URL(issuer).port), directory: kept });
    },
    async stop() {
      await end();
      await rm(kept, { recursive: true, force: true });
    },
  };
}
