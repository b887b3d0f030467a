import { readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { moveFile } from '../../../lambda/tools/move-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();
const move = { source: 'a.md', target: 'b.md' };

/** The store with something that happens after each copy. */
function afterCopy(files: FileStore, happens: () => Promise<unknown>): FileStore {
  return {
    ...files,
    copy: async (...call) => {
      const copied = await files.copy(...call);
      await happens();
      return copied;
    },
  };
}

describe('move_file', () => {
  it('leaves the content at the target only', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'hello' } });
    const etag = toEtag('hello');
    expect(await runTool(moveFile, move, files)).toEqual({
      text: `Moved "a.md" to "b.md" (5 bytes, etag ${etag}, version v2).`,
      structured: { path: 'b.md', size: 5, etag, version_id: 'v2' },
    });
    expect(await readText(files, 'b.md')).toBe('hello');
    await expect(readText(files, 'a.md')).rejects.toThrow('not_found');
  });

  it('refuses to overwrite unless told', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one', 'b.md': 'two' } });
    expect(await failTool(moveFile, move, files)).toBe(
      `"b.md" exists already and its etag is ${toEtag('two')}: pass overwrite true to replace it, or choose another target`,
    );
    expect([await readText(files, 'a.md'), await readText(files, 'b.md')]).toEqual(['one', 'two']);
    await runTool(moveFile, { ...move, overwrite: true }, files);
    expect(await readText(files, 'b.md')).toBe('one');
  });

  it('keeps a source that changed after the copy and tells that both files exist', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const changing = afterCopy(files, () => writeText(files, 'a.md', 'changed'));
    expect(await failTool(moveFile, move, changing)).toBe(
      `copied "a.md" to "b.md" (3 bytes, etag ${toEtag('one')}, version v2), but "a.md" changed meanwhile, ` +
        `its etag is now ${toEtag('changed')}, and it was not deleted: both files exist; read both and call ` +
        'delete_file for the one you do not want',
    );
    expect([await readText(files, 'a.md'), await readText(files, 'b.md')]).toEqual(['changed', 'one']);
  });

  it('tells when somebody else deleted the source after the copy', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const changing = afterCopy(files, () =>
      files.delete(readFilePath('a.md'), { condition: { kind: 'none' }, signal }),
    );
    expect(await failTool(moveFile, move, changing)).toBe(
      `copied "a.md" to "b.md" (3 bytes, etag ${toEtag('one')}, version v2), but "a.md" was deleted or moved ` +
        'by somebody else meanwhile: call list_files to see what is there',
    );
  });

  it('tells what may be there when the deletion ends in an outage, and keeps its cause', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const outage = new Error('socket hang up');
    const failing: FileStore = { ...files, delete: () => Promise.reject(outage) };
    await expect(runTool(moveFile, move, failing)).rejects.toMatchObject({
      message:
        `copied "a.md" to "b.md" (3 bytes, etag ${toEtag('one')}, version v2), but it is not known whether "a.md" ` +
        'was deleted: call get_file_info for both files, and delete_file for "a.md" if it is still there',
      cause: outage,
    });
  });

  it('tells that both files exist when the server may not delete', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const denial = new FileStoreError({ code: 'denied', path: readFilePath('a.md'), action: 'delete' });
    const failing: FileStore = { ...files, delete: () => Promise.reject(denial) };
    expect(await failTool(moveFile, move, failing)).toBe(
      `copied "a.md" to "b.md" (3 bytes, etag ${toEtag('one')}, version v2), but this server is not allowed to ` +
        'delete "a.md": both files exist; tell its operator',
    );
  });

  it('looks at the source once', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const calls: string[] = [];
    const watched: FileStore = {
      ...files,
      stat: (...call) => {
        calls.push('stat');
        return files.stat(...call);
      },
      delete: (path, options) => {
        calls.push(`delete ${options.seen?.etag}`);
        return files.delete(path, options);
      },
    };
    await runTool(moveFile, move, watched);
    expect(calls).toEqual([`delete ${toEtag('one')}`]);
  });

  it.each([
    ['the same path', { source: 'a.md', target: '/a.md' }, /^source and target are both "a\.md": /],
    ['a missing source', { source: 'none', target: 'b' }, /no file "none"/],
    ['a directory', { source: 'dir', target: 'b' }, /^"dir" is a directory: call list_files/],
    ['a directory as target', { source: 'a.md', target: 'dir/' }, /^the path ends with "\/" .* directory/],
    [
      'too large a file',
      { source: 'big', target: 'b' },
      /^"big" is 11 bytes long and at most 10 can be copied/,
    ],
  ])('refuses %s and leaves everything as it is', async (_, input, sentence) => {
    const contents = { 'a.md': 'one', 'dir/x': 'x', big: 'x'.repeat(11) };
    const files = createMemoryFileStore({ files: contents, maxCopyBytes: 10 });
    expect(await failTool(moveFile, input, files)).toMatch(sentence);
    for (const [path, content] of Object.entries(contents)) expect(await readText(files, path)).toBe(content);
  });
});
