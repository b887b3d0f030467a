import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { editFile } from '../../../lambda/tools/edit-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

/** The diff and the facts that the tool answers. */
async function edit(input: Readonly<Record<string, unknown>>, files: FileStore) {
  const answer = await runTool(editFile, { path: 'a.md', ...input }, files);
  const texts =
    'content' in answer ? answer.content.map((block) => (block.type === 'text' ? block.text : '')) : [];
  const [diff = '', facts = ''] = texts;
  expect(texts).toHaveLength(2);
  return { diff, facts: JSON.parse(facts) };
}

const once = (old_text: string, new_text: string) => [{ old_text, new_text }];

describe('edit_file', () => {
  it('replaces, and answers the diff and what became of the file', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one\ntwo\nthree\n' } });
    const { diff, facts } = await edit({ edits: once('two', 'zwei') }, files);
    expect(diff).toBe('--- a.md\n+++ a.md\n@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n');
    const etag = toEtag('one\nzwei\nthree\n');
    expect(facts).toEqual({
      path: 'a.md',
      size: 15,
      etag,
      version_id: 'v2',
      replacements: 1,
      dry_run: false,
      replaced_version_id: 'v1',
    });
    expect(await readText(files, 'a.md')).toBe('one\nzwei\nthree\n');
  });

  it('writes nothing in a dry run', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one\n' } });
    const { diff, facts } = await edit({ edits: once('one', 'two'), dry_run: true }, files);
    expect(diff).toContain('-one\n+two\n');
    expect(facts).toMatchObject({ etag: toEtag('one\n'), version_id: 'v1', dry_run: true });
    expect(await readText(files, 'a.md')).toBe('one\n');
  });

  it('makes all edits or none', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one two' } });
    const edits = [...once('one', '1'), ...once('three', '3')];
    expect(await failTool(editFile, { path: 'a.md', edits }, files)).toMatch(
      /^old_text of edit 2 of 2 was found 0/,
    );
    expect(await readText(files, 'a.md')).toBe('one two');
  });

  it('keeps the type, the byte order mark and CRLF, for which "\\n" may stand', async () => {
    const files = createMemoryFileStore();
    const path = readFilePath('a.md');
    const content = new TextEncoder().encode('\uFEFFone\r\ntwo\r\nthree\r\n');
    await files.write(path, content, { mediaType: 'text/x-mine', condition: { kind: 'none' }, signal });
    const edits = [...once('one\ntwo', '1\n2\n2½'), ...once('three\r\n', '3\r\n')];
    const { diff, facts } = await edit({ edits }, files);
    expect(facts.etag).toBe(toEtag('\uFEFF1\r\n2\r\n2½\r\n3\r\n'));
    expect(await files.stat(path, { signal })).toMatchObject({ mediaType: 'text/x-mine' });
    expect(diff).not.toContain('\r');
  });

  it('leaves mixed line ends as they are, whichever they are', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one\r\ntwo\nthree' } });
    await edit({ edits: once('two\n', '2\n') }, files);
    expect(await readText(files, 'a.md')).toBe('one\r\n2\nthree');
    await edit({ edits: once('one\n', '1\n') }, files);
    expect(await readText(files, 'a.md')).toBe('1\r\n2\nthree');
  });

  it('leaves the diff out when told', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one\n' } });
    const input = { path: 'a.md', edits: once('one', 'two'), show_diff: false };
    const text = expect.stringContaining('"replacements":1');
    expect(await runTool(editFile, input, files)).toEqual({ content: [{ type: 'text', text }] });
    expect(await readText(files, 'a.md')).toBe('two\n');
  });

  it('makes no file binary', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one\n' } });
    expect(await failTool(editFile, { path: 'a.md', edits: once('one', '\0') }, files)).toContain('NUL');
    expect(await readText(files, 'a.md')).toBe('one\n');
  });

  /** A store in which somebody writes a text between every reading and the writing after it, `times` in all. */
  function disturb(files: FileStore, times: number, toText: (turn: number) => string): FileStore {
    let turn = 0;
    return {
      ...files,
      write: async (...call) => {
        turn += 1;
        if (turn <= times) await writeText(files, 'a.md', toText(turn));
        return files.write(...call);
      },
    };
  }

  it('is made on what somebody else wrote after it was read, which it never overwrites', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const racing = disturb(files, 1, () => 'one and more');
    const { diff, facts } = await edit({ edits: once('one', 'two') }, racing);
    expect(await readText(files, 'a.md')).toBe('two and more');
    expect([diff, facts.etag]).toEqual([expect.stringContaining('-one and more'), toEtag('two and more')]);
  });

  it('tells when what it replaces went away meanwhile', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const input = { path: 'a.md', edits: once('one', 'two') };
    expect(
      await failTool(
        editFile,
        input,
        disturb(files, 1, () => 'other'),
      ),
    ).toContain('found 0 times');
    expect(await readText(files, 'a.md')).toBe('other');
  });

  it('gives up after eight others in a row, and at once with if_match', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const input = { path: 'a.md', edits: once('one', 'two') };
    const racing = disturb(files, 99, (turn) => `one ${turn}`);
    expect(await failTool(editFile, input, racing)).toContain('changed meanwhile');
    expect(await readText(files, 'a.md')).toBe('one 9');
    const guarded = { ...input, if_match: toEtag('one 9') };
    expect(
      await failTool(
        editFile,
        guarded,
        disturb(files, 1, () => 'one'),
      ),
    ).toContain('changed meanwhile');
    expect(await readText(files, 'a.md')).toBe('one');
    jest.restoreAllMocks();
  });

  it('lets six parallel edits of different lines all land', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': '1\n2\n3\n4\n5\n6\n' } });
    const later = () => new Promise((resolve) => setTimeout(resolve, 2));
    const remote: FileStore = {
      ...files,
      read: (...call) => later().then(() => files.read(...call)),
      write: (...call) => later().then(() => files.write(...call)),
    };
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((line) => edit({ edits: once(`${line}\n`, `line ${line}\n`) }, remote)),
    );
    expect(await readText(files, 'a.md')).toBe('line 1\nline 2\nline 3\nline 4\nline 5\nline 6\n');
  });

  it('edits only the file with the etag of if_match', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const input = { path: 'a.md', edits: once('one', 'two'), if_match: 'stale' };
    expect(await failTool(editFile, input, files)).toMatch(/^"a\.md" changed meanwhile/);
    await edit({ ...input, if_match: toEtag('one') }, files);
    expect(await readText(files, 'a.md')).toBe('two');
  });

  it('demands the etag of if_match of the file it writes, even where the reading did not', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    const careless: FileStore = {
      ...files,
      read: (path, { etag: _, ...options }) => files.read(path, options),
    };
    const input = { path: 'a.md', edits: once('one', 'two'), if_match: 'stale' };
    expect(await failTool(editFile, input, careless)).toMatch(/^"a\.md" changed meanwhile/);
  });

  it('cuts a long diff and says so', async () => {
    const text = Array.from({ length: 400 }, (_, index) => `a line of some length, number ${index}\n`).join(
      '',
    );
    const files = createMemoryFileStore({ files: { 'a.md': text } });
    const { diff, facts } = await edit(
      { edits: [{ old_text: 'line', new_text: 'row', replace_all: true }] },
      files,
    );
    expect(diff.length).toBeLessThan(20_100);
    expect(diff).toMatch(/\n\[the diff is cut here: \d+ more characters\]$/);
    expect(facts.replacements).toBe(400);
  });

  it('shows no diff of too many lines, and edits them all the same', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'x\n'.repeat(100_000) } });
    const { diff } = await edit({ edits: [{ old_text: 'x', new_text: 'y', replace_all: true }] }, files);
    expect(diff).toBe('[no diff is shown: there are too many changes, or they are too far apart]');
    expect(await readText(files, 'a.md')).toBe('y\n'.repeat(100_000));
  });

  it.each([
    [{ path: 'none' }, /no file "none"/],
    [{ path: 'dir' }, /^"dir" is a directory/],
    [{ path: 'c.bin' }, /^"c\.bin" is not UTF-8 text/],
    [{ path: 'large' }, /^"large" is 4194305 bytes long and at most 4194304 .* create_upload_url$/],
    [
      { edits: once('a', '\ud800') },
      /^new_text holds half of a character pair and nothing was changed: send valid Unicode$/,
    ],
    [
      { edits: once('a', '世'.repeat(2 ** 21)) },
      /^the file would become 6291456 bytes long, more than the 4194304/,
    ],
    [{ edits: once('a', 'x'.repeat(2 ** 22 + 1)) }, /^the file would become longer than 4194304 bytes/],
    [{ if_match: 'no etag' }, /^if_match is not an etag/],
  ])('answers %# with the remedy', async (input, sentence) => {
    const content = {
      'a.md': 'a',
      'dir/a': '',
      'c.bin': Uint8Array.from([0]),
      large: 'x'.repeat(2 ** 22 + 1),
    };
    const files = createMemoryFileStore({ files: content });
    expect(await failTool(editFile, { path: 'a.md', edits: once('a', 'b'), ...input }, files)).toMatch(
      sentence,
    );
    expect(await readText(files, 'a.md')).toBe('a');
  });

  it.each([
    { edits: [] },
    { edits: once('', 'x') },
    { edits: Array.from({ length: 51 }, () => once('a', 'b')).flat() },
    { edits: [{ oldText: 'a', newText: 'b' }] },
  ])('does not take %#', (input) => {
    expect(editFile.input.safeParse({ path: 'a.md', ...input }).success).toBe(false);
  });
});
