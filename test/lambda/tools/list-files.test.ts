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
    entries: { name: string; kind: string }[];
    complete: boolean;
    scanned?: number;
    next_cursor?: string;
  };
  const names = structured.entries.map(({ name, kind }) => (kind === 'directory' ? `${name}/` : name));
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
    expect(entries).toEqual([
      { name: 'a.md', kind: 'file', size: 3, etag: toEtag('AAA'), modified: expect.any(String) },
      { name: 'b', kind: 'directory' },
    ]);
    const [file] = entries as { modified?: string }[];
    expect(text).toBe(`2 listed in the root:\na.md (3 bytes, ${file?.modified}, etag ${toEtag('AAA')})\nb/`);
  });

  it.each<[Input, string[]]>([
    [{ path: '' }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ path: '/' }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ path: 'b' }, ['c.md', 'd/']],
    [{ path: '/b/' }, ['c.md', 'd/']],
    [{ path: 'b', recursive: true }, ['c.md', 'd/e.txt', 'd/f.md']],
    [{ recursive: true }, ['a.md', 'b-1', 'b/c.md', 'b/d/e.txt', 'b/d/f.md', 'z/😀.md']],
    [{ path: 'none' }, []],
    [{ glob: '*' }, ['a.md', 'b-1', 'b/', 'z/']],
    [{ glob: 'b*' }, ['b-1', 'b/']],
    [{ glob: '*.md' }, ['a.md']],
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
    'given %j ends a page at 64 KiB of text, and leaves nothing out',
    async (input) => {
      const names = numbered(1_500, (index) => `${index}${'x'.repeat(100)}`);
      const files = createCountingStore(names.map((name) => `many/${name}`));
      const pages = await listAll({ ...input, limit: 1_000 }, files);
      expect(pages.flatMap((page) => page.names)).toEqual(names);
      for (const { text } of pages) expect(text.length).toBeLessThan(67 * 1024);
      expect(pages[0]?.text.length).toBeGreaterThan(64 * 1024);
      expect(pages[0]?.complete).toBe(false);
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
    expect((await list({ path: 'b', glob: 'x' }, files)).text).toBe('None listed of 2 scanned in "b":');
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
    const query = { tool: 'list_files', path: 'b', recursive: false };
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

  it.each([{}, { glob: '*' }, { glob: 'dir/*' }])(
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
    [{ cursor: 'garbage' }, 'the cursor is none that this server made: call again without cursor'],
  ])('refuses %j with the remedy', async (input, sentence) => {
    expect(await failTool(listFiles, input, createCountingStore(paths))).toMatch(sentence);
  });

  it.each<Input>([{ path: 'b' }, { recursive: true }, { glob: '*' }])(
    'refuses a cursor made without %j',
    async (input) => {
      const files = createCountingStore(paths);
      const { next_cursor: cursor } = await list({ limit: 1 }, files);
      expect(await failTool(listFiles, { ...input, cursor }, files)).toBe(
        'the cursor was made for other arguments: call again without cursor',
      );
    },
  );

  it.each<Input>([{ limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { glob: '' }, { glob: 'x'.repeat(257) }])(
    'takes no %j',
    (input) => {
      expect(listFiles.input.safeParse(input).success).toBe(false);
    },
  );
});
