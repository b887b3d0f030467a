import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickPorts } from '../support/local-stack.ts';
import { findChromium } from './find-chromium.ts';
import { inspectorLauncher, installTools } from './tools.ts';

/** `describe` where the MCP Inspector can be driven; elsewhere one line says why its tests are skipped. */
export const describeWithInspector: typeof describe = hasInspector()
  ? describe
  : (describe.skip as typeof describe);

/** Installs it at the first run. Where there is no Chromium, that says so itself. */
function hasInspector(): boolean {
  if (findChromium() === undefined) return false;
  try {
    installTools();
  } catch {
    process.stderr.write(
      'The MCP Inspector cannot be installed: its tests are skipped. Run npm run browser-tools.\n',
    );
  }
  return existsSync(inspectorLauncher);
}

/** A running Inspector. */
export interface RunningInspector {
  /** Its page, with the token that its own backend asks for. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the web page of the Inspector for one MCP server, with nothing kept of an earlier run. */
export async function startInspector(mcpUrl: string): Promise<RunningInspector> {
  const [clientPort, sandboxPort, appPort] = await pickPorts(3);
  const home = await mkdtemp(join(tmpdir(), 'inspector-'));
  const words = [inspectorLauncher, '--web', '--transport', 'http', '--server-url', mcpUrl];
  const child = spawn(process.execPath, words, {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MCP_STORAGE_DIR: join(home, 'storage'),
      MCP_INSPECTOR_SECRET_STORE: 'memory',
      MCP_AUTO_OPEN_ENABLED: 'false',
      CLIENT_PORT: String(clientPort),
      MCP_SANDBOX_PORT: String(sandboxPort),
      MCP_APP_ORIGIN_PORT: String(appPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk;
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/?\?MCP_INSPECTOR_API_TOKEN=\w+/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the Inspector exited with ${code}:\n${printed}`)));
  });
  return {
    url,
    async stop() {
      child.kill();
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}
