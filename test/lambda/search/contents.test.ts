import { readDirectoryPath, readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { createAnswerRoom } from '../../../lambda/search/answer-room.ts';
import { type ContentFound, searchContents } from '../../../lambda/search/contents.ts';
import type { SearchMode } from '../../../lambda/search/findings.ts';
import { searchLimits } from '../../../lambda/search/limits.ts';
import { type LinePattern, readLinePattern } from '../../../lambda/search/line-pattern.ts';
import type { SearchPosition } from '../../../lambda/search/plan.ts';
import type { WorkTime } from '../../../lambda/search/work-time.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { createMovedClock, type MovedClock } from '../../support/moved-clock.ts';

const mebibyte = 1024 * 1024;

interface Options {
  readonly limit?: number;
  readonly mode?: SearchMode;
  readonly pattern?: LinePattern;
  readonly limits?: Partial<typeof searchLimits>;
  readonly characters?: number;
  readonly start?: SearchPosition;
  readonly time?: WorkTime;
  readonly directories?: readonly string[];
  readonly reportProgress?: (files: number) => Promise<void>;
}

async function search(files: FileStore, options: Options = {}): Promise<ContentFound> {
  const {
    limit = 50,
    mode = 'content',
    limits,
    start = {},
    directories = [''],
    characters = 10_000,
  } = options;
  const hit = await readLinePattern('hit', { regex: false, caseSensitive: true });
  const { pattern = hit, time = createMovedClock().start(), reportProgress = async () => {} } = options;
  const place = { directories: directories.map(readDirectoryPath), hasGlob: false };
  return searchContents(
    files,
    { ...place, patternOf: () => pattern, mode, context: 0, limit, start },
    {
      limits: { ...searchLimits, ...limits },
      room: createAnswerRoom({ tokens: characters, characters }),
      time,
      reportProgress,
    },
  );
}

/** Every page of a search, each in a time of its own. */
async function searchAll(files: FileStore, { clock, ...options }: Options & { clock: MovedClock }) {
  const pages: ContentFound[] = [];
  let start: SearchPosition = {};
  do {
    expect(pages.length).toBeLessThan(50);
    const page = await search(files, { ...options, start, time: clock.start() });
    pages.push(page);
    // Every call moves on, or it is the last one.
    if (page.end) expect(page.position).not.toEqual(start);
    start = page.position;
  } while (pages.at(-1)?.end);
  return pages;
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
    expect(await search(store)).toMatchObject({
      searched: 0,
      skipped: [{ path: 'a.bin', reason: 'binary' }],
    });
    expect(store.reads).toHaveLength(1);
  });

  it('reads no further when it has found enough and one more', async () => {
    const store = watch(createMemoryFileStore({ files: { a: `hit\nhit\n${'x\n'.repeat(mebibyte)}` } }));
    expect(await search(store, { limit: 1 })).toMatchObject({ files: [{ matches: 1 }], end: 'matches' });
    expect(store.reads).toHaveLength(1);
  });

  it.each<[SearchMode, Record<string, string>]>([
    ['content', { a: 'hit\nhit\nx', b: 'hit', c: 'x' }],
    ['files', { a: 'hit\nhit', b: 'hit', c: 'hit', d: 'x' }],
    ['count', { a: 'hit', b: 'hit', c: 'hit', d: 'x' }],
  ])('is complete when its limit equals what there is to find: %s', async (mode, contents) => {
    const files = createMemoryFileStore({ files: contents });
    expect(await search(files, { mode, limit: 3 })).toMatchObject({ end: undefined });
    const found = await search(files, { mode, limit: 2 });
    expect(found.end).toBe('matches');
    const rest = await search(files, { mode, limit: 2, start: found.position });
    expect(rest.end).toBeUndefined();
    expect(rest.files).toHaveLength(1);
  });

  it('goes on with a file of which nothing fitted into the answer any more', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'x\nhit', c: 'hit' } });
    const found = await search(files, { characters: 9 });
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
    expect(await search(store)).toMatchObject({ files: [], searched: 1, cut: ['big.log'] });
    const read = store.reads.reduce((sum, { length }) => sum + length, 0);
    expect(read).toBeGreaterThanOrEqual(8 * mebibyte);
    expect(read).toBeLessThanOrEqual(9 * mebibyte);
    expect(Math.max(...store.reads.map(({ length }) => length))).toBe(mebibyte / 4);
  });

  it('finds no line end where it stops reading a big file', async () => {
    const files = createMemoryFileStore({ files: { 'big.txt': 'abcdefghi\n'.repeat(60_000) } });
    const pattern = await readLinePattern('^abcdef?g?h?$', { regex: true, caseSensitive: true });
    // Not a multiple of the lines' length.
    const found = await search(files, { pattern, limits: { bytesOfFile: 100_003 } });
    expect(found).toMatchObject({ files: [], cut: ['big.txt'] });
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

  /** A pattern of which each look at a line takes a second. */
  const toSlow = (clock: MovedClock, pattern: Partial<LinePattern> = {}): LinePattern => ({
    needsWholeLine: false,
    canSpanLines: false,
    indexIn: () => 0,
    ...pattern,
    isIn(...call) {
      clock.advance(1_000);
      return pattern.isIn?.(...call) ?? true;
    },
  });

  it('ends when the time is over in the middle of a file, with what was found, and goes on there', async () => {
    const clock = createMovedClock();
    const lines = Array.from({ length: 25 }, (_, index) => `hit ${index + 1}`);
    const files = createMemoryFileStore({ files: { a: lines.join('\n') } });
    const pages = await searchAll(files, { clock, pattern: toSlow(clock) });
    expect(pages.map(({ end }) => end)).toEqual(['time', 'time', undefined]);
    expect(pages.flatMap(shown)).toEqual(lines.map((line, index) => `a:${index + 1}:${line}`));
  });

  it('knows that a line which the time cut in two does not begin where it goes on', async () => {
    const clock = createMovedClock();
    const files = createMemoryFileStore({ files: { a: `y${'x'.repeat(400_000)}` } });
    const pattern = await readLinePattern('^x', { regex: true, caseSensitive: true });
    const pages = await searchAll(files, { clock, pattern: toSlow(clock, pattern) });
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(shown)).toEqual([]);
  });

  it('counts on behind the place where the time was over', async () => {
    const clock = createMovedClock();
    const files = createMemoryFileStore({ files: { a: 'hit\n'.repeat(25), b: 'hit\n'.repeat(3) } });
    const pages = await searchAll(files, { clock, mode: 'count', pattern: toSlow(clock) });
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ files }) => files)).toEqual([
      { path: 'a', lines: [], matches: 25 },
      { path: 'b', lines: [], matches: 3 },
    ]);
  });

  describe('on slow storage', () => {
    /** A store of which each read takes so long. Reads that run side by side take the time of one. */
    function slowDown(files: FileStore, clock: MovedClock, milliseconds: number): FileStore {
      let isWaiting = false;
      return {
        ...files,
        async read(path, options) {
          const started = clock.now();
          while (clock.now() < started + milliseconds) {
            await new Promise(setImmediate);
            options.signal.throwIfAborted();
            if (isWaiting) continue;
            isWaiting = true;
            // Everything else that can begin has begun by now.
            for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
            clock.advance(100);
            isWaiting = false;
          }
          options.signal.throwIfAborted();
          return files.read(path, options);
        },
      };
    }

    const big = (bytes: number) => `${'x'.repeat(99)}\n`.repeat(bytes / 100);

    it.each([
      ['one file of 8 MB at 400 ms a request', 1, 8_000_000, 400],
      ['20 files of 200 KB at 3 s a request', 20, 200_000, 3_000],
      ['6 files of 200 KB at 11 s a request', 6, 200_000, 11_000],
    ])('comes to the end, call by call: %s', async (_, count, bytes, milliseconds) => {
      const clock = createMovedClock();
      const contents = toFiles(count, () => `${big(bytes)}hit\n`);
      const store = slowDown(createMemoryFileStore({ files: contents }), clock, milliseconds);
      const pages = await searchAll(store, { clock });
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flatMap(shown)).toEqual(
        Object.keys(contents).map((path) => `${path}:${bytes / 100 + 1}:hit`),
      );
    });

    it('tells of a file that takes the time of a whole call, and searches the others', async () => {
      const clock = createMovedClock();
      const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit', d: 'hit' } });
      const stuck = slowDown(files, clock, 20_000);
      const store = {
        ...files,
        read: (...call: Parameters<FileStore['read']>) => (call[0] === 'a' ? stuck : files).read(...call),
      };
      const found = await search(store, { time: clock.start() });
      expect(shown(found)).toEqual(['b:1:hit', 'c:1:hit', 'd:1:hit']);
      expect(found).toMatchObject({ end: undefined, skipped: [{ path: 'a', reason: 'slow' }] });
    });

    it('ends before such a file when it has come to it only now', async () => {
      const clock = createMovedClock();
      const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit' } });
      const stuck = slowDown(files, clock, 20_000);
      const store = {
        ...files,
        read: (...call: Parameters<FileStore['read']>) => (call[0] === 'b' ? stuck : files).read(...call),
      };
      const found = await search(store, { time: clock.start() });
      expect([shown(found), found.end, found.position]).toEqual([['a:1:hit'], 'time', { after: 'a' }]);
      expect(shown(await search(files, { start: found.position }))).toEqual(['b:1:hit', 'c:1:hit']);
    });

    it('says that it cannot, when that is the only file', async () => {
      const clock = createMovedClock();
      const files = createMemoryFileStore({ files: { a: 'hit' } });
      const found = search(slowDown(files, clock, 20_000), { time: clock.start() });
      await expect(found).rejects.toThrow(/^nothing could be searched: 1 not answered in time/);
    });

    it('moves on through many names, and says where it came to when a page is given up', async () => {
      const clock = createMovedClock();
      const files = createMemoryFileStore({ files: toFiles(10, () => 'hit') });
      const page: FileStore['list'] = async (_, { after }) => {
        clock.advance(3_000);
        const name = `n${Number(after?.name.slice(1) ?? 0) + 1}`;
        return {
          entries: [{ kind: 'file', name, size: 0, etag: '"x"', modified: new Date(0) }],
          truncated: true,
        };
      };
      const found = await search({ ...files, list: page }, { time: clock.start() });
      expect(found).toMatchObject({ end: 'time', position: { after: 'n3' } });
      let pages = 0;
      const hanging: FileStore['list'] = async (directory, options) => {
        pages += 1;
        if (pages < 3) return page(directory, options);
        clock.advance(20_000);
        throw options.signal.reason;
      };
      const given = await search({ ...files, list: hanging }, { time: clock.start() });
      expect(given).toMatchObject({ end: 'time', position: { after: 'n2' } });
    });

    it('has what it found in one path when the next one does not answer', async () => {
      const clock = createMovedClock();
      const files = createMemoryFileStore({ files: { 'a/1': 'hit', 'b/1': 'hit' } });
      const store: FileStore = {
        ...files,
        list: async (directory, options) => {
          if (directory === 'a') return files.list(directory, options);
          clock.advance(20_000);
          throw options.signal.reason;
        },
      };
      const found = await search(store, { directories: ['a', 'b'], time: clock.start() });
      expect([shown(found), found.end, found.position]).toEqual([['a/1:1:hit'], 'time', { pathIndex: 1 }]);
      await expect(search(store, { directories: ['b', 'a'], time: clock.start() })).rejects.toThrow('time');
    });
  });

  it('ends with an error when the call is ended, and with an outage as it is', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit' } });
    const reason = new Error('the deadline');
    const time = createMovedClock().start(AbortSignal.abort(reason));
    await expect(search(files, { time })).rejects.toBe(reason);
    const outage = new Error('S3 is down');
    await expect(search({ ...files, read: () => Promise.reject(outage) })).rejects.toBe(outage);
  });

  it('says so when it may read no file at all', async () => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', 'c.txt': 'hit' } });
    const denied: FileStore['read'] = (path) =>
      Promise.reject(new FileStoreError({ code: 'denied', path, action: 'read' }));
    await expect(search({ ...files, read: denied })).rejects.toThrow(
      'nothing could be searched: 3 not readable for this server (tell its operator): a, b, c.txt',
    );
    const one = search({ ...files, read: denied }, { directories: ['a'] });
    await expect(one).rejects.toMatchObject({ failure: { code: 'denied' } });
  });

  it('searches several paths in their order, and goes on in the right one', async () => {
    const files = createMemoryFileStore({
      files: { 'a/1': 'hit', 'b/1': 'hit\nhit', 'b/2': 'hit', c: 'hit' },
    });
    const directories = ['b', 'c', 'none', 'a'];
    const expected = ['b/1:1:hit', 'b/1:2:hit', 'b/2:1:hit', 'c:1:hit', 'a/1:1:hit'];
    const whole = await search(files, { directories });
    expect([shown(whole), whole.nothing]).toEqual([expected, ['none']]);
    for (const limit of [1, 2, 3]) {
      const pages = await searchAll(files, { clock: createMovedClock(), directories, limit });
      expect(pages.flatMap(shown)).toEqual(expected);
    }
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
    const found = await search(store, { limit: 1 });
    expect(found).toMatchObject({ files: [{ matches: 1 }], end: 'matches' });
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
      expect(found).toMatchObject({ searched: 2, end: undefined });
      const reason = code === 'archived' ? code : 'changed';
      expect(found.skipped).toEqual([{ path: 'b', reason }]);
    },
  );

  it.each<[string, string, unknown]>([
    [
      'may not be read',
      'denied',
      new FileStoreError({ code: 'denied', path: readFilePath('b'), action: 'read' }),
    ],
    ['the store cannot bring', 'outage', new Error('InternalError')],
  ])('goes on without a file that %s, and tells of it', async (_, reason, error) => {
    const files = createMemoryFileStore({ files: { a: 'hit', b: 'hit', c: 'hit' } });
    const store: FileStore = {
      ...files,
      read: (path, options) => (path === 'b' ? Promise.reject(error) : files.read(path, options)),
    };
    const found = await search(store);
    expect(shown(found)).toEqual(['a:1:hit', 'c:1:hit']);
    expect(found).toMatchObject({ searched: 2, skipped: [{ path: 'b', reason }], end: undefined });
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
    expect(await search(files)).toMatchObject({ files: [], end: 'names', position: { after: 'b//' } });
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
    expect(await search(store)).toMatchObject({ searched: 1, skipped: [{ reason: 'name' }] });
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
    await expect(search(store)).rejects.toMatchObject({ failure: { code: 'conflict' } });
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const files = createMemoryFileStore({ files: toFiles(60, () => '') });
    await search(files, { reportProgress: async (count) => void told.push(count) });
    expect(told).toEqual([25, 50]);
  });
});
