import type { FileStore } from '../../../lambda/files/file-store.ts';
import { signWrites } from '../../../lambda/files/signed-writes.ts';
import { getFileInfo } from '../../../lambda/tools/get-file-info.ts';
import { createMemoryFileStore, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

let files: FileStore;

beforeEach(() => {
  files = createMemoryFileStore({ files: { 'notes/today.md': 'Grüße' } });
});

describe('get_file_info', () => {
  it('tells the same facts as data and as text', async () => {
    const { structured, ...rest } = await runTool(getFileInfo, { path: '/notes/today.md' }, files);
    expect(structured).toEqual({
      path: 'notes/today.md',
      size: 7,
      media_type: 'text/plain; charset=utf-8',
      modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      etag: toEtag('Grüße'),
      version_id: 'v1',
    });
    expect(rest).toEqual({
      text:
        `"notes/today.md": 7 bytes, text/plain; charset=utf-8, changed ${structured?.modified}, ` +
        `etag ${structured?.etag}, version v1.`,
    });
  });

  it('tells who wrote the version, where that is kept', async () => {
    await writeText(signWrites(files, { name: 'alice', client: 'claude-code' }), 'a.md', 'x');
    const answer = await runTool(getFileInfo, { path: 'a.md' }, files);
    expect(answer.structured).toMatchObject({ written_by: 'alice', written_with: 'claude-code' });
    expect('text' in answer && answer.text).toMatch(/, version v2, written by alice with claude-code\.$/);
  });

  it('tells of an old version', async () => {
    await writeText(files, 'notes/today.md', 'longer than before');
    const old = { path: 'notes/today.md', version_id: 'v1' };
    expect((await runTool(getFileInfo, old, files)).structured).toMatchObject({ size: 7, version_id: 'v1' });
  });

  it('does with one call of the store', async () => {
    const stat = jest.fn(files.stat);
    const onlyStat = new Proxy(files, {
      get(_, name) {
        if (name === 'stat') return stat;
        throw new Error(`${String(name)} was called`);
      },
    });
    await runTool(getFileInfo, { path: 'notes/today.md' }, onlyStat);
    expect(stat).toHaveBeenCalledTimes(1);
  });

  it.each<[object, unknown]>([
    [{ path: 'none' }, expect.stringContaining('no file "none"')],
    [{ path: 'notes' }, '"notes" is a directory: call list_files to see the files in it'],
    [
      { path: 'notes/today.md', version_id: 'v9' },
      '"notes/today.md" has no version "v9": call list_file_versions to see its versions',
    ],
    [{ path: '../x' }, 'the path holds the segment "..": write the path from the root'],
    [{ path: '' }, 'the path is empty: name a file, for example "notes/today.md"'],
  ])('refuses %j with the remedy', async (input, sentence) => {
    expect(await failTool(getFileInfo, { ...input }, files)).toEqual(sentence);
  });
});
