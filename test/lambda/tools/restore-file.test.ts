import { readFilePath } from '../../../lambda/files/file-path.ts';
import { listFileVersions } from '../../../lambda/tools/list-file-versions.ts';
import { restoreFile } from '../../../lambda/tools/restore-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

/** `a.md` holds "two" over "one"; `gone.md` is deleted. */
async function createHistory() {
  const files = createMemoryFileStore({ files: { 'a.md': 'one', 'gone.md': 'precious' } });
  await writeText(files, 'a.md', 'two');
  await files.delete(readFilePath('gone.md'), { condition: { kind: 'none' }, signal });
  return files;
}

describe('restore_file', () => {
  it('puts an old version on top and loses none', async () => {
    const files = await createHistory();
    const etag = toEtag('one');
    expect(await runTool(restoreFile, { path: 'a.md', version_id: 'v1' }, files)).toEqual({
      text: `Restored version v1 as "a.md" (3 bytes, etag ${etag}, version v5).`,
      structured: { path: 'a.md', size: 3, etag, version_id: 'v5' },
    });
    expect(await readText(files, 'a.md')).toBe('one');
    const { structured } = await runTool(listFileVersions, { path: 'a.md' }, files);
    expect(structured).toMatchObject({
      versions: [{ version_id: 'v5' }, { version_id: 'v3' }, { version_id: 'v1' }],
    });
  });

  it('brings a deleted file back', async () => {
    const files = await createHistory();
    await runTool(restoreFile, { path: 'gone.md', version_id: 'v2' }, files);
    expect(await readText(files, 'gone.md')).toBe('precious');
  });

  it('replaces only the file with the etag of if_match', async () => {
    const files = await createHistory();
    const restore = { path: 'a.md', version_id: 'v1' };
    expect(await failTool(restoreFile, { ...restore, if_match: toEtag('stale') }, files)).toBe(
      `"a.md" changed meanwhile: its etag is now ${toEtag('two')}; read it again and repeat the change`,
    );
    expect(await readText(files, 'a.md')).toBe('two');
    await runTool(restoreFile, { ...restore, if_match: toEtag('two') }, files);
    expect(await readText(files, 'a.md')).toBe('one');
  });

  it.each([
    [
      'a deletion',
      { path: 'gone.md', version_id: 'v4' },
      'version "v4" of "gone.md" is a deletion and has no content: call list_file_versions and choose an older version',
    ],
    [
      'an unknown version',
      { path: 'a.md', version_id: 'v9' },
      '"a.md" has no version "v9": call list_file_versions to see its versions',
    ],
    [
      'a version of another file',
      { path: 'a.md', version_id: 'v2' },
      '"a.md" has no version "v2": call list_file_versions to see its versions',
    ],
    [
      'an etag for a deleted file',
      { path: 'gone.md', version_id: 'v2', if_match: toEtag('precious') },
      '"gone.md" is deleted and has no etag: leave if_match out to restore it',
    ],
  ])('refuses %s', async (_, input, sentence) => {
    expect(await failTool(restoreFile, input, await createHistory())).toBe(sentence);
  });
});
