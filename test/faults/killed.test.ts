import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { type S3Server, startS3Server } from '../../local/s3/server.ts';
import { readHeldVersions } from '../soak/history/held-versions.ts';
import { type BuiltFunction, place, startBuiltFunction } from '../support/built-function.ts';
import { type FaultProxy, onRequests, startFaultProxy } from '../support/fault-proxy.ts';
import { writeText } from '../support/memory-file-store.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

let directory: string;
let server: S3Server;
let proxy: FaultProxy;
let direct: S3Client;
/** The function that a test has started. */
let mcp: BuiltFunction;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faults-killed-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket(place.bucket);
  proxy = await startFaultProxy(server.url);
  direct = createS3Client({ region: 'us-east-1', forcePathStyle: true, credentials, endpoint: server.url });
});

afterAll(async () => {
  direct.destroy();
  await proxy.close().finally(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });
});

afterEach(() => proxy.clear());

const start = (changes: { memorySize?: number; timeoutSeconds?: number } = {}) =>
  startBuiltFunction({ s3Url: proxy.url, credentials, ...changes });

/** The contents of all versions of a file, the oldest first; undefined for a deletion. */
async function listContents(path: string): Promise<readonly (string | undefined)[]> {
  const versions = await readHeldVersions({ client: direct, ...place });
  return (versions.get(path) ?? []).map(({ content }) => content);
}

const write = (path: string, text: string) =>
  writeText(createS3FileStore({ client: direct, ...place }), path, text);

describe('a function that is killed in the middle of a request', () => {
  beforeAll(async () => {
    mcp = await start();
  }, 60_000);

  afterAll(() => mcp.close());

  /** What a caller may find of the files `d/a` and `e/a` after a call, each with all of its versions. */
  type Found = readonly [a: readonly (string | undefined)[], copy: readonly (string | undefined)[]];
  const old: Found = [['old\n'], []];
  const copied: Found = [['old\n'], ['old\n']];
  const moved: Found = [['old\n', undefined], ['old\n']];
  const become = (text: string): Found => [['old\n', text], []];

  it.each<[string, (version: string) => object, readonly Found[]]>([
    ['write_file', () => ({ path: 'd/a', content: 'new\n' }), [old, become('new\n')]],
    ['append_file', () => ({ path: 'd/a', content: 'new\n' }), [old, become('old\nnew\n')]],
    [
      'edit_file',
      () => ({ path: 'd/a', edits: [{ old_text: 'old', new_text: 'new' }] }),
      [old, become('new\n')],
    ],
    ['copy_file', () => ({ source: 'd/a', target: 'e/a' }), [old, copied]],
    ['move_file', () => ({ source: 'd/a', target: 'e/a' }), [old, copied, moved]],
    ['restore_file', (version_id) => ({ path: 'd/a', version_id }), [old, become('old\n')]],
    ['delete_file', () => ({ path: 'd/a' }), [old, [['old\n', undefined], []]]],
    [
      'edit_files',
      () => ({ path: 'd', old_text: 'old', new_text: 'new', dry_run: false }),
      [old, become('new\n')],
    ],
    ['copy_directory', () => ({ source: 'd', target: 'e', dry_run: false }), [old, copied]],
    ['move_directory', () => ({ source: 'd', target: 'e', dry_run: false }), [old, copied, moved]],
    ['delete_directory', () => ({ path: 'd', dry_run: false }), [old, [['old\n', undefined], []]]],
  ])(
    'during %s, after any of its requests to S3, leaves the old or the new, and the next request is served',
    async (tool, toArguments, possible) => {
      const seen: string[] = [];
      for (let requests = 0; ; requests += 1) {
        const root = `${tool}-${requests}`;
        const { versionId = '' } = await write(`${root}/d/a`, 'old\n');
        const put = (value: unknown) =>
          typeof value === 'string' && /^[de](\/a)?$/.test(value) ? `${root}/${value}` : value;
        const args = Object.fromEntries(
          Object.entries(toArguments(versionId)).map(([name, value]) => [name, put(value)]),
        );
        const kill = onRequests(
          { skip: requests },
          { kind: 'lose-answer', meanwhile: async () => mcp.kill() },
        );
        proxy.inject(kill);
        const { status } = await mcp.call(tool, args);
        proxy.clear();
        const found = [await listContents(`${root}/d/a`), await listContents(`${root}/e/a`)];
        expect(possible).toContainEqual(found);
        seen.push(JSON.stringify(found));
        // No request was left to kill it after.
        if (status === 200) break;
        expect(status).toBe(500);
        expect(await mcp.call('list_files', { path: root })).toMatchObject({ status: 200 });
      }
      // All that is possible was seen, so the function was killed at every point that matters.
      expect(new Set(seen)).toEqual(new Set(possible.map((found) => JSON.stringify(found))));
    },
    60_000,
  );

  it('while it sends 3 MB leaves no half of them', async () => {
    const content = 'x'.repeat(3 * 1024 ** 2);
    await write('large', 'old\n');
    proxy.inject((request) => {
      if (request.operation !== 'PutObject') return undefined;
      mcp.kill();
      return { kind: 'delay-request', delay: 0 };
    });
    expect(await mcp.call('append_file', { path: 'large', content })).toMatchObject({ status: 500 });
    proxy.clear();
    expect(await mcp.call('read_file', { path: 'large' })).toMatchObject({ status: 200 });
    const [first, ...more] = await listContents('large');
    expect(first).toBe('old\n');
    expect([[], [`old\n${content}`]]).toContainEqual(more);
  });
});

describe('a function without memory', () => {
  it('ends, its client is told so once, and the next request finds a new process', async () => {
    // The search for a line that resembles what was not found takes 160 MB for this file, and everything else 20.
    mcp = await start({ memorySize: 96 });
    const text = `first\n${'x\n'.repeat(2 * 1024 ** 2 - 100)}`;
    try {
      await write('lines', text);
      const edits = [
        { old_text: 'first', new_text: 'new' },
        { old_text: 'firsst', new_text: 'new' },
      ];
      const before = mcp.findProcess();
      expect(await mcp.call('edit_file', { path: 'lines', edits })).toMatchObject({ status: 500 });
      expect(mcp.lines.at(-1)).toBe('Runtime exited with error: signal: SIGABRT');
      expect(await listContents('lines')).toEqual([text]);
      const rest = { path: 'lines', edits: edits.slice(0, 1) };
      expect(await mcp.call('edit_file', rest)).toMatchObject({ status: 200 });
      expect(mcp.findProcess()).not.toBe(before);
    } finally {
      await mcp.close();
    }
  }, 60_000);
});

describe('a function whose time is nearly over', () => {
  it('answers before it is killed, and goes on with the next request', async () => {
    mcp = await start({ timeoutSeconds: 6 });
    try {
      const before = mcp.findProcess();
      proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'withhold-answer' }));
      const { status, text } = await mcp.call('write_file', { path: 'late', content: 'new\n' });
      expect([status, text]).toEqual([
        200,
        expect.stringMatching(/^this took too long and was ended; it may/),
      ]);
      expect(await listContents('late')).toEqual(['new\n']);
      expect(await mcp.call('read_file', { path: 'late' })).toEqual({ status: 200, text: 'new\n' });
      expect(mcp.findProcess()).toBe(before);
    } finally {
      await mcp.close();
    }
  }, 60_000);
});
