import type { FileStore } from '../../../lambda/files/file-store.ts';
import { deleteFile } from '../../../lambda/tools/delete-file.ts';
import { restoreFile } from '../../../lambda/tools/restore-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

describe('delete_file', () => {
  it('deletes a file and names the version that brings it back', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    await writeText(files, 'a.md', 'two');
    expect(await runTool(deleteFile, { path: 'a.md' }, files)).toEqual({
      text: 'Deleted "a.md". To bring it back, call restore_file with version_id v2.',
      structured: { path: 'a.md', version_id: 'v2' },
    });
    await expect(readText(files, 'a.md')).rejects.toThrow('not_found');
    await runTool(restoreFile, { path: 'a.md', version_id: 'v2' }, files);
    expect(await readText(files, 'a.md')).toBe('two');
  });

  it('says where to look for versions when the store named none', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const nameless: FileStore = {
      ...files,
      delete: async (...call) => {
        const { deleted, ...deletion } = await files.delete(...call);
        const { versionId: _, ...facts } = deleted;
        return { ...deletion, deleted: facts };
      },
    };
    expect(await runTool(deleteFile, { path: 'a.md' }, nameless)).toEqual({
      text: 'Deleted "a.md". Call list_file_versions to see which versions restore_file can bring back.',
      structured: { path: 'a.md' },
    });
  });

  it('deletes only the file with the etag of if_match', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    expect(await failTool(deleteFile, { path: 'a.md', if_match: toEtag('stale') }, files)).toBe(
      `"a.md" changed meanwhile: its etag is now ${toEtag('one')}; read it again and repeat the change`,
    );
    expect(await readText(files, 'a.md')).toBe('one');
    await runTool(deleteFile, { path: 'a.md', if_match: toEtag('one') }, files);
    await expect(readText(files, 'a.md')).rejects.toThrow('not_found');
  });

  it.each([
    ['a missing file', { path: 'none' }, /no file "none"/],
    ['a directory', { path: 'dir' }, /^"dir" is a directory: call list_files/],
    ['the root', { path: '/' }, /^the path is empty: name a file/],
    ['no etag', { path: 'dir/x', if_match: 'a b' }, /^if_match is not an etag/],
    ['any etag', { path: 'dir/x', if_match: '*' }, /^if_match is not an etag/],
  ])('refuses %s', async (_, input, sentence) => {
    const files = createMemoryFileStore({ files: { 'dir/x': 'x' } });
    expect(await failTool(deleteFile, input, files)).toMatch(sentence);
    expect(await readText(files, 'dir/x')).toBe('x');
  });
});
