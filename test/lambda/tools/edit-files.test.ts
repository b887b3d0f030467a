import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { editFiles } from '../../../lambda/tools/edit-files.ts';
import { createMemoryFileStore, readText, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

/** The text and the facts that the tool answers. */
async function edit(input: Readonly<Record<string, unknown>>, files: FileStore) {
  const answer = await runTool(editFiles, { old_text: 'old', new_text: 'new', ...input }, files);
  const texts = 'content' in answer ? answer.content.map((block) => ('text' in block ? block.text : '')) : [];
  expect(texts).toHaveLength(2);
  return { text: texts[0] ?? '', facts: JSON.parse(texts[1] ?? '') };
}

const docs = {
  'docs/a.md': 'old and old\n',
  'docs/b/c.md': 'older\n',
  'docs/d.txt': 'old',
  'docs/e.md': 'nothing',
  'docs/empty.md': '',
  'docs/f.bin': Uint8Array.from([0, 1, 2]),
  'other.md': 'old',
};

describe('edit_files', () => {
  it('counts first and writes nothing', async () => {
    const files = createMemoryFileStore({ files: docs });
    const { text, facts } = await edit({ path: 'docs' }, files);
    expect(text).toBe(
      'Would replace 4 places in 3 files; nothing was written.\ndocs/a.md: 2\ndocs/b/c.md: 1\ndocs/d.txt: 1\n' +
        '[not UTF-8 text, and left as it is: docs/f.bin]',
    );
    expect(facts).toEqual({
      dry_run: true,
      files: 3,
      replacements: 4,
      files_searched: 5,
      complete: true,
    });
    expect(await readText(files, 'docs/a.md')).toBe('old and old\n');
  });

  it('replaces everywhere below the directory, and names the versions that undo it', async () => {
    const files = createMemoryFileStore({ files: docs });
    const { text, facts } = await edit({ path: 'docs', glob: '*.md', dry_run: false }, files);
    expect(text).toBe(
      'Replaced 3 places in 2 files.\ndocs/a.md: 2, undo with v1\ndocs/b/c.md: 1, undo with v2',
    );
    expect(facts).toEqual({ files: 2, replacements: 3, files_searched: 4, complete: true });
    const paths = ['docs/a.md', 'docs/b/c.md', 'docs/d.txt', 'other.md'];
    expect(await Promise.all(paths.map((path) => readText(files, path)))).toEqual([
      'new and new\n',
      'newer\n',
      'old',
      'old',
    ]);
  });

  it('leaves out what is excluded, directories as a whole', async () => {
    const files = createMemoryFileStore({ files: docs });
    const { text } = await edit({ exclude: '{b,*.txt}' }, files);
    expect(text).toMatch(/^Would replace 3 places in 2 files/);
    expect(text).toMatch(/\ndocs\/a\.md: 2\nother\.md: 1\n\[not UTF-8/);
  });

  it('leaves longer words alone when told', async () => {
    const content = 'old older _old old1 bold; old.\u00e4old';
    const files = createMemoryFileStore({ files: { 'a.md': content } });
    await edit({ whole_word: true, dry_run: false }, files);
    expect(await readText(files, 'a.md')).toBe('new older _old old1 bold; new.\u00e4old');
  });

  it('goes on where the call before ended, and changes no file twice', async () => {
    const contents = Object.fromEntries(
      Array.from({ length: 520 }, (_, index) => [
        `f${String(index).padStart(3, '0')}.md`,
        index % 4 ? 'x' : 'old',
      ]),
    );
    const files = createMemoryFileStore({ files: contents });
    const input = { new_text: 'old old', dry_run: false };
    const first = await edit(input, files);
    expect(first.facts).toMatchObject({ files: 125, complete: false });
    const second = await edit({ ...input, cursor: first.facts.next_cursor }, files);
    expect(second.facts).toMatchObject({ files: 5, complete: true });
    for (const [path, content] of Object.entries(contents)) {
      expect(await readText(files, path)).toBe(content === 'old' ? 'old old' : 'x');
    }
    expect(
      await failTool(editFiles, { ...input, old_text: 'x', cursor: first.facts.next_cursor }, files),
    ).toContain('was made for other arguments');
  });

  it('ends an answer that is full', async () => {
    const contents = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`${1_000 + index}${'-ab1'.repeat(20)}.md`, 'old']),
    );
    const files = createMemoryFileStore({ files: contents });
    const first = await edit({}, files);
    expect(first.facts.complete).toBe(false);
    expect(countTokens(first.text)).toBeLessThan(10_000);
    let seen = first.facts.files;
    for (let cursor = first.facts.next_cursor; cursor; ) {
      const { facts } = await edit({ cursor }, files);
      seen += facts.files;
      cursor = facts.next_cursor;
    }
    expect(seen).toBe(400);
  });

  it('never overwrites what somebody else writes meanwhile, and makes its change on that', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old', 'b.md': 'old' } });
    let isFirst = true;
    const racing: FileStore = {
      ...files,
      write: async (path, ...rest) => {
        if (path === 'a.md' && isFirst) {
          isFirst = false;
          await writeText(files, 'a.md', 'old and theirs');
        }
        return files.write(path, ...rest);
      },
    };
    await edit({ dry_run: false }, racing);
    expect([await readText(files, 'a.md'), await readText(files, 'b.md')]).toEqual(['new and theirs', 'new']);
  });

  it('writes nothing over a file in which somebody else has replaced the text meanwhile', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old' } });
    let writes = 0;
    const racing: FileStore = {
      ...files,
      write: async (...call) => {
        writes += 1;
        await writeText(files, 'a.md', 'theirs');
        return files.write(...call);
      },
    };
    const { facts } = await edit({ dry_run: false }, racing);
    expect(facts).toMatchObject({ files: 0, replacements: 0 });
    expect([await readText(files, 'a.md'), writes]).toEqual(['theirs', 1]);
  });

  it('makes no file longer than what can be edited', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': `old${'x'.repeat(2 ** 22 - 3)}` } });
    const { text } = await edit({ new_text: '€', dry_run: false }, files);
    expect(text).toMatch(/^Replaced 1 place in 1 file\./);
    const { text: refused } = await edit({ old_text: 'x', new_text: '€', dry_run: false }, files);
    expect(refused).toContain('a.md: ');
    expect((await files.stat(readFilePath('a.md'), { signal })).size).toBe(2 ** 22);
  });

  it('tells of a file that it could not change, and changes the others', async () => {
    const files = createMemoryFileStore({
      files: { 'a.md': 'old', 'b.md': 'old', 'c.md': 'old', large: 'x'.repeat(2 ** 22 + 1) },
    });
    const outage = new Error('socket hang up');
    const failing: FileStore = {
      ...files,
      write: async (path, ...rest) => {
        if (path === 'a.md') throw outage;
        if (path === 'b.md') throw new FileStoreError({ code: 'denied', path, action: 'write' });
        return files.write(path, ...rest);
      },
    };
    const { text, facts } = await edit({ dry_run: false }, failing);
    expect(facts).toMatchObject({ files: 1, failed: 3, complete: true });
    expect(text).toContain(
      'Replaced 1 place in 1 file.\nc.md: 1, undo with v3\nFailed; unchanged unless it says otherwise:\na.md: the file store',
    );
    expect(text).toMatch(/\nb\.md: this server is not allowed to write "b\.md"/);
    expect(text).toMatch(/\nlarge: "large" is 4194305 bytes long/);
    expect(await readText(files, 'c.md')).toBe('new');
  });

  it('is an outage where no file can be read', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old' } });
    const outage = new Error('socket hang up');
    const failing: FileStore = { ...files, read: () => Promise.reject(outage) };
    await expect(runTool(editFiles, { old_text: 'a', new_text: 'b' }, failing)).rejects.toBe(outage);
  });

  it('begins no more files when twenty have failed', async () => {
    const contents = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`${100 + index}.md`, 'old']),
    );
    const files = createMemoryFileStore({ files: contents });
    const failing: FileStore = {
      ...files,
      write: async (path) => {
        throw new FileStoreError({ code: 'denied', path: readFilePath(path), action: 'write' });
      },
    };
    const { facts } = await edit({ dry_run: false }, failing);
    expect(facts.complete).toBe(false);
    expect(facts.failed).toBeLessThan(30);
  });

  it.each([
    [{ old_text: 'a', new_text: 'a' }, /^old_text and new_text are the same/],
    [{ new_text: '\ud800' }, /^new_text holds half of a character pair/],
    [{ new_text: '\0' }, /^new_text holds a NUL character/],
    [{ path: '../a' }, /^the path holds the segment/],
    [{ cursor: 'none' }, /^the cursor/],
  ])('answers %# with the remedy', async (input, sentence) => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old' } });
    expect(await failTool(editFiles, { old_text: 'old', new_text: 'new', ...input }, files)).toMatch(
      sentence,
    );
  });
});

describe('the files that edit_files has in memory at once', () => {
  it.each([
    ['four small ones', 10, 4],
    ['one of the largest', 4 * 1024 ** 2, 1],
    ['two of half that size', 2 * 1024 ** 2, 2],
  ])('are at most %s', async (_, size, most) => {
    const content = 'old'.padEnd(size, '.');
    const contents = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}.md`, content]));
    const files = createMemoryFileStore({ files: contents });
    const [read, write] = [files.read.bind(files), files.write.bind(files)];
    let present = 0;
    let peak = 0;
    jest.spyOn(files, 'read').mockImplementation(async (...call) => {
      present += 1;
      peak = Math.max(peak, present);
      await new Promise(setImmediate);
      return read(...call);
    });
    jest.spyOn(files, 'write').mockImplementation(async (...call) => {
      await new Promise(setImmediate);
      present -= 1;
      return write(...call);
    });
    const { facts } = await edit({ new_text: 'NEW', dry_run: false }, files);
    expect(facts).toMatchObject({ files: 6, complete: true });
    expect(peak).toBe(most);
  });
});
