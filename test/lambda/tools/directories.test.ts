import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { copyDirectory } from '../../../lambda/tools/copy-directory.ts';
import { deleteDirectory } from '../../../lambda/tools/delete-directory.ts';
import { moveDirectory } from '../../../lambda/tools/move-directory.ts';
import type { Tool } from '../../../lambda/tools/tool.ts';
import { createMemoryFileStore, readText, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

/** The text and the facts that a tool answers. */
async function run(tool: Tool, input: Readonly<Record<string, unknown>>, files: FileStore) {
  const answer = await runTool(tool, input, files);
  const texts = 'content' in answer ? answer.content.map((block) => ('text' in block ? block.text : '')) : [];
  expect(texts).toHaveLength(2);
  return { text: texts[0] ?? '', facts: JSON.parse(texts[1] ?? '') };
}

/** Every file that is there, with its text. */
async function readAll(files: FileStore): Promise<Readonly<Record<string, string>>> {
  const { entries } = await files.list('' as never, { recursive: true, limit: 10_000, signal });
  const texts = entries.map(async ({ name }) => [name, await readText(files, name)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

const tree = { 'a/1': 'one', 'a/b/2': 'two', 'a.md': 'beside', 'ab/3': 'beside, too' };
const many = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`a/${10_000 + index}`, 'x']));

describe('delete_directory', () => {
  it('tells first what would go, and deletes nothing', async () => {
    const files = createMemoryFileStore({ files: tree });
    const { text, facts } = await run(deleteDirectory, { path: 'a/' }, files);
    expect(text).toBe('Would delete 2 files (6 bytes); nothing was deleted.\n1\nb/2');
    expect(facts).toEqual({ dry_run: true, files: 2, bytes: 6, complete: true });
    expect(await readAll(files)).toEqual(tree);
  });

  it('deletes what is below the directory and nothing beside it', async () => {
    const files = createMemoryFileStore({ files: tree });
    const { text, facts } = await run(deleteDirectory, { path: 'a', dry_run: false }, files);
    expect(text).toBe('Deleted 2 files. list_file_versions and restore_file bring one back.');
    expect(facts).toEqual({ files: 2, bytes: 6, complete: true });
    expect(await readAll(files)).toEqual({ 'a.md': 'beside', 'ab/3': 'beside, too' });
  });

  it('leaves a file that changes after it was listed, and tells of it', async () => {
    const files = createMemoryFileStore({ files: tree });
    const racing: FileStore = {
      ...files,
      delete: async (path, options) => {
        if (path === 'a/1') await writeText(files, 'a/1', 'changed');
        return files.delete(path, options);
      },
    };
    const { text, facts } = await run(deleteDirectory, { path: 'a', dry_run: false }, racing);
    expect(facts).toMatchObject({ files: 1, failed: 1, complete: true });
    expect(text).toContain('\na/1: "a/1" changed meanwhile');
    expect(await readAll(files)).toMatchObject({ 'a/1': 'changed' });
  });
});

describe('copy_directory', () => {
  it('tells first what would be copied, and what is in the way', async () => {
    const files = createMemoryFileStore({ files: { ...tree, 'c/b/2': 'in the way', 'c/z': 'other' } });
    const { text, facts } = await run(copyDirectory, { source: 'a', target: 'c' }, files);
    expect(text).toBe(
      'Would copy 2 files (6 bytes); nothing was changed.\n' + 'b/2 (exists at the target and would stay)\n1',
    );
    expect(facts).toEqual({ dry_run: true, files: 2, bytes: 6, existing_targets: 1, complete: true });
    expect(await readAll(files)).toMatchObject({ 'c/b/2': 'in the way' });
  });

  it('copies every file under the same name', async () => {
    const files = createMemoryFileStore({ files: tree });
    const { text } = await run(copyDirectory, { source: 'a', target: 'x/y', dry_run: false }, files);
    expect(text).toBe('Copied 2 files.');
    expect(await readAll(files)).toEqual({ ...tree, 'x/y/1': 'one', 'x/y/b/2': 'two' });
  });

  it('replaces what is in the way only when told', async () => {
    const files = createMemoryFileStore({ files: { ...tree, 'c/1': 'in the way' } });
    const input = { source: 'a', target: 'c', dry_run: false };
    const { text, facts } = await run(copyDirectory, input, files);
    expect(facts).toMatchObject({ files: 1, failed: 1 });
    expect(text).toMatch(/\na\/1: "c\/1" exists already .* pass overwrite true/);
    expect(await readAll(files)).toMatchObject({ 'c/1': 'in the way', 'c/b/2': 'two' });
    await run(copyDirectory, { ...input, overwrite: true }, files);
    expect(await readAll(files)).toMatchObject({ 'c/1': 'one' });
  });

  it('copies into the root', async () => {
    const files = createMemoryFileStore({ files: tree });
    await run(copyDirectory, { source: 'a', target: '', dry_run: false }, files);
    expect(await readAll(files)).toMatchObject({ '1': 'one', 'b/2': 'two' });
  });
});

describe('move_directory', () => {
  it('tells first what would move, and what is in the way', async () => {
    const files = createMemoryFileStore({ files: { ...tree, 'c/1': 'in the way' } });
    const { text } = await run(moveDirectory, { source: 'a', target: 'c' }, files);
    expect(text).toBe(
      'Would move 2 files (6 bytes); nothing was changed.\n' + '1 (exists at the target and would stay)\nb/2',
    );
    expect(await readAll(files)).toEqual({ ...tree, 'c/1': 'in the way' });
  });

  it('leaves every file at the target only, and goes back the same way', async () => {
    const files = createMemoryFileStore({ files: tree });
    const there = { source: 'a', target: 'x', dry_run: false };
    expect((await run(moveDirectory, there, files)).text).toBe('Moved 2 files.');
    expect(await readAll(files)).toEqual({
      'a.md': 'beside',
      'ab/3': 'beside, too',
      'x/1': 'one',
      'x/b/2': 'two',
    });
    await run(moveDirectory, { source: 'x', target: 'a', dry_run: false }, files);
    expect(await readAll(files)).toEqual(tree);
  });

  it('moves up out of its own directory', async () => {
    const files = createMemoryFileStore({ files: tree });
    await run(moveDirectory, { source: 'a/b', target: 'a', dry_run: false }, files);
    expect(await readAll(files)).toMatchObject({ 'a/1': 'one', 'a/2': 'two' });
  });

  it('keeps a file that changes after it was copied, and tells that both are there', async () => {
    const files = createMemoryFileStore({ files: tree });
    const racing: FileStore = {
      ...files,
      copy: async (source, ...rest) => {
        const copied = await files.copy(source, ...rest);
        if (source.path === 'a/1') await writeText(files, 'a/1', 'changed');
        return copied;
      },
    };
    const { text, facts } = await run(moveDirectory, { source: 'a', target: 'x', dry_run: false }, racing);
    expect(facts).toMatchObject({ files: 1, failed: 1 });
    expect(text).toMatch(/\na\/1: copied "a\/1" to "x\/1" .* changed meanwhile/);
    expect(await readAll(files)).toMatchObject({ 'a/1': 'changed', 'x/1': 'one', 'x/b/2': 'two' });
  });
});

describe.each([
  ['copy_directory', copyDirectory, { source: 'a', target: 'c' }],
  ['move_directory', moveDirectory, { source: 'a', target: 'c' }],
  ['delete_directory', deleteDirectory, { path: 'a' }],
])('%s', (_, tool, input) => {
  it('looks at all files in a dry run, and works on 500 at once', async () => {
    const files = createMemoryFileStore({ files: many });
    const dry = await run(tool, input, files);
    expect(dry.facts).toMatchObject({ files: 1_100, bytes: 1_100, complete: true });
    expect(dry.text).toContain('\nand 1050 more');
    const counts: number[] = [];
    let cursor: string | undefined;
    do {
      const { facts } = await run(tool, { ...input, dry_run: false, ...(cursor && { cursor }) }, files);
      counts.push(facts.files);
      cursor = facts.next_cursor;
    } while (cursor !== undefined);
    expect(counts).toEqual([500, 500, 100]);
  });

  it('works on the files in time, and goes on where the time was over', async () => {
    const files = createMemoryFileStore({ files: many });
    jest.useFakeTimers({ now: 0, doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const slow: FileStore = {
      ...files,
      list: (...call) => {
        jest.setSystemTime(Date.now() + 1);
        return files.list(...call);
      },
      copy: (...call) => {
        jest.setSystemTime(Date.now() + 1_000);
        return files.copy(...call);
      },
      delete: (...call) => {
        jest.setSystemTime(Date.now() + 1_000);
        return files.delete(...call);
      },
    };
    const { facts } = await run(tool, { ...input, dry_run: false }, slow).finally(() => jest.useRealTimers());
    expect(facts.complete).toBe(false);
    expect(facts.files).toBeGreaterThan(0);
    expect(facts.files).toBeLessThan(20);
    const rest = await run(tool, { ...input, dry_run: false, cursor: facts.next_cursor }, files);
    expect(rest.facts.files).toBe(500);
  });

  it('tells what it did until the listing failed', async () => {
    const files = createMemoryFileStore({ files: many });
    const failing: FileStore = {
      ...files,
      list: (path, options) => {
        if (path === 'a' && options.after) return Promise.reject(new Error('socket hang up'));
        return files.list(path, options);
      },
    };
    const { facts } = await run(tool, input, failing);
    expect(facts).toMatchObject({ files: 1_000, complete: false });
  });

  it('tells of each file that failed, and ends after twenty', async () => {
    const files = createMemoryFileStore({ files: many });
    const refuse: FileStore['delete'] & FileStore['copy'] = async () => {
      throw new FileStoreError({ code: 'denied', path: 'a/1' as never, action: 'write' });
    };
    const { facts } = await run(
      tool,
      { ...input, dry_run: false },
      { ...files, copy: refuse, delete: refuse },
    );
    expect(facts.complete).toBe(false);
    expect(facts.failed).toBeGreaterThanOrEqual(20);
    expect(facts.failed).toBeLessThan(40);
  });

  const [first] = Object.keys(input);
  it.each([
    ['the root', { [first ?? '']: '' }, /^the path is the root/],
    ['nothing', { [first ?? '']: 'none' }, /^There is nothing at "none"/],
    ['a file', { [first ?? '']: 'a.md' }, /^"a\.md" is a file/],
    ['a cursor for another directory', { cursor: 'none' }, /^the cursor/],
  ])('refuses %s', async (_, changed, sentence) => {
    const files = createMemoryFileStore({ files: tree });
    expect(await failTool(tool, { ...input, ...changed }, files)).toMatch(sentence);
  });
});

describe('a dry run on slow storage', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('says that it did not look at all names at the target', async () => {
    const target = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`c/${10_000 + index}`, 'y']),
    );
    const files = createMemoryFileStore({ files: { ...many, ...target } });
    let now = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const slow: FileStore = {
      ...files,
      list: async (...call) => {
        if (call[0] === 'c') now += 4_000;
        return files.list(...call);
      },
    };
    const { text, facts } = await run(copyDirectory, { source: 'a', target: 'c' }, slow);
    expect(facts).toMatchObject({ files: 1_100, existing_targets: 1_000 });
    expect(text).toContain('\nNot all names at the target were looked at');
    const whole = await run(copyDirectory, { source: 'a', target: 'c' }, files);
    expect(whole.facts).toMatchObject({ existing_targets: 1_100 });
    expect(whole.text).not.toContain('Not all names');
  });

  it('tells what would happen when the target does not answer in time', async () => {
    const files = createMemoryFileStore({ files: tree });
    const late = new Error('too late');
    jest.useFakeTimers();
    await run(copyDirectory, { source: 'a', target: 'c' }, files);
    expect(jest.getTimerCount()).toBe(0);
    const stuck: FileStore = {
      ...files,
      list: (directory, options) => {
        if (directory === 'a') return files.list(directory, options);
        jest.advanceTimersByTime(6_000);
        return Promise.reject(options.signal.reason);
      },
    };
    const { text } = await run(copyDirectory, { source: 'a', target: 'c' }, stuck);
    expect(text).toMatch(/^Would copy 2 files.*\nNot all names at the target were looked at/s);
    const down: FileStore = {
      ...files,
      list: (directory, options) =>
        directory === 'a' ? files.list(directory, options) : Promise.reject(late),
    };
    jest.useRealTimers();
    const outage = runTool(copyDirectory, { source: 'a', target: 'c' }, down);
    await expect(outage).rejects.toBe(late);
  });

  it('shows fewer names when they are long', async () => {
    const names = Array.from({ length: 50 }, (_, index) => [`a/${index}${'ab1-'.repeat(150)}`, 'x']);
    const files = createMemoryFileStore({ files: Object.fromEntries(names) });
    const { text } = await run(deleteDirectory, { path: 'a' }, files);
    expect(text).toMatch(/\nand \d+ more$/);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('a directory', () => {
  it.each(['a', 'a/', 'a/b', 'a/new/one'])(
    'is copied neither onto itself nor into itself: %s',
    async (target) => {
      const files = createMemoryFileStore({ files: tree });
      expect(await failTool(copyDirectory, { source: 'a', target }, files)).toContain(
        'choose another target',
      );
      await run(copyDirectory, { source: 'a', target: 'ab' }, files);
    },
  );
});
