import { readDirectoryPath, readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { type ContentFound, searchContents } from '../../../lambda/search/contents.ts';
import { searchLimits } from '../../../lambda/search/limits.ts';
import { readLinePattern } from '../../../lambda/search/line-pattern.ts';
import type { SearchPosition } from '../../../lambda/search/plan.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';

const mebibyte = 1024 * 1024;

interface Options {
  readonly limit?: number;
  readonly limits?: Partial<typeof searchLimits>;
  readonly start?: SearchPosition;
  readonly signal?: AbortSignal;
  readonly reportProgress?: (files: number) => Promise<void>;
}

async function search(files: FileStore, options: Options = {}): Promise<ContentFound> {
  const { limit = 50, limits, start = {}, signal = new AbortController().signal } = options;
  const pattern = await readLinePattern('hit', { regex: false, caseSensitive: true });
  return searchContents(
    files,
    { directory: readDirectoryPath(''), pattern, context: 0, limit, start },
    {
      limits: { ...searchLimits, ...limits },
      signal,
      reportProgress: options.reportProgress ?? (async () => {}),
    },
  );
}

const shown = ({ files }: ContentFound) =>
  files.flatMap(({ path, lines }) => lines.map(({ number, text }) => `${path}:${number}:${text}`));

const toFiles = (count: number, toContent: (index: number) => string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`f${String(index).padStart(3, '0')}`, toContent(index)]),
  );

/** Watches what is read of a store. */
function watch(files: FileStore) {
  const reads: { path: string; start: number; length: number }[] = [];
  let running = 0;
  const watched = { ...files, reads, mostAtOnce: 0 };
  watched.read = async (path, options) => {
    running += 1;
    watched.mostAtOnce = Math.max(watched.mostAtOnce, running);
    reads.push({ path, start: options.start, length: options.length });
    await new Promise(setImmediate);
    const range = await files.read(path, options);
    running -= 1;
    return range;
  };
  return watched;
}

describe('a search of contents', () => {
  it('reads files side by side, eight at most, and answers in the order of their names', async () => {
    const files = createMemoryFileStore({ files: toFiles(40, (index) => `hit ${index}`) });
    const store = watch({
      ...files,
      read: async (path, options) => {
        await new Promise((resolve) => setTimeout(resolve, path.endsWith('0') ? 20 : 0));
        return files.read(path, options);
      },
    });
    const found = await search(store);
    expect(shown(found)).toEqual(
      Array.from({ length: 40 }, (_, index) => `f${String(index).padStart(3, '0')}:1:hit ${index}`),
    );
    expect(store.mostAtOnce).toBe(8);
    expect(store.reads).toHaveLength(40);
  });

  it('reads a small file with one request and an empty one with none', async () => {
    const store = watch(createMemoryFileStore({ files: { a: 'hit', empty: '' } }));
    await search(store);
    expect(store.reads).toEqual([{ path: 'a', start: 0, length: 64 * 1024 }]);
  });

  it('reads of content that is no text only its beginning', async () => {
    const store = watch(createMemoryFileStore({ files: { 'a.bin': new Uint8Array(4 * mebibyte) } }));
    expect(await search(store)).toMatchObject({ searched: 0, binary: 1 });
    expect(store.reads).toHaveLength(1);
  });

  it('reads no further when it has found enough', async () => {
    const store = watch(createMemoryFileStore({ files: { a: `hit\n${'x\n'.repeat(mebibyte)}` } }));
    expect(await search(store, { limit: 1 })).toMatchObject({ matches: 1, end: 'matches' });
    expect(store.reads).toHaveLength(1);
  });

  it('goes on with a file of which nothing fitted into the answer any more', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'x\nhit', c: 'hit' } });
    const found = await search(files, { limits: { characters: 5 } });
    expect([shown(found), found.end]).toEqual([['a:1:hit'], 'characters']);
    expect(shown(await search(files, { start: found.position }))).toEqual(['b:2:hit', 'c:1:hit']);
  });

  it('searches the first 8 MiB of a file of 2 GB, reading not more than 256 KiB of it at a time', async () => {
    const empty = createMemoryFileStore({ files: { 'big.log': 'x' } });
    const size = 2 * 1024 ** 3;
    const line = new TextEncoder().encode(`${'x'.repeat(63)}\n`);
    const store = watch({
      ...empty,
      list: async (directory, options) => {
        const { entries, truncated } = await empty.list(directory, options);
        return { entries: entries.map((entry) => ({ ...entry, size })), truncated };
      },
      read: async (path, { start, length, ...options }) => {
        const { facts } = await empty.read(path, { start, length, ...options });
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length; at += line.length) bytes.set(line, at);
        return { facts: { ...facts, size }, start, bytes };
      },
    });
    expect(await search(store)).toMatchObject({ matches: 0, searched: 1, cut: ['big.log'] });
    const read = store.reads.reduce((sum, { length }) => sum + length, 0);
    expect(read).toBeGreaterThanOrEqual(8 * mebibyte);
    expect(read).toBeLessThanOrEqual(9 * mebibyte);
    expect(Math.max(...store.reads.map(({ length }) => length))).toBe(mebibyte / 4);
  });

  it('finds no line end where it stops reading a big file', async () => {
    const files = createMemoryFileStore({ files: { 'big.txt': 'abcdefghi\n'.repeat(60_000) } });
    const pattern = await readLinePattern('^abcdef?g?h?$', { regex: true, caseSensitive: true });
    const found = await searchContents(
      files,
      { directory: readDirectoryPath(''), pattern, context: 0, limit: 50, start: {} },
      {
        // Not a multiple of the lines' length, and no limit of time: a slow machine takes its time.
        limits: { ...searchLimits, bytesOfFile: 100_003, milliseconds: 600_000 },
        signal: new AbortController().signal,
        reportProgress: async () => {},
      },
    );
    expect(found).toMatchObject({ matches: 0, cut: ['big.txt'] });
  });

  it.each([
    ['files', { files: 10 }],
    ['bytes', { bytes: 500, bytesOfFile: 100 }],
  ] as const)('ends at its limit of %s, at the same file every time, and goes on', async (end, limits) => {
    const store = watch(createMemoryFileStore({ files: toFiles(30, (index) => `hit ${index}`.padEnd(50)) }));
    const seen: string[] = [];
    const ends: unknown[] = [];
    let start: SearchPosition = {};
    for (let page = 0; page < 3; page += 1) {
      const found = await search(store, { limits, start });
      seen.push(...shown(found).map((line) => line.trim()));
      ends.push([found.searched, found.end]);
      start = found.position;
    }
    expect(seen).toEqual(
      Array.from({ length: 30 }, (_, index) => `f${String(index).padStart(3, '0')}:1:hit ${index}`),
    );
    expect(ends).toEqual([
      [10, end],
      [10, end],
      [10, undefined],
    ]);
  });

  it('ends when the time is over in the middle of a file, with what was found, and goes on there', async () => {
    const now = jest.spyOn(Date, 'now');
    const text = Array.from({ length: 9 }, (_, index) => `hit ${index + 1}`).join('\n');
    const pattern = { needsWholeLine: false, isIn: () => true, indexIn: () => 0 };
    let time = 0;
    now.mockImplementation(() => {
      time += 1;
      return time;
    });
    const files = createMemoryFileStore({ files: { a: text } });
    const seen: string[] = [];
    let start: SearchPosition = {};
    const ends: unknown[] = [];
    for (let page = 0; page < 3; page += 1) {
      const found = await searchContents(
        files,
        { directory: readDirectoryPath(''), pattern, context: 0, limit: 50, start },
        {
          limits: { ...searchLimits, milliseconds: 4 },
          signal: new AbortController().signal,
          reportProgress: async () => {},
        },
      );
      seen.push(...shown(found));
      start = found.position;
      ends.push(found.end);
    }
    now.mockRestore();
    expect(ends).toEqual(['time', 'time', undefined]);
    expect(seen).toEqual(Array.from({ length: 9 }, (_, index) => `a:${index + 1}:hit ${index + 1}`));
  });

  it('knows that a line which the time cut in two does not begin where it goes on', async () => {
    const now = jest.spyOn(Date, 'now');
    let time = 0;
    now.mockImplementation(() => {
      time += 1;
      return time;
    });
    const files = createMemoryFileStore({ files: { a: `y${'x'.repeat(200_000)}` } });
    const pattern = await readLinePattern('^x', { regex: true, caseSensitive: true });
    const ends: unknown[] = [];
    let start: SearchPosition = {};
    do {
      const { matches, end, position } = await searchContents(
        files,
        { directory: readDirectoryPath(''), pattern, context: 0, limit: 50, start },
        {
          limits: { ...searchLimits, milliseconds: 6 },
          signal: new AbortController().signal,
          reportProgress: async () => {},
        },
      );
      expect(matches).toBe(0);
      ends.push(end);
      start = position;
    } while (ends.length < 20 && ends.at(-1) !== undefined);
    now.mockRestore();
    expect(ends).toEqual([...Array(ends.length - 1).fill('time'), undefined]);
    expect(ends.length).toBeGreaterThan(2);
  });

  it('ends when the time is over while the store does not answer, with what was found before', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit' } });
    const hanging: FileStore = {
      ...files,
      read: (path, options) =>
        path === 'b'
          ? new Promise((_, reject) => {
              options.signal.addEventListener('abort', () => reject(options.signal.reason));
            })
          : files.read(path, options),
    };
    const found = await search(hanging, { limits: { milliseconds: 50 } });
    expect([shown(found), found.end, found.position]).toEqual([['a:1:hit'], 'time', { after: 'a' }]);
    expect(shown(await search(files, { start: found.position }))).toEqual(['b:1:hit', 'c:1:hit']);
  });

  it('ends with an error when the call is ended, and with an outage as it is', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit' } });
    const reason = new Error('the deadline');
    await expect(search(files, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const outage = new Error('S3 is down');
    await expect(search({ ...files, read: () => Promise.reject(outage) })).rejects.toBe(outage);
  });

  it('stops reading what nobody waits for any more', async () => {
    const files = createMemoryFileStore({ files: toFiles(8, () => 'hit\nhit') });
    const ended: boolean[] = [];
    const store: FileStore = {
      ...files,
      read: (path, options) => {
        if (path === 'f000') return files.read(path, options);
        return new Promise((_, reject) => {
          options.signal.addEventListener('abort', () => {
            ended.push(true);
            reject(options.signal.reason);
          });
        });
      },
    };
    const pattern = { needsWholeLine: false, isIn: () => true, indexIn: () => 0 };
    const found = await searchContents(
      store,
      { directory: readDirectoryPath(''), pattern, context: 0, limit: 1, start: {} },
      { limits: searchLimits, signal: new AbortController().signal, reportProgress: async () => {} },
    );
    expect(found).toMatchObject({ matches: 1, end: 'matches' });
    expect(ended).toHaveLength(7);
  });

  it.each(['not_found', 'conflict', 'archived'] as const)(
    'skips a file that the store refuses as %s, and counts it',
    async (code) => {
      const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit' } });
      const store: FileStore = {
        ...files,
        read: (path, options) =>
          path === 'b'
            ? Promise.reject(new FileStoreError({ code, path, etag: '"other"' }))
            : files.read(path, options),
      };
      const found = await search(store);
      expect(shown(found)).toEqual(['a:1:hit', 'c:1:hit']);
      expect(found).toMatchObject({ searched: 2, unreadable: 1, end: undefined });
    },
  );

  it.each<[string, unknown]>([
    ['may not be read', new FileStoreError({ code: 'denied', path: readFilePath('b'), action: 'read' })],
    ['the store cannot bring', new Error('InternalError')],
  ])('goes on without a file that %s, and counts it', async (_, error) => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit' } });
    const store: FileStore = {
      ...files,
      read: (path, options) => (path === 'b' ? Promise.reject(error) : files.read(path, options)),
    };
    const found = await search(store);
    expect(shown(found)).toEqual(['a:1:hit', 'c:1:hit']);
    expect(found).toMatchObject({ searched: 2, unreadable: 1, end: undefined });
  });

  it('fails when the store can bring no file at all', async () => {
    const outage = new Error('SlowDown');
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit' } });
    await expect(search({ ...files, read: () => Promise.reject(outage) })).rejects.toBe(outage);
  });

  it('goes on behind what is never shown, where that is all there is on many pages', async () => {
    const after = { kind: 'file', name: 'b//' } as const;
    const files: FileStore = {
      ...createMemoryFileStore(),
      list: async () => ({ entries: [], truncated: true, after }),
    };
    expect(await search(files)).toMatchObject({ matches: 0, end: 'names', position: { after: 'b//' } });
  });

  it('skips a name that is no path, and counts it', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit' } });
    const store: FileStore = {
      ...files,
      list: async (directory, options) => {
        const { entries, truncated } = await files.list(directory, options);
        return { entries: entries.flatMap((entry) => [entry, { ...entry, name: 'b\\c' }]), truncated };
      },
    };
    expect(await search(store)).toMatchObject({ matches: 1, searched: 1, unreadable: 1 });
  });

  it('reads only the file that was listed', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit' } });
    const store: FileStore = {
      ...files,
      list: async (directory, options) => {
        const { entries, truncated } = await files.list(directory, options);
        return { entries: entries.map((entry) => ({ ...entry, etag: '"older"' })), truncated };
      },
    };
    expect(await search(store)).toMatchObject({ matches: 0, unreadable: 1 });
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const files = createMemoryFileStore({ files: toFiles(60, () => '') });
    await search(files, { reportProgress: async (count) => void told.push(count) });
    expect(told).toEqual([25, 50]);
  });
});
