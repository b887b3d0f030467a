import { readDirectoryPath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import type { ToolEntry } from '../../../lambda/tools/tool.ts';
import { runSmoke } from '../../../ops/smoke/smoke.ts';
import { createTestServer } from '../../support/mcp-server.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { type Site, startSite } from '../doctor/support/site.ts';

const everyScope = 'files:list files:read files:write';
const { deleteFile, moveFile, ...withoutDeletion } = catalogue;

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

interface Run {
  readonly exitCode: number;
  readonly text: string;
  /** Status and name of each step. */
  readonly steps: readonly string[];
}

/** Runs the smoke test, and interrupts it after the line that `interrupt` tells. */
async function run(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  interrupt: (line: string) => boolean = () => false,
): Promise<Run> {
  const interruption = new AbortController();
  let text = '';
  const print = (line: string) => {
    text += line;
    if (interrupt(line)) interruption.abort();
  };
  const surroundings = { variables, isColoured: false, print, complain: print };
  const exitCode = await runSmoke(words, surroundings, interruption.signal);
  const lines = text.split('\n').filter((line) => /^[a-z]/.test(line));
  const steps = lines.map((line) => line.replace(/^(\w+) +(.*?) {2,}.*$/, '$1 $2'));
  return { exitCode, text, steps };
}

interface Options {
  readonly scope?: string;
  readonly tools?: readonly ToolEntry[];
  /** Makes the store one that does something wrong. */
  readonly spoil?: (store: FileStore) => Partial<FileStore>;
  readonly interrupt?: (line: string) => boolean;
}

/** Runs it against the real endpoint behind the site's challenge; `left` lies in the store afterwards. */
async function smoke({ scope = everyScope, tools, spoil, interrupt }: Options = {}) {
  const store = createMemoryFileStore();
  const files = { ...store, ...spoil?.(store) };
  const server = await createTestServer({ openFiles: () => files, ...(tools && { tools }) });
  const token = await server.token(scope);
  const challenge = site.mcpRoutes['POST /mcp'];
  site.mcpRoutes['POST /mcp'] = async (request) => {
    if (!request.headers.has('authorization')) return challenge?.(request) ?? Response.error();
    const headers = Object.fromEntries([...request.headers].filter(([name]) => name.startsWith('mcp-')));
    return server.send({ token, headers, body: await request.text() });
  };
  const result = await run([site.url, '--token', token], {}, interrupt);
  expect(result.text).not.toContain(token);
  const everything = { recursive: true, limit: 10, signal: new AbortController().signal };
  const { entries } = await store.list(readDirectoryPath(''), everything);
  return { ...result, left: entries.map(({ name }) => name) };
}

const publicSteps = [
  'ok 401 without a token',
  'ok www-authenticate',
  'ok challenge resource_metadata',
  'ok metadata in challenge',
  'ok metadata resource',
  'ok metadata authorization_servers',
];
const writeSteps = ['ok connect', 'ok tools', 'ok write', 'ok version'];

describe('the smoke test of a healthy server', () => {
  it('makes the whole round trip and leaves no file behind', async () => {
    const { exitCode, steps, left } = await smoke();
    expect(steps).toEqual([
      ...publicSteps,
      ...writeSteps,
      'ok read',
      'ok list',
      'ok overwrite',
      'ok conflict',
      'ok delete',
      'ok list again',
    ]);
    expect([exitCode, left]).toEqual([0, []]);
  });

  it('speaks the newest revision', async () => {
    expect((await smoke()).text).toMatch(/^ok +connect +revision 2026-07-28$/m);
  });

  it('says as JSON where it went, how it went in sum, and each step', async () => {
    const { exitCode, text } = await run([site.url, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      url: site.url,
      summary: { ok: 6, warn: 0, fail: 0, skip: 1 },
      results: [{ name: '401 without a token', status: 'ok', found: '401' }, ...Array(6).fill({})],
    });
  });

  it('makes only the public steps without a token', async () => {
    const { exitCode, steps, text } = await run([site.url]);
    expect([exitCode, steps]).toEqual([0, [...publicSteps, 'skip files']]);
    expect(text).toMatch(/^skip +files +no token given: set MCP_TOKEN or pass --token$/m);
  });

  it('takes a token of the environment, and does not print what the server repeats of it', async () => {
    const token = 'a-token-that-is-long-enough';
    site.mcpRoutes['POST /mcp'] = async ({ headers }) =>
      headers.has('authorization')
        ? new Response(`refused ${headers.get('authorization')}`, { status: 401 })
        : new Response(null, { status: 401, headers: site.challenge });
    const { exitCode, text } = await run([site.url], { MCP_TOKEN: token });
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      /^fail +connect +the server answers 401: refused Bearer <token>: run npm run doctor with this token/m,
    );
  });

  it('skips the deletion where the server offers none, and says what stays', async () => {
    const { exitCode, steps, text, left } = await smoke({ tools: Object.values(withoutDeletion) });
    expect(steps.slice(-3)).toEqual(['ok conflict', 'skip delete', 'skip list again']);
    expect(left).toHaveLength(1);
    expect(text).toContain(`deletion is off: ${left[0]} stays`);
    expect(exitCode).toBe(0);
  });
});

describe('the smoke test of a server that does something wrong', () => {
  const outage = () => Promise.reject(new Error('outage'));

  it.each<[string, Options, readonly string[], string]>([
    [
      'overwrites whatever if_match says',
      {
        spoil: ({ write }) => ({
          write: (path, content, options) =>
            write(path, content, { ...options, condition: { kind: 'none' } }),
        }),
      },
      ['fail conflict', 'ok clean up'],
      'write_file with the old etag was not refused',
    ],
    [
      'refuses a conflict but has written',
      {
        spoil: ({ write }) => ({
          write: (path, content, options) =>
            write(path, content, options).catch(async (error) => {
              await write(path, content, { ...options, condition: { kind: 'none' } });
              throw error;
            }),
        }),
      },
      ['fail conflict', 'ok clean up'],
      'read_file answers "first ',
    ],
    ...([undefined, 'null'] as const).map((versionId): [string, Options, readonly string[], string] => [
      `keeps no versions and calls its writes ${versionId}`,
      {
        spoil: ({ write }) => ({
          async write(path, content, options) {
            const { versionId: _, ...written } = await write(path, content, options);
            return { ...written, ...(versionId !== undefined && { versionId }) };
          },
        }),
      },
      ['fail version', 'ok clean up'],
      'put-bucket-versioning',
    ]),
    [
      'answers other content',
      {
        spoil: ({ read }) => ({
          read: async (path, options) => ({ ...(await read(path, options)), bytes: Buffer.from('other') }),
        }),
      },
      ['fail read', 'ok clean up'],
      'read_file answers "other',
    ],
    [
      'lists nothing',
      { spoil: () => ({ list: async () => ({ entries: [], truncated: false }) }) },
      ['fail list', 'ok clean up'],
      'and not "note.txt"',
    ],
    [
      'writes and then breaks down',
      {
        spoil: ({ write }) => ({
          async write(path, content, options) {
            await write(path, content, options);
            return outage();
          },
        }),
      },
      ['fail write', 'ok clean up'],
      'write_file answers: the file store cannot answer at the moment; it may have been done nevertheless',
    ],
    [
      'breaks down before it writes',
      { spoil: () => ({ write: outage }) },
      ['fail write', 'ok clean up'],
      'is not left behind',
    ],
    [
      'says that it deleted what it keeps',
      {
        spoil(store) {
          let isFirst = true;
          return {
            async delete(path, options) {
              if (!isFirst) return store.delete(path, options);
              isFirst = false;
              return { deleted: await store.stat(path, options) };
            },
          };
        },
      },
      ['fail list again', 'ok clean up'],
      'list_files shows "note.txt"',
    ],
  ])('%s, names the step and cleans up', async (_, options, lastSteps, words) => {
    const { exitCode, steps, text, left } = await smoke(options);
    expect(steps.slice(-2)).toEqual(lastSteps);
    expect(text).toContain(words);
    expect([exitCode, left]).toEqual([1, []]);
  });

  it('says what may be left behind when it cannot delete', async () => {
    const { exitCode, steps, text, left } = await smoke({ spoil: () => ({ delete: outage }) });
    expect(steps.slice(-2)).toEqual(['fail delete', 'fail clean up']);
    expect(text).toContain(
      `${left[0]} may be left behind: Error: delete_file answers: the file store cannot answer`,
    );
    expect([exitCode, left.length]).toEqual([1, 1]);
  });

  it('has nothing to clean up when the token lacks a scope', async () => {
    const { exitCode, steps, text } = await smoke({ scope: 'files:list files:read' });
    expect(steps.at(-1)).toBe('fail write');
    expect(text).toMatch(
      /insufficient scope: required .*: get a token with files:list, files:read and files:write$/m,
    );
    expect(exitCode).toBe(1);
  });

  it('ends when a tool that it needs is not listed', async () => {
    const { readFile, ...tools } = catalogue;
    const { exitCode, steps, text } = await smoke({ tools: Object.values(tools) });
    expect(steps.at(-1)).toBe('fail tools');
    expect(text).toContain('read_file not listed');
    expect(exitCode).toBe(1);
  });

  it.each<[string, () => void, string]>([
    [
      'is open to everybody',
      () => {
        site.mcpRoutes['POST /mcp'] = site.serveMcp;
      },
      'fail 401 without a token',
    ],
    [
      'loses the header of the challenge',
      () => {
        delete site.challenge['www-authenticate'];
      },
      'fail www-authenticate',
    ],
    [
      'names no metadata',
      () => {
        site.challenge['www-authenticate'] = 'Bearer scope="files:read"';
      },
      'fail challenge resource_metadata',
    ],
    [
      'describes another URL',
      () => {
        site.metadata.resource = `${site.url}/`;
      },
      'fail metadata resource',
    ],
  ])('%s, and ends before it signs in', async (_, spoil, lastStep) => {
    spoil();
    const { exitCode, steps } = await run([site.url], { MCP_TOKEN: 'x' });
    expect([exitCode, steps.at(-1)]).toEqual([1, lastStep]);
  });
});

describe('an interrupted smoke test', () => {
  it('cleans up before it ends', async () => {
    const { exitCode, steps, left } = await smoke({ interrupt: (line) => line.startsWith('ok    read') });
    expect(steps.slice(-3)).toEqual(['ok read', 'fail list', 'ok clean up']);
    expect([exitCode, left]).toEqual([1, []]);
  });
});

describe('npm run smoke', () => {
  it.each([
    [['--help'], 0, 'npm run --silent smoke -- MCP_URL'],
    [['--help'], 0, "old versions stay in the bucket until\nthe bucket's lifecycle ends them"],
    [[], 2, 'give one MCP URL, got 0'],
    [['https://a.example/mcp', '--xml'], 2, "unknown option '--xml'"],
    [['https://a.example/mcp', '--token', 'Bearer x'], 2, 'give one access token'],
  ])('answers %j with %i', async (words, exitCode, sentence) => {
    expect(await run(words)).toMatchObject({ exitCode, text: expect.stringContaining(sentence) });
  });
});
