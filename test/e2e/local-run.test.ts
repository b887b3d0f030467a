import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { prepareStack, type RunningStack, startStack } from '../support/local-stack.ts';

const project = join(import.meta.dirname, '..', '..');

function requestToken(environment: Record<string, string>, ...options: string[]) {
  return spawnSync(process.execPath, ['bin/token.ts', ...options], {
    cwd: project,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
}

async function callTool(mcpUrl: string, token: string, name: string, args: object) {
  const response = await fetch(mcpUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  return response.json();
}

describe('npm start', () => {
  let prepared: Awaited<ReturnType<typeof prepareStack>>;

  beforeAll(async () => {
    prepared = await prepareStack();
  });

  const running: RunningStack[] = [];
  const start = async () => {
    const stack = await startStack(prepared.environment);
    running.push(stack);
    return stack;
  };

  // A test that fails leaves its stack running.
  afterEach(async () => {
    for (const stack of running.splice(0)) await stack.stop();
  });

  afterAll(() => prepared.remove());

  it('keeps files, keys and tokens through a restart, and ends on Ctrl-C', async () => {
    const first = await start();
    expect(first.output()).toContain(first.mcpUrl);
    const token = requestToken(prepared.environment, '--scope', 'files:write files:read').stdout.trim();
    const args = { path: 'kept.txt', content: 'still here' };
    expect(await callTool(first.mcpUrl, token, 'write_file', args)).toMatchObject({
      result: { structuredContent: { size: 10 } },
    });
    expect(await first.stop()).toBe(0);

    const second = await start();
    const { result } = await callTool(second.mcpUrl, token, 'read_file', { path: 'kept.txt' });
    expect(result.content[0]).toEqual({ type: 'text', text: 'still here' });
    expect(await second.stop()).toBe(0);
  }, 120_000);

  it.each(['MCP_PORT', 'AUTH_PORT', 'S3_PORT'] as const)(
    'names %s when that port is taken',
    async (variable) => {
      const port = Number(prepared.environment[variable]);
      const squatter = createServer().listen(port, '127.0.0.1');
      await once(squatter, 'listening');
      const starting = startStack(prepared.environment);
      await expect(starting).rejects.toThrow(
        `port ${port} is in use: stop what listens there, or set ${variable} to another port`,
      );
      squatter.close();
    },
    120_000,
  );

  it('lists every variable that is wrong', async () => {
    const starting = startStack({
      ...prepared.environment,
      MCP_PORT: '99999',
      AUTH_PORT: 'x',
      CASDOOR_URL: 'door',
    });
    await expect(starting).rejects.toThrow(
      /set MCP_PORT .* got "99999"\nset AUTH_PORT .* got "x"\nset CASDOOR_URL .* got "door"/,
    );
  });
});
