import { randomBytes } from 'node:crypto';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { signWrites } from '../../../lambda/files/signed-writes.ts';
import { toCursor } from '../../../lambda/tools/input/cursor.ts';
import { listFileVersions } from '../../../lambda/tools/list-file-versions.ts';
import { createMemoryFileStore, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();
const now = new Date('2026-11-23T10:00:00.000Z');

/** A file that was written, deleted and written again. */
async function createHistory() {
  const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
  await files.delete(readFilePath('a.md'), { condition: { kind: 'none' }, signal });
  await writeText(files, 'a.md', 'three');
  return files;
}

describe('list_file_versions', () => {
  beforeEach(() => jest.useFakeTimers({ now, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('tells who wrote each version on request, and asks nobody otherwise', async () => {
    const files = await createHistory();
    await writeText(signWrites(files, { name: 'alice', client: 'claude-code' }), 'a.md', 'four');
    await writeText(signWrites(files, { name: 'bob' }), 'a.md', 'five');
    const stat = jest.fn(files.stat);
    const watched = { ...files, stat };
    const answer = await runTool(listFileVersions, { path: 'a.md', writers: true }, watched);
    expect(
      'text' in answer && answer.text.split('\n').map((line) => line.replace(/^.*etag "\w+"/, '')),
    ).toEqual([
      'Versions of "a.md", the newest first:',
      ', written by bob (latest)',
      ', written by alice with claude-code',
      '',
      `v2 ${now.toISOString()} deleted`,
      '',
    ]);
    const { versions } = answer.structured as { versions: { written_by?: string; written_with?: string }[] };
    expect(versions.map(({ written_by }) => written_by)).toEqual([
      'bob',
      'alice',
      undefined,
      undefined,
      undefined,
    ]);
    expect(versions[1]?.written_with).toBe('claude-code');
    expect(stat).toHaveBeenCalledTimes(4);
    await runTool(listFileVersions, { path: 'a.md' }, watched);
    expect(stat).toHaveBeenCalledTimes(4);
  });

  it('lists the newest first, and deletions', async () => {
    const modified = now.toISOString();
    const answer = await runTool(listFileVersions, { path: 'a.md' }, await createHistory());
    expect(answer).toEqual({
      text: [
        'Versions of "a.md", the newest first:',
        `v3 ${modified} 5 bytes, etag ${toEtag('three')} (latest)`,
        `v2 ${modified} deleted`,
        `v1 ${modified} 3 bytes, etag ${toEtag('one')}`,
      ].join('\n'),
      structured: {
        path: 'a.md',
        versions: [
          { version_id: 'v3', modified, is_latest: true, is_deletion: false, size: 5, etag: toEtag('three') },
          { version_id: 'v2', modified, is_latest: false, is_deletion: true },
          { version_id: 'v1', modified, is_latest: false, is_deletion: false, size: 3, etag: toEtag('one') },
        ],
      },
    });
  });

  it('lists a deleted file', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    await files.delete(readFilePath('a.md'), { condition: { kind: 'none' }, signal });
    const { structured } = await runTool(listFileVersions, { path: 'a.md' }, files);
    expect(structured).toMatchObject({ versions: [{ is_deletion: true, is_latest: true }, { size: 3 }] });
  });

  it('goes on behind a cursor, which is also in the text, whatever the limit is then', async () => {
    const files = await createHistory();
    const first = await runTool(listFileVersions, { path: 'a.md', limit: 2 }, files);
    expect(first.structured).toMatchObject({
      versions: [{ version_id: 'v3' }, { version_id: 'v2' }],
      next_cursor: expect.any(String),
    });
    const cursor = first.structured?.next_cursor;
    expect(first).toMatchObject({ text: expect.stringContaining(`call again with cursor ${cursor}`) });
    const second = await runTool(listFileVersions, { path: 'a.md', cursor, limit: 1 }, files);
    expect(second.structured).toMatchObject({ versions: [{ version_id: 'v1' }] });
    expect(second.structured).not.toHaveProperty('next_cursor');
  });

  it.each([
    ['of another file', 'b.md', undefined, /for other arguments/],
    ['of nobody', 'a.md', 'e30', /^the cursor is not one/],
  ])('refuses a cursor %s', async (_, path, made, sentence) => {
    const files = await createHistory();
    const { structured } = await runTool(listFileVersions, { path: 'a.md', limit: 1 }, files);
    const cursor = made ?? structured?.next_cursor;
    expect(await failTool(listFileVersions, { path, cursor }, files)).toMatch(sentence);
  });

  it.each(['', '\ud800', 'é', 'x'.repeat(1025)])(
    'refuses a made-up cursor behind no version',
    async (after) => {
      const cursor = await toCursor({ tool: 'list_file_versions', path: 'a.md' }, { after });
      expect(await failTool(listFileVersions, { path: 'a.md', cursor }, await createHistory())).toMatch(
        /^the cursor is .*: call again without cursor$/,
      );
    },
  );

  it('tells that there never was such a file', async () => {
    const files = createMemoryFileStore({ files: { 'dir/x': 'x' } });
    for (const path of ['none', 'dir']) {
      expect(await failTool(listFileVersions, { path }, files)).toBe(
        `there is no version of a file "${path}": call list_files to see what is there`,
      );
    }
  });

  it.each([{ limit: 0 }, { limit: 101 }, { limit: 1.5 }, { path: undefined }, { more: 1 }])(
    'refuses the arguments %j',
    (change) => {
      expect(listFileVersions.input.safeParse({ path: 'a.md', ...change }).success).toBe(false);
    },
  );

  it('fits its answer to what clients show, and leaves nothing out', async () => {
    const files = createMemoryFileStore();
    for (let index = 0; index < 100; index += 1) await writeText(files, 'a.md', String(index));
    const name = randomBytes(150).toString('base64');
    const signed: FileStore = {
      ...files,
      stat: async (...call) => ({ ...(await files.stat(...call)), writer: { name, client: 'claude-code' } }),
    };
    const seen: number[] = [];
    let cursor: unknown;
    do {
      const input = { path: 'a.md', limit: 100, writers: true, ...(cursor !== undefined && { cursor }) };
      const { structured, ...answer } = await runTool(listFileVersions, input, signed);
      const text = 'text' in answer ? answer.text : '';
      expect(countTokens(text) + countTokens(JSON.stringify(structured))).toBeLessThan(24_000);
      seen.push((structured as { versions: unknown[] }).versions.length);
      cursor = structured?.next_cursor;
    } while (cursor !== undefined);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  it('asks for writers until the time is over, and goes on behind them', async () => {
    const files = createMemoryFileStore();
    for (let index = 0; index < 30; index += 1) await writeText(files, 'a.md', String(index));
    const slow: FileStore = {
      ...files,
      stat: async (...call) => {
        jest.setSystemTime(Date.now() + 1_000);
        return files.stat(...call);
      },
    };
    const seen: number[] = [];
    let cursor: unknown;
    do {
      const input = { path: 'a.md', limit: 30, writers: true, ...(cursor !== undefined && { cursor }) };
      const { structured } = await runTool(listFileVersions, input, slow);
      seen.push((structured as { versions: unknown[] }).versions.length);
      cursor = structured?.next_cursor;
    } while (cursor !== undefined);
    expect(seen.length).toBeGreaterThan(1);
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(30);
  });
});
