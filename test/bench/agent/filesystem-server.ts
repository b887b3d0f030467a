import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type AgentServer, toAnswer } from './server.ts';

const peers = join(import.meta.dirname, 'peers');
const program = join(peers, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');

/** Starts the reference filesystem server on its own directory, after its packages were installed by the lock file. */
export async function startFilesystemServer(): Promise<AgentServer> {
  if (!existsSync(program)) execFileSync('npm', ['ci', '--silent'], { cwd: peers, stdio: 'inherit' });
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bench-agent-')));
  const client = new Client({ name: 'bench', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, root],
    stderr: 'ignore',
  });
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(transport as never);
  return {
    name: 'server-filesystem',
    toPath: (path) => join(root, path),
    call: async (tool, args) => toAnswer(await client.callTool({ name: tool, arguments: { ...args } })),
    listTools: async () => (await client.listTools()).tools,
    async seed(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    look: (path) => readFile(join(root, path), 'utf8').catch(() => undefined),
    async close() {
      await client.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
