import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  prepareStack,
  type RunningStack,
  spawnStack,
  startStack,
  waitUntilReady,
} from '../support/local-stack.ts';
import { runBin } from '../support/run-bin.ts';

async function callTool(mcpUrl: string, token: string, name: string, args: object) {
  const response = await fetch(mcpUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  return response.json();
}

/** Waits for what the functions print after they have answered. */
async function expectOutput(stack: RunningStack, pattern: RegExp) {
  for (let tries = 0; tries < 100 && !pattern.test(stack.output()); tries += 1) await sleep(50);
  expect(stack.output()).toMatch(pattern);
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
    expect(first.output()).toMatch(
      /^\+ S3 server +\d+\.\d s\n(?:\+ .+ s\n){5}\nThe MCP file server is ready/,
    );
    const { stdout } = await runBin('token', ['--scope', 'files:write files:read'], prepared.environment);
    const token = stdout.trim();
    const args = { path: 'kept.txt', content: 'still here' };
    expect(await callTool(first.mcpUrl, token, 'write_file', args)).toMatchObject({
      result: { structuredContent: { size: 10 } },
    });
    await expectOutput(first, /^\d\d:\d\d:\d\d {2}tools\/call write_file +alice +200 ok +\d+ ms$/m);
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
      try {
        await expect(start()).rejects.toThrow(
          `port ${port} is in use: stop what listens there, or set ${variable} to another port`,
        );
      } finally {
        squatter.close();
      }
    },
    120_000,
  );

  it('says that another npm start has the files', async () => {
    const { S3_PORT } = prepared.environment;
    await start();
    const other = await prepareStack();
    const sharing = { ...other.environment, LOCAL_DATA_DIR: prepared.environment.LOCAL_DATA_DIR };
    expect(other.environment.S3_PORT).not.toBe(S3_PORT);
    await expect(startStack(sharing)).rejects.toThrow(
      /^npm start exited with 1:\n.*s3 is in use by another process: .* set LOCAL_DATA_DIR to another directory\n$/,
    );
    await other.remove();
  }, 120_000);

  it.each([
    ['s3/metadata.sqlite', 's3 is damaged: move it away'],
    ['authorization-server/clients.json', 'clients.json is damaged: delete it'],
    ['authorization-server/signing-key.json', 'signing-key.json is damaged: delete it'],
  ])('says what to do when %s is damaged', async (name, remedy) => {
    const other = await prepareStack();
    const path = join(other.environment.LOCAL_DATA_DIR, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'garbage');
    await expect(startStack(other.environment)).rejects.toThrow(remedy);
    await other.remove();
  });

  it('says so when LOCAL_DATA_DIR is a file', async () => {
    const file = join(prepared.environment.LOCAL_DATA_DIR, 'file');
    await writeFile(file, '');
    const starting = startStack({ ...prepared.environment, LOCAL_DATA_DIR: file });
    await expect(starting).rejects.toThrow(
      `set LOCAL_DATA_DIR to a directory that can be written, ${file} cannot: EEXIST`,
    );
  });

  it('says so when nothing can be written into LOCAL_DATA_DIR', async () => {
    const starting = startStack({ ...prepared.environment, LOCAL_DATA_DIR: '/proc' });
    await expect(starting).rejects.toThrow(
      'set LOCAL_DATA_DIR to a directory that can be written, /proc cannot: ',
    );
  });

  it('says so and ends when LOCAL_DATA_DIR is deleted under it', async () => {
    const other = await prepareStack();
    const child = spawnStack(process.execPath, ['bin/local.ts'], other.environment);
    const output = await waitUntilReady(child);
    const exit = once(child, 'exit');
    await other.remove();
    expect((await exit)[0]).toBe(1);
    expect(output()).toContain(
      `${other.environment.LOCAL_DATA_DIR} was deleted, and with it all files and keys`,
    );
    await other.remove();
  }, 120_000);

  it('says so when S3_ENDPOINT does not answer', async () => {
    const endpoint = `http://127.0.0.1:${prepared.environment.S3_PORT}`;
    const starting = startStack({ ...prepared.environment, S3_ENDPOINT: endpoint });
    await expect(starting).rejects.toThrow(`set S3_ENDPOINT to an S3 server that answers`);
  });

  // A shell between npm and Node, as there is with npm; `true` keeps it from becoming Node itself.
  const shellCommand = ['-c', '"$0" bin/local.ts; true', process.execPath];
  const asNpm = `require('node:child_process').spawn('sh', ${JSON.stringify(shellCommand)}, { stdio: 'inherit' })`;

  it.each<[string, string, readonly string[]]>([
    ['the shell of npm ends', 'sh', shellCommand],
    ['npm ends and its shell stays', process.execPath, ['-e', asNpm]],
  ])(
    'ends with the npm that started it: %s',
    async (_, command, words) => {
      const environment = { ...prepared.environment, npm_lifecycle_event: 'start' };
      const shell = spawnStack(command, words, environment);
      await waitUntilReady(shell);
      // Its output is closed when every process that holds it has ended.
      const closed = once(shell, 'close');
      shell.kill('SIGKILL');
      await closed;
      const port = Number(environment.MCP_PORT);
      await expect(fetch(`http://127.0.0.1:${port}/mcp`)).rejects.toThrow('fetch failed');
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
