import { copyFile } from '../../../lambda/tools/copy-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

describe('copy_file', () => {
  it('copies a file to another path and keeps the source', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'hello' } });
    const answer = await runTool(copyFile, { source: 'a.md', target: 'b/c.md' }, files);
    const etag = toEtag('hello');
    expect(answer).toEqual({
      text: `Copied "a.md" to "b/c.md" (5 bytes, etag ${etag}, version v2).`,
      structured: { path: 'b/c.md', size: 5, etag, version_id: 'v2' },
    });
    expect([await readText(files, 'a.md'), await readText(files, 'b/c.md')]).toEqual(['hello', 'hello']);
  });

  it('copies an old version', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old' } });
    await writeText(files, 'a.md', 'new');
    await runTool(copyFile, { source: 'a.md', target: 'b.md', version_id: 'v1' }, files);
    expect(await readText(files, 'b.md')).toBe('old');
  });

  it('refuses to overwrite unless told', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one', 'b.md': 'two' } });
    const copy = { source: 'a.md', target: 'b.md' };
    expect(await failTool(copyFile, copy, files)).toBe(
      `"b.md" exists already and its etag is ${toEtag('two')}: pass overwrite true to replace it, or choose another target`,
    );
    expect(await readText(files, 'b.md')).toBe('two');
    await runTool(copyFile, { ...copy, overwrite: true }, files);
    expect(await readText(files, 'b.md')).toBe('one');
  });

  it('overwrites only the target with the etag of if_match', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one', 'b.md': 'two' } });
    const copy = { source: 'a.md', target: 'b.md', overwrite: true };
    expect(await failTool(copyFile, { ...copy, if_match: '"stale"' }, files)).toBe(
      `"b.md" changed meanwhile: its etag is now ${toEtag('two')}; read it again and repeat the change`,
    );
    expect(await readText(files, 'b.md')).toBe('two');
    await runTool(copyFile, { source: 'a.md', target: 'b.md', if_match: toEtag('two') }, files);
    expect(await readText(files, 'b.md')).toBe('one');
  });

  it.each([
    ['the same path', { source: 'a.md', target: './a.md' }, /^source and target are both "a\.md": /],
    ['a missing source', { source: 'none', target: 'b' }, /no file "none"/],
    ['a directory', { source: 'dir', target: 'b' }, /^"dir" is a directory: call list_files/],
    ['a directory as target', { source: 'a.md', target: 'dir/' }, /^the path ends with "\/" .* directory/],
    ['an unknown version', { source: 'a.md', target: 'b', version_id: 'v9' }, /^"a\.md" has no version "v9"/],
    ['a way out of the root', { source: '../a', target: 'b' }, /segment "\.\."/],
    ['no etag', { source: 'a.md', target: 'b', if_match: '' }, /^if_match is not an etag/],
    [
      'too large a file',
      { source: 'big', target: 'b' },
      /^"big" is 11 bytes long and at most 10 can be copied/,
    ],
  ])('refuses %s', async (_, input, sentence) => {
    const contents = { 'a.md': 'one', 'dir/x': 'x', big: 'x'.repeat(11) };
    const files = createMemoryFileStore({ files: contents, maxCopyBytes: 10 });
    expect(await failTool(copyFile, input, files)).toMatch(sentence);
  });
});
