import { createHash } from 'node:crypto';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { toCursor } from '../../../lambda/tools/input/cursor.ts';
import { listFiles } from '../../../lambda/tools/list-files.ts';
import { createMemoryFileStore, toEtag } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

/** A store that counts the pages it was asked for. */
function createCountingStore(paths: readonly string[]): FileStore & { pages: { limit: number }[] } {
  const files = createMemoryFileStore({ files: Object.fromEntries(paths.map((path) => [path, 'x'])) });
  const pages: { limit: number }[] = [];
  const list: FileStore['list'] = (directory, options) => {
    pages.push({ limit: options.limit });
    return files.list(directory, options);
  };
  return { ...files, list, pages };
}

const numbered = (count: number, toPath: (index: string) => string) =>
  Array.from({ length: count }, (_, index) => toPath(String(index).padStart(5, '0')));

type Input = Readonly<Record<string, unknown>>;

async function list(input: Input, files: FileStore) {
  const answer = await runTool(listFiles, input, files);
  // The output schema has checked its shape.
  const structured = answer.structured as {
    path: string;
    entries: { name: string; size?: number; files?: number; partial?: true }[];
    complete: boolean;
    scanned?: number;
    next_cursor?: string;
  };
  const names = structured.entries.map(({ name }) => name);
  return { ...structured, names, text: 'text' in answer ? answer.text : '' };
}

/** Every page, until there are no more. */
async function listAll(input: Input, files: FileStore) {
  const pages = [await list(input, files)];
  for (let cursor = pages[0]?.next_cursor; cursor !== undefined; cursor = pages.at(-1)?.next_cursor) {
    expect(pages.length).toBeLessThan(100);
    pages.push(await list({ ...input, cursor }, files));
  }
  return pages;
}

const paths = ['a.md', 'b/c.md', 'b/d/e.txt', 'b/d/f.md', 'b-1', 'z/😀.md'];

describe('list_files', () => {
  it('lists the root when no path is given, the same as data and as text', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'AAA', 'b/c.md': 'C' } });
    const { names, text, entries, ...facts } = await list({}, files);
    expect(facts).toEqual({ path: '', complete: true });
    expect(entries).toEqual([{ name: 'a.md', size: 3 }, { name: 'b/' }]);
    expect(text).toBe('2 listed in the root, sizes in bytes:\n3 a.md\nb/');
  });

  it('tells etags and times when asked', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'AAA', 'b/c.md': 'C' } });
    const { text, entries } = await list({ details: true }, files);
    const modified = expect.any(String);
    expect(entries).toEqual([{ name: 'a.md', size: 3, etag: toEtag('AAA'), modified }, { name: 'b/' }]);
    const [file] = entries as { modified?: string }[];
    expect(text).toContain(`\n3 a.md (${file?.modified}, etag ${toEtag('AAA')})\nb/`);
  });

  it('shows names with escapes for what hides in them', async () => {
    const files = createMemoryFileStore({ files: { 'a\u202etxt.exe': 'A', 'b\u200b/c': 'C' } });
    const { text, names } = await list({}, files);
    expect(names).toEqual(['a\\u202etxt.exe', 'b\\u200b/']);
    expect(text).toContain('\n1 a\\u202etxt.exe\nb\\u200b/');
  });

  it('costs at most 4,000 tokens for 200 short names, text and data together', async () => {
    const contents = Array.from({ length: 200 }, (_, index) => [
      `note-${String(index).padStart(3, '0')}.md`,
      'x'.repeat(1_000 + index * 37),
    ]);
    const answer = await runTool(
      listFiles,
      {},
      createMemoryFileStore({ files: Object.fromEntries(contents) }),
    );
    const text = 'text' in answer ? answer.text : '';
    expect(text.split('\n')).toHaveLength(201);
    expect(countTokens(text) + countTokens(JSON.stringify(answer.structured))).toBeLessThan(4_000);
  });

  it.each<[Input, string[]]>([
    [{ path: '' }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ path: '/' }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ path: 'b' }, ['c.md', 'd/']],
    [{ path: '/b/' }, ['c.md', 'd/']],
    [{ path: 'b', recursive: true }, ['c.md', 'd/e.txt', 'd/f.md']],
    [{ recursive: true }, ['a.md', 'b-1', 'b/c.md', 'b/d/e.txt', 'b/d/f.md', 'z/😀.md']],
    [{ path: 'none' }, []],
    [{ glob: '*', recursive: false }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ glob: 'b*', recursive: false }, ['b-1', 'b/']],
    [{ glob: '*.md', recursive: false }, ['a.md']],
    [{ glob: '*' }, ['a.md', 'b-1', 'b/c.md', 'b/d/e.txt', 'b/d/f.md', 'z/😀.md']],
    [{ glob: '*.md' }, ['a.md', 'b/c.md', 'b/d/f.md', 'z/😀.md']],
    [{ glob: '*.{txt,rst}' }, ['b/d/e.txt']],
    [{ glob: '*.md', path: 'b' }, ['c.md', 'd/f.md']],
    [{ exclude: 'b' }, ['a.md', 'b-1', 'z/']],
    [{ exclude: 'b/' }, ['a.md', 'b-1', 'z/']],
    [{ exclude: '*.md', recursive: true }, ['b-1', 'b/d/e.txt']],
    [{ exclude: 'd', recursive: true }, ['a.md', 'b-1', 'b/c.md', 'z/😀.md']],
    [{ exclude: '{d,z}', glob: '*.md' }, ['a.md', 'b/c.md']],
    [{ exclude: 'b/d', glob: '*.md' }, ['a.md', 'b/c.md', 'z/😀.md']],
    [{ exclude: 'b', glob: 'b/d/*' }, []],
    [{ glob: '**' }, ['a.md', 'b-1', 'b/c.md', 'b/d/e.txt', 'b/d/f.md', 'z/😀.md']],
    [{ glob: '**.md' }, ['a.md', 'b/c.md', 'b/d/f.md', 'z/😀.md']],
    [{ glob: 'b/**' }, ['b/c.md', 'b/d/e.txt', 'b/d/f.md']],
    [{ glob: 'd/**', path: 'b' }, ['d/e.txt', 'd/f.md']],
    [{ glob: '*.md', recursive: true }, ['a.md', 'b/c.md', 'b/d/f.md', 'z/😀.md']],
    [{ glob: '?.md', recursive: true }, ['a.md', 'b/c.md', 'b/d/f.md', 'z/😀.md']],
    [{ glob: '/*.md' }, ['a.md']],
    [{ glob: 'b/*.md' }, ['b/c.md']],
    [{ glob: 'b/**/*.md' }, ['b/c.md', 'b/d/f.md']],
    [{ glob: 'd/*', path: 'b' }, ['d/e.txt', 'd/f.md']],
    [{ glob: 'b/d/e.txt' }, ['b/d/e.txt']],
    [{ glob: 'none/*' }, []],
  ])('given %j lists %j', async (input, expected) => {
    const files = createCountingStore(paths);
    for (const limit of [1, 2, 200]) {
      const pages = await listAll({ ...input, limit }, files);
      expect(pages.flatMap(({ names }) => names)).toEqual(expected);
      expect(pages.every(({ names }) => names.length <= limit)).toBe(true);
    }
  });

  it('pages on with a cursor that stands in the text too', async () => {
    const files = createCountingStore(paths);
    const page = await list({ limit: 2 }, files);
    expect([page.names, page.complete]).toEqual([['a.md', 'b-1'], false]);
    expect(page.text.split('\n').at(-1)).toBe(
      `There can be more: call again with cursor ${page.next_cursor}`,
    );
    const next = await list({ limit: 200, cursor: page.next_cursor }, files);
    expect([next.names, next.complete, next.next_cursor]).toEqual([['b/', 'z/'], true, undefined]);
  });

  it('asks the store for one page of what is answered', async () => {
    const files = createCountingStore(numbered(1_500, (index) => `many/${index}`));
    const first = await list({ path: 'many' }, files);
    expect([first.names.length, first.complete]).toEqual([200, false]);
    expect(files.pages).toEqual([{ limit: 200 }]);
    const pages = await listAll({ path: 'many', limit: 750 }, files);
    expect(pages.map(({ names }) => names.length)).toEqual([750, 750]);
    expect(files.pages).toHaveLength(3);
  });

  it.each<Input>([{ path: 'many' }, { path: 'many', glob: '*' }, { path: 'many', recursive: true }])(
    'given %j fits each answer to what clients show, and leaves nothing out',
    async (input) => {
      const names = numbered(
        1_500,
        (index) => `${index} ${createHash('sha256').update(index).digest('hex')}.md`,
      );
      const files = createCountingStore(names.map((name) => `many/${name}`));
      for (const [limit, most] of [
        [200, 10_000],
        [1_000, 24_000],
      ] as const) {
        const pages = await listAll({ ...input, limit }, files);
        expect(pages.flatMap((page) => page.names)).toEqual(names);
        for (const { names: _, text, ...data } of pages) {
          const tokens = countTokens(text) + countTokens(JSON.stringify(data));
          expect(tokens).toBeLessThan(most);
          if (limit === 200) expect(text.length + JSON.stringify(data).length).toBeLessThan(50_000);
        }
        expect(pages[0]?.complete).toBe(false);
      }
    },
  );

  it('tells a path where nothing is from a directory where nothing matches', async () => {
    const files = createCountingStore(paths);
    for (const input of [{ path: 'none' }, { path: 'none', glob: '*' }, { path: 'none', recursive: true }]) {
      expect(await list(input, files)).toMatchObject({
        text: 'There is nothing at "none": call list_files without path to see what is there.',
        entries: [],
        complete: true,
      });
    }
    expect((await list({ path: 'b', glob: 'x' }, files)).text).toBe('None listed of 3 scanned in "b":');
    expect((await list({ path: 'b', glob: 'x', recursive: false }, files)).text).toBe(
      'None listed of 2 scanned in "b":\nWhat lies in its directories was not looked at: leave recursive out.',
    );
    expect((await list({ path: 'b', glob: 'x/*' }, files)).text).toBe('None listed of 0 scanned in "b":');
    expect((await list({}, createCountingStore([]))).text).toBe('None listed in the root:');
  });

  it.each<Input>([{ path: 'a.md' }, { path: 'a.md/' }, { path: 'a.md', glob: '*' }])(
    'says of %j that it is a file',
    async (input) => {
      expect(await failTool(listFiles, input, createCountingStore(paths))).toBe(
        '"a.md" is a file: call read_file to read it',
      );
    },
  );

  it('asks what a path is only when a first page is empty, and once', async () => {
    const files = createCountingStore(paths);
    let asked = 0;
    const stat: FileStore['stat'] = (path, options) => {
      asked += 1;
      return files.stat(path, options);
    };
    await listAll({ limit: 1, path: 'b' }, { ...files, stat });
    await list({ path: 'b', glob: 'x' }, { ...files, stat });
    expect(asked).toBe(0);
    await list({ path: 'none' }, { ...files, stat });
    expect(asked).toBe(1);
    const outage = () => Promise.reject(new Error('SlowDown'));
    await expect(list({ path: 'none' }, { ...files, stat: outage })).rejects.toThrow('SlowDown');
    const archived = () => Promise.reject(new FileStoreError({ code: 'is_directory', path: 'x' as never }));
    expect((await list({ path: 'none' }, { ...files, stat: archived })).text).toBe('None listed in "none":');
  });

  it.each(['', '\ud800', 'x'.repeat(3_000)])('refuses a made-up cursor behind the name %j', async (name) => {
    const query = { tool: 'list_files', path: 'b', details: false };
    const cursor = await toCursor(query, { after: { kind: 'file', name } });
    expect(await failTool(listFiles, { path: 'b', cursor }, createCountingStore(paths))).toBe(
      'the cursor is too old: call again without cursor',
    );
  });

  it('ends a scan that matches nothing, says so, and goes on', async () => {
    const files = createCountingStore([...numbered(10_001, (index) => `many/${index}`), 'many/x.md']);
    const first = await list({ path: 'many', glob: '*.md' }, files);
    expect(first).toMatchObject({ names: [], complete: false, scanned: 10_000 });
    expect(first.text).toBe(
      `None listed of 10000 scanned in "many":\nThere can be more: call again with cursor ${first.next_cursor}`,
    );
    expect(files.pages).toHaveLength(10);
    const second = await list({ path: 'many', glob: '*.md', cursor: first.next_cursor }, files);
    expect(second).toMatchObject({ names: ['x.md'], complete: true, scanned: 2 });
  });

  it.each([{}, { glob: '*', recursive: false }, { glob: 'dir/*' }])(
    'goes on behind what is never shown, where that is all there is on many pages: %j',
    async (input) => {
      const files = createMemoryFileStore({ files: { z: 'Z', 'dir/z': 'Z' } });
      let isFirst = true;
      const hiding: FileStore = {
        ...files,
        list: async (directory, options) => {
          if (!isFirst) return files.list(directory, options);
          isFirst = false;
          return { entries: [], truncated: true, after: { kind: 'directory', name: 'm/' } };
        },
      };
      const [first, second, ...more] = await listAll(input, hiding);
      expect(first).toMatchObject({ names: [], complete: false });
      expect(second?.names).toEqual(input.glob === 'dir/*' ? ['dir/z'] : ['z']);
      expect(more).toEqual([]);
    },
  );

  it('scans only the directory that a glob names', async () => {
    const files = createCountingStore([...numbered(3_000, (index) => `many/${index}`), 'zoo/x/a.md']);
    expect(await list({ glob: 'zoo/x/*.md' }, files)).toMatchObject({
      names: ['zoo/x/a.md'],
      complete: true,
      scanned: 1,
    });
    expect(files.pages).toHaveLength(1);
  });

  it.each<[Input, string | RegExp]>([
    [{ path: '../x' }, 'the path holds the segment "..": write the path from the root'],
    [{ path: 'a\\b' }, /^the path holds "\\"/],
    [{ path: 'a//b' }, /^the path holds an empty segment/],
    [{ glob: '../*' }, 'the path holds the segment "..": write the path from the root'],
    [{ glob: '[a' }, /^the glob "\[a" does not close a "\["/],
    [{ exclude: '!a' }, /^the glob "!a" begins with "!"/],
    [{ depth: 1, recursive: true }, 'depth and recursive exclude each other: leave one of them out'],
    [{ cursor: 'garbage' }, /^the cursor is not one/],
  ])('refuses %j with the remedy', async (input, sentence) => {
    expect(await failTool(listFiles, input, createCountingStore(paths))).toMatch(sentence);
  });

  it.each<Input>([
    { path: 'b' },
    { recursive: true },
    { glob: '*' },
    { exclude: 'x' },
    { depth: 1 },
    { details: true },
  ])('refuses a cursor made without %j', async (input) => {
    const files = createCountingStore(paths);
    const { next_cursor: cursor } = await list({ limit: 1 }, files);
    expect(await failTool(listFiles, { ...input, cursor }, files)).toBe(
      'the cursor was made for other arguments: call again without cursor',
    );
  });

  it.each<Input>([{ limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { glob: '' }, { glob: 'x'.repeat(257) }])(
    'takes no %j',
    (input) => {
      expect(listFiles.input.safeParse(input).success).toBe(false);
    },
  );

  it.each<[string, string[]]>([
    ['!*.ts', ['exclude', String.raw`"\!"`]],
    ['*.ts|*.js', ['{a,b}', String.raw`"\|"`]],
    ['@(x).ts', ['{a,b}', String.raw`"\("`]],
    ['+(a|b)', ['{a,b}']],
    ['{1..3}.md', ['[1-3]', '{1,2,3}']],
    ['[[:alpha:]].md', ['[a-z]']],
  ])('refuses the glob %s, and says what to write', async (glob, remedies) => {
    const sentence = await failTool(listFiles, { glob }, createCountingStore(paths));
    for (const remedy of remedies) expect(sentence).toContain(remedy);
  });

  it('passes over the pages of a directory that is left out', async () => {
    const names = numbered(5_000, (index) => `node_modules/x/${index}`);
    const files = createCountingStore(['a.ts', ...names, 'z.ts']);
    const found = await list({ glob: '*', exclude: 'node_modules' }, files);
    expect(found).toMatchObject({ names: ['a.ts', 'z.ts'], complete: true });
    expect(files.pages).toHaveLength(2);
  });
});

describe('list_files as a tree', () => {
  const tree = createMemoryFileStore({
    files: {
      'a.md': '1',
      'b/c.md': '22',
      'b/d/e.txt': '333',
      'b/d/f/g.md': '4444',
      'b-1': '5',
      'z/y/x/w.md': '666666',
    },
  });

  it('shows the levels that are asked for, with all that lies below summed', async () => {
    const { text, entries, ...facts } = await list({ depth: 2 }, tree);
    expect(entries).toEqual([
      { name: 'a.md', size: 1 },
      { name: 'b-1', size: 1 },
      { name: 'b/', size: 9, files: 3 },
      { name: 'b/c.md', size: 2 },
      { name: 'b/d/', size: 7, files: 2 },
      { name: 'z/', size: 6, files: 1 },
      { name: 'z/y/', size: 6, files: 1 },
    ]);
    expect(text).toBe(
      [
        '7 listed of 6 scanned in the root, sizes in bytes:',
        '1 a.md',
        '1 b-1',
        '9 b/ (3 files)',
        '  2 c.md',
        '  7 d/ (2 files)',
        '6 z/ (1 file)',
        '  6 y/ (1 file)',
      ].join('\n'),
    );
    expect(facts).toMatchObject({ path: '', complete: true, scanned: 6 });
    const below = await list({ depth: 1, path: 'b', glob: '*.md' }, tree);
    expect(below.entries).toEqual([
      { name: 'c.md', size: 2 },
      { name: 'd/', size: 4, files: 1 },
    ]);
    expect((await list({ depth: 1, exclude: '{b,z}' }, tree)).names).toEqual(['a.md', 'b-1']);
  });

  it('has the same sums, whatever the pages', async () => {
    const whole = await list({ depth: 3 }, tree);
    for (const limit of [1, 2, 3, 5]) {
      const pages = await listAll({ depth: 3, limit }, tree);
      const last = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.name, entry])));
      expect([...last.values()].sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual(
        [...whole.entries].sort((one, other) => (one.name < other.name ? -1 : 1)),
      );
      for (const { entries } of pages.slice(0, -1)) {
        for (const entry of entries.filter(({ partial }) => partial)) {
          expect(last.get(entry.name)?.partial).toBeUndefined();
        }
      }
    }
  });

  it('says of a directory that goes on that its sum is not whole yet, and sums on behind the cursor', async () => {
    const files = createCountingStore([...numbered(10_500, (index) => `many/${index}`), 'z']);
    const first = await list({ depth: 1 }, files);
    expect(first).toMatchObject({
      entries: [{ name: 'many/', files: 10_000, partial: true }],
      complete: false,
    });
    expect(first.text).toContain('\n10000 many/ (at least 10000 files)\n');
    const second = await list({ depth: 1, cursor: first.next_cursor }, files);
    expect(second.entries).toEqual([
      { name: 'many/', files: 10_500, size: 10_500 },
      { name: 'z', size: 1 },
    ]);
  });
});

describe('list_files on slow storage', () => {
  /** A store of which each page takes so long, by a clock that only it moves. */
  function createSlowStore(paths: readonly string[], milliseconds: number): FileStore {
    const files = createCountingStore(paths);
    let now = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    return {
      ...files,
      list: async (...call) => {
        const page = await files.list(...call);
        now += milliseconds;
        return page;
      },
    };
  }

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each<Input>([{ glob: '*.md' }, { depth: 1, glob: '*.md' }])(
    'ends in time with what it has, and goes on: %j',
    async (input) => {
      const names = numbered(9_000, (index) => `many/${index}`);
      const files = createSlowStore([...names, 'many/x.md'], 3_000);
      const first = await list(input, files);
      expect(first).toMatchObject({ names: [], complete: false, scanned: 4_000 });
      const pages = await listAll(input, files);
      expect(pages.map(({ scanned }) => scanned)).toEqual([4_000, 4_000, 1_001]);
      expect(pages.at(-1)?.names).toEqual([input.depth ? 'many/' : 'many/x.md']);
    },
  );

  it('goes on behind the pages that came when the next one is given up', async () => {
    const files = createCountingStore(numbered(3_000, (index) => `many/${index}`));
    jest.useFakeTimers();
    let pages = 0;
    const hanging: FileStore = {
      ...files,
      list: (directory, options) => {
        pages += 1;
        if (pages < 3) return files.list(directory, options);
        jest.advanceTimersByTime(18_000);
        return Promise.reject(options.signal.reason);
      },
    };
    expect(await list({ glob: '*.md' }, hanging)).toMatchObject({ complete: false, scanned: 2_000 });
    pages = 2;
    await expect(list({ glob: '*.md' }, hanging)).rejects.toThrow('the time of the call is over');
  });
});
