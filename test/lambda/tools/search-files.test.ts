import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { toCursor } from '../../../lambda/tools/input/cursor.ts';
import { searchFiles } from '../../../lambda/tools/search-files.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { createMemoryFileStore, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

type Input = Readonly<Record<string, unknown>>;
type Contents = Readonly<Record<string, string | Uint8Array>>;

const open = (files: Contents) => createMemoryFileStore({ files });

/** What a cursor is bound to, when nothing else is asked for. The order counts. */
const defaults = {
  tool: 'search_files',
  directories: [''],
  glob: undefined as string | undefined,
  exclude: undefined,
  query: undefined as string | undefined,
  mode: 'content',
  regex: false,
  case_sensitive: true,
};

async function search(input: Input, files: FileStore) {
  const answer = await runTool(searchFiles, input, files);
  const [text, facts, ...more] = 'content' in answer ? answer.content : [];
  if (text?.type !== 'text' || facts?.type !== 'text' || more.length > 0) throw new Error('not two texts');
  return { text: text.text, facts: JSON.parse(facts.text) };
}

/** Every page, until there are no more. */
async function searchAll(input: Input, files: FileStore) {
  const pages = [await search(input, files)];
  for (let cursor = pages[0]?.facts.next_cursor; cursor; cursor = pages.at(-1)?.facts.next_cursor) {
    expect(pages.length).toBeLessThan(200);
    pages.push(await search({ ...input, cursor }, files));
  }
  return pages;
}

const notes = open({
  'a.md': 'one\ntwo\nthree\nfour\nfive\n',
  'b/c.txt': 'TWO\r\nx two\r\n',
  'b/d/e.md': 'nothing',
});

const nothingThere = 'There is nothing at "none": call list_files without path to see what is there.';

const withBinaries = open({
  'a.md': 'one\n',
  'z.bin': Uint8Array.from([0x74, 0x77, 0x6f, 0]),
  'z.png': Uint8Array.from([0x89, 0x50, 0]),
});

describe('search_files, for lines', () => {
  it('goes on in one file whose last match filled the answer', async () => {
    const pages = await searchAll(
      { path: 'a.txt', query: 'hit', limit: 1 },
      open({ 'a.txt': 'hit\na\nhit\n' }),
    );
    expect(pages.map(({ text }) => text)).toEqual(['a.txt:1: hit', 'a.txt:3: hit']);
    expect(pages.at(-1)?.facts).toMatchObject({ complete: true });
  });

  it('answers matches as path:line: text, and the facts once, as JSON', async () => {
    const { text, facts } = await search({ query: 'two' }, notes);
    expect(text).toBe('a.md:2: two\nb/c.txt:2: x two');
    expect(facts).toEqual({ matches: 2, files_searched: 3, complete: true });
  });

  it.each<[Input, string]>([
    [{ query: 'two', case_sensitive: false }, 'a.md:2: two\nb/c.txt:1: TWO\nb/c.txt:2: x two'],
    [{ query: 'two', path: 'b' }, 'b/c.txt:2: x two'],
    [{ query: 'two', glob: '*.md' }, 'a.md:2: two'],
    [{ query: 'two', glob: 'b/*' }, 'b/c.txt:2: x two'],
    [{ query: 'two', path: 'b', glob: 'c.*' }, 'b/c.txt:2: x two'],
    [{ query: 'two', path: 'a.md' }, 'a.md:2: two'],
    [{ query: 't.o' }, 'No line matches.'],
    [{ query: 't.o', regex: true }, 'a.md:2: two\nb/c.txt:2: x two'],
    [{ query: '^two$', regex: true, case_sensitive: false }, 'a.md:2: two\nb/c.txt:1: TWO'],
    [{ query: '^$', regex: true }, 'No line matches.'],
    [{ query: '(?i)^f', regex: true }, 'a.md:4: four\na.md:5: five'],
    [{ query: 'x', glob: 'none/*' }, 'There is no file to search.'],
    [{ query: 'x', glob: 'none/*', path: 'b' }, 'There is no file to search.'],
    [
      { query: 'x', glob: '*', path: 'none' },
      'There is nothing at "none": call list_files without path to see what is there.',
    ],
  ])('given %j answers %j', async (input, expected) => {
    expect((await search(input, notes)).text).toBe(expected);
  });

  it.each<[Input, string]>([
    [{ query: 'three', context: 1 }, 'a.md-2- two\na.md:3: three\na.md-4- four'],
    [
      { query: 'o', context: 1, glob: 'a.md' },
      'a.md:1: one\na.md:2: two\na.md-3- three\na.md:4: four\na.md-5- five',
    ],
    [
      { query: 'e$', regex: true, context: 5, path: 'a.md' },
      'a.md:1: one\na.md-2- two\na.md:3: three\na.md-4- four\na.md:5: five',
    ],
    [
      { query: 'one|five|x', regex: true, context: 1 },
      'a.md:1: one\na.md-2- two\n--\na.md-4- four\na.md:5: five\n--\nb/c.txt-1- TWO\nb/c.txt:2: x two',
    ],
  ])('given %j shows the lines around', async (input, expected) => {
    expect((await search(input, notes)).text).toBe(expected);
  });

  it('searches every kind of text, however its lines end', async () => {
    const files = open({ bom: '\ufeffhit', crlf: 'a\r\nhit\r\n', empty: '', end: 'hit', ü: 'x\n😀 hit é' });
    const { text, facts } = await search({ query: 'hit' }, files);
    expect(text).toBe('bom:1: hit\ncrlf:2: hit\nend:1: hit\nü:2: 😀 hit é');
    expect(facts).toMatchObject({ files_searched: 5, complete: true });
    const ends = await search({ query: 't$|^hit', regex: true }, files);
    expect(ends.text).toBe('bom:1: hit\ncrlf:2: hit\nend:1: hit');
  });

  it.each([
    ['first', '-'],
    ['first needle', ':'],
  ])('behind %s cuts a long line to what surrounds the match, and shows it once', async (first, mark) => {
    const long = `${'x'.repeat(40_000)}<needle>${'y'.repeat(40_000)}<needle>${'z'.repeat(40_000)}`;
    const files = open({ 'long.json': `${first}\n${long}\nneedle` });
    const { text } = await search({ query: 'needle', context: 1 }, files);
    const [before, second, after] = text.split('\n');
    expect([before, after]).toEqual([`long.json${mark}1${mark} ${first}`, 'long.json:3: needle']);
    expect(second).toMatch(/^long\.json:2: …x+<needle>y+…$/);
    expect(second).toHaveLength('long.json:2: '.length + 302);
  });

  it('finds every line of a big file, wherever the pieces end in which it is read', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => `é ${index + 1}${'.'.repeat(index % 13)}`);
    const files = open({ 'big.log': lines.join('\n') });
    const pages = await searchAll({ query: '777.*[.]{9}$', regex: true, limit: 7, context: 2 }, files);
    const shown = pages.flatMap(({ text }) => text.split('\n').filter((line) => line !== '--'));
    for (const line of shown) {
      const [, number, text] = /^big\.log[-:](\d+)[-:] (.*)$/.exec(line) ?? [];
      expect(text).toBe(lines[Number(number) - 1]);
    }
    const found = shown.filter((line) => line.startsWith('big.log:'));
    const expected = lines.flatMap((line, index) =>
      /777.*[.]{9}$/.test(line) ? [`big.log:${index + 1}: ${line}`] : [],
    );
    expect(expected.length).toBeGreaterThan(20);
    expect(found).toEqual(expected);
    const torn = await search({ query: String.raw`^[^é]|[^\d.]$|^$`, regex: true }, files);
    expect(torn.facts).toMatchObject({ matches: 0, complete: true });
  });

  const long = `foo${'-'.repeat(20_000)}END foo${'-'.repeat(20_000)}END`;

  it.each([
    ['^foo', 1],
    ['^END', 0],
    ['^-', 0],
    ['-$', 0],
    ['END$', 1],
    ['foo$', 0],
    [String.raw`\A-|-\z`, 0],
    ['^f[^x]*$', 0],
    ['[E$]ND foo', 1],
    ['END fo{2}', 1],
  ])('searches a long line in pieces for %s without taking a cut for an end', async (query, matches) => {
    const { facts, text } = await search({ query, regex: true }, open({ a: `short\n${long}\nshort` }));
    expect(facts).toMatchObject({ matches });
    expect(text.split('\n').at(-1)).toBe(
      '[1 line longer than 16 KiB was searched in pieces: a match of more than 1 KiB of one can be missing here]',
    );
  });

  it('tells of long lines only where that can change what is found', async () => {
    const files = open({ a: `${long}\nfoo\n${long}`, b: long });
    const { facts, text } = await search({ query: 'foo.*END', regex: true }, files);
    expect(facts).toEqual({ matches: 0, files_searched: 2, complete: true });
    expect(text).toMatch(/^No line matches\.\n\[3 lines longer than 16 KiB were searched in pieces: /);
    for (const input of [{ query: 'END' }, { query: 'end', case_sensitive: false }]) {
      expect((await search(input, files)).text).not.toContain('16 KiB');
    }
    const short = await search({ query: 'foo', regex: true, path: 'c' }, open({ c: 'foo' }));
    expect(short.text).not.toContain('16 KiB');
  });

  it('knows after a pause inside a long line that it does not begin there', async () => {
    const text = `${'-'.repeat(20_000)}\nfoo`;
    const files = open({ a: text });
    const { etag } = await files.stat(readFilePath('a'), { signal: new AbortController().signal });
    const asked = { ...defaults, query: '^-', regex: true };
    for (const [isInside, matches] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const at = { offset: 15_000, line: 1, from: 1, isInside };
      const cursor = await toCursor(asked, { within: { name: 'a', etag, at } });
      expect((await search({ query: '^-', regex: true, cursor }, files)).facts).toMatchObject({ matches });
    }
  });

  it('never cuts a character pair', async () => {
    const smile = '😀'.repeat(400);
    const files = open({ a: `${smile}needle${smile}`, b: `x${smile}needles${smile}` });
    const { text } = await search({ query: 'needle' }, files);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toMatch(/😀needle😀.*\n.*😀needles😀/u);
  });

  it('goes on behind the last match', async () => {
    const pages = await searchAll({ query: 'e', limit: 1, glob: '*.md' }, notes);
    expect(pages.map(({ text }) => text)).toEqual(['a.md:1: one', 'a.md:3: three', 'a.md:5: five']);
    expect(pages[0]?.facts).toEqual({
      matches: 1,
      files_searched: 1,
      complete: false,
      stopped: 'the limit is reached',
      next_cursor: expect.any(String),
    });
  });

  it('finds what a search of every line finds, page by page, whatever the page', async () => {
    const line = fc.constantFrom('a', 'ab', 'b', '', 'é a', '😀', 'b\r', 'ba');
    const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
    const names = ['a', 'b/c', 'b/d', 'b-', 'z'];
    const contents = fc.array(file, { minLength: 1, maxLength: names.length });
    const page = fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      context: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(contents, page, async (texts, { limit, context }) => {
        const files = open(Object.fromEntries(texts.map((text, index) => [names[index] ?? '', text])));
        const whole = await search({ query: 'a', limit: 200, context }, files);
        const matches = (text: string) => text.split('\n').filter((line) => /^[^:]+:\d+: /.test(line));
        const expected = texts.flatMap((text, index) =>
          text
            .split('\n')
            .flatMap((line, number) =>
              line.includes('a') ? [`${names[index]}:${number + 1}: ${line.replace(/\r$/, '')}`] : [],
            ),
        );
        expect(matches(whole.text).sort()).toEqual(expected.sort());

        const pages = await searchAll({ query: 'a', limit, context }, files);
        expect(pages.flatMap(({ text }) => matches(text))).toEqual(matches(whole.text));
        const shown = (text: string) =>
          new Set(text.split('\n').map((line) => line.replace(/^([^:]+):(\d+): /, '$1-$2- ')));
        const together = new Set(pages.flatMap(({ text }) => [...shown(text)]));
        expect([...shown(whole.text)].filter((line) => line !== '--' && !together.has(line))).toEqual([]);
      }),
    );
  });

  it('goes on behind the files that one call searches, in whichever path', async () => {
    const contents = Array.from({ length: 1_100 }, (_, index) => [`many/${1_000 + index}`, 'x']);
    const files = open({ ...Object.fromEntries(contents), 'z/a': 'hit' });
    const pages = await searchAll({ query: 'hit', paths: ['many', 'z'] }, files);
    expect(pages.map(({ facts }) => facts.files_searched)).toEqual([500, 500, 101]);
    expect(pages.at(-1)?.text).toBe('z/a:1: hit');
    const other = await searchAll({ query: 'hit', paths: ['z', 'many'] }, files);
    expect(other.map(({ facts }) => facts.files_searched)).toEqual([500, 500, 101]);
  });

  it('starts a file again that changed between two pages', async () => {
    const files = open({ a: 'hit 1\nhit 2\nhit 3', b: 'hit' });
    const { facts } = await search({ query: 'hit', limit: 2 }, files);
    await writeText(files, 'a', 'hit new\nx\nhit 2');
    const next = await search({ query: 'hit', cursor: facts.next_cursor }, files);
    expect(next.text).toBe('a:1: hit new\na:3: hit 2\nb:1: hit');
  });

  it('goes on with the next file when one went away between two pages', async () => {
    const files = open({ a: 'hit 1\nhit 2', b: 'hit' });
    const { facts } = await search({ query: 'hit', limit: 1 }, files);
    const { signal } = new AbortController();
    await files.delete(readFilePath('a'), { condition: { kind: 'none' }, signal });
    expect((await search({ query: 'hit', cursor: facts.next_cursor }, files)).text).toBe('b:1: hit');
  });

  it('fills an answer up to what fits into a context, and goes on', async () => {
    const row = `hit ${createHash('sha512').update('row').digest('hex').repeat(3)}`.slice(0, 300);
    const names = Array.from({ length: 4 }, (_, index) => [`f${index}`, `${row}\n`.repeat(100)]);
    const files = open(Object.fromEntries(names));
    const pages = await searchAll({ query: 'hit', context: 5, limit: 200 }, files);
    expect(pages[0]?.facts).toMatchObject({ complete: false, stopped: 'the answer is full' });
    for (const { text } of pages) expect(countTokens(text)).toBeLessThan(24_000);
    const { text } = await search({ query: 'hit', context: 5 }, files);
    expect(text.length).toBeLessThan(50_000);
    expect(countTokens(text)).toBeLessThan(10_000);
    expect(pages.reduce((sum, { facts }) => sum + facts.matches, 0)).toBe(400);
  });

  it.each([
    [
      '(',
      /^the regular expression is invalid \(error parsing regexp: missing closing \): `\(`\): use RE2 syntax/,
    ],
    ['(?=a)', /invalid or unsupported Perl syntax: `\(\?=`.* which has no lookaround/],
    [String.raw`(a)\1`, /invalid escape sequence/],
    ['[z-a]', /invalid character class range/],
    ['a**', /invalid nested repetition operator/],
    [`${'('.repeat(128)}${')'.repeat(128)}`.replace('()', '(a{1000}){1000}').slice(0, 256), /is invalid/],
    [
      '(?:a?){900}b{900}',
      'the regular expression is too big: repeat less in it, for example ".*" for ".{500}"',
    ],
  ])('refuses the expression %s with the reason', async (query, sentence) => {
    expect(await failTool(searchFiles, { query, regex: true }, notes)).toMatch(sentence);
  });

  it.each([
    ['(x+x+)+y', 'x'],
    ['(a|a)*$b', 'a'],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'],
    ['(?:a?){300}a{300}b', 'a'],
    ['(.*a){50}b', 'a'],
    [String.raw`\w{450}\W{400}`, 'abc '],
  ])('comes back from %s, which hangs an engine that backtracks', async (query, text) => {
    const files = open({ evil: `${text.repeat(100_000)}\n${text.repeat(100)}` });
    expect((await search({ query, regex: true }, files)).facts).toMatchObject({ matches: 0, complete: true });
  });

  it.each<[Input, string | RegExp]>([
    [{}, 'there is nothing to search for: pass query, glob or both'],
    [{ query: 'a\nb' }, 'the query holds a line break: search for one line, and read on with read_file'],
    [{ query: 'a', path: 'none' }, 'no file "none"'],
    [{ query: 'a', path: '../x' }, /^the path holds the segment ".."/],
    [{ query: 'a', glob: '{' }, /^the glob "{" does not close/],
    [
      { query: 'two', glob: '*', path: 'a.md' },
      '"a.md" is a file: leave glob out and pass query to search it',
    ],
    [{ glob: '*', path: 'a.md' }, '"a.md" is a file: leave glob out and pass query to search it'],
    [{ query: 'a', cursor: 'garbage' }, /^the cursor is not one/],
  ])('refuses %j with the remedy', async (input, sentence) => {
    expect(await failTool(searchFiles, input, notes)).toMatch(sentence);
  });

  it.each<Input>([{ query: 'x' }, { path: 'b' }, { glob: '*' }, { regex: true }, { case_sensitive: false }])(
    'refuses a cursor made without %j',
    async (input) => {
      const { facts } = await search({ query: 't', limit: 1 }, notes);
      expect(await failTool(searchFiles, { query: 't', ...input, cursor: facts.next_cursor }, notes)).toBe(
        'the cursor was made for other arguments: call again without cursor',
      );
    },
  );

  it.each<Input>([
    { query: '' },
    { query: 'x'.repeat(257) },
    { query: 'x', context: 6 },
    { query: 'x', context: -1 },
    { query: 'x', limit: 0 },
    { query: 'x', limit: 1_001 },
    { query: 'x', mode: 'names' },
    { query: 'x', paths: [] },
    { query: 'x', exclude: '' },
  ])('takes no %j', (input) => {
    expect(searchFiles.input.safeParse(input).success).toBe(false);
  });
});

describe('search_files, of files that it cannot search', () => {
  it('names them, and does not say of them that no line matches', async () => {
    const { text, facts } = await search({ query: 'two' }, withBinaries);
    expect(text).toBe(
      'No line matches in the 1 files that were searched.\n[not searched: 2 binary: z.bin, z.png]',
    );
    expect(facts).toEqual({ matches: 0, files_searched: 1, files_skipped: 2, complete: true });
    const only = await search({ query: 'two', path: 'z.bin' }, withBinaries);
    expect(only.text).toBe('Nothing was searched.\n[not searched: 1 binary: z.bin]');
    expect((await search({ query: 'one' }, withBinaries)).text).toBe(
      'a.md:1: one\n[not searched: 2 binary: z.bin, z.png]',
    );
  });

  it('names no more than five for one reason', async () => {
    const binary = Uint8Array.from([0]);
    const files = open(Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`f${index}`, binary])));
    expect((await search({ query: 'x' }, files)).text).toContain('7 binary: f0, f1, f2, f3, f4 and 2 more');
  });

  it('says where it searched only the beginning', async () => {
    const files = open({ 'big.log': `${'x'.repeat(99)}\n`.repeat(90_000) });
    expect((await search({ query: 'hit' }, files)).text).toBe(
      'No line matches.\n[only the first 8 MiB searched of big.log]',
    );
  });
});

describe('search_files, in other encodings', () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

  it.each([200, 400_000])('finds lines around one byte that is no UTF-8, at %i', async (at) => {
    const log = Buffer.from('one line of a log\n'.repeat(25_000));
    log[at] = 0xd0;
    const files = open({ 'a.log': Buffer.concat([log, Buffer.from('the needle\n')]) });
    expect((await search({ query: 'needle' }, files)).text).toBe('a.log:25001: the needle');
  });

  it('decodes UTF-16 by its byte order mark and Windows-1252, and says so', async () => {
    const files = open({
      'a.txt': utf16('first\r\nGrüße\r\n'),
      'b.txt': utf16('x\nGrüße').swap16(),
      'c.txt': Buffer.from('Grüße\n', 'latin1'),
      'd.txt': 'Grüße',
    });
    const { text, facts } = await search({ query: '^Grüße$', regex: true }, files);
    expect(text).toBe(
      [
        'a.txt:2: Grüße',
        'b.txt:2: Grüße',
        'c.txt:1: Grüße',
        'd.txt:1: Grüße',
        '[read as utf-16le: a.txt]',
        '[read as utf-16be: b.txt]',
        '[read as windows-1252: c.txt]',
      ].join('\n'),
    );
    expect(facts).toEqual({ matches: 4, files_searched: 4, complete: true });
    expect((await search({ query: '^first$', regex: true }, files)).text).toContain('a.txt:1: first');
  });

  it('goes on inside of UTF-16', async () => {
    const lines = Array.from(
      { length: 60_000 },
      (_, index) => `Zeile ${index + 1} ${index % 20_000 ? 'ü' : 'é'}`,
    );
    const files = open({ a: utf16(lines.join('\n')) });
    const pages = await searchAll({ query: 'é', limit: 1 }, files);
    expect(pages.map(({ text }) => text.split('\n')[0])).toEqual([
      'a:1: Zeile 1 é',
      'a:20001: Zeile 20001 é',
      'a:40001: Zeile 40001 é',
    ]);
  });

  it('shows names with escapes for what hides in them', async () => {
    const files = open({ 'a\u202etxt.exe': 'hit' });
    expect((await search({ query: 'hit' }, files)).text).toBe('a\\u202etxt.exe:1: hit');
    for (const input of [{ glob: '*' }, { query: 'hit', mode: 'files' }]) {
      expect((await search(input, files)).text).toBe('a\\u202etxt.exe');
    }
  });
});

describe('search_files, for files', () => {
  it.each<[Input, string, object]>([
    [{ mode: 'files', query: 'o' }, 'a.md\nb/c.txt\nb/d/e.md', { files: 3 }],
    [{ mode: 'files', query: 'two', limit: 1 }, 'a.md', { files: 1, stopped: 'the limit is reached' }],
    [{ mode: 'count', query: 'o' }, 'a.md: 3\nb/c.txt: 1\nb/d/e.md: 1', { files: 3, matches: 5 }],
    [{ mode: 'count', query: 'o', exclude: 'd' }, 'a.md: 3\nb/c.txt: 1', { files: 2, matches: 4 }],
    [{ mode: 'files', query: 'none' }, 'No line matches.', { files: 0, files_searched: 3 }],
    [
      { query: 'o', paths: ['b/c.txt', 'a.md'] },
      'b/c.txt:2: x two\na.md:1: one\na.md:2: two\na.md:4: four',
      {},
    ],
    [{ glob: '*.md', paths: ['b', 'none'] }, `b/d/e.md\n${nothingThere}`, { names: 1 }],
    [{ query: 'one', paths: ['none', 'a.md'] }, `a.md:1: one\n${nothingThere}`, { matches: 1 }],
  ])('given %j answers %j', async (input, text, facts) => {
    const answer = await search(input, notes);
    expect(answer.text).toBe(text);
    expect(answer.facts).toMatchObject(facts);
  });

  it('reads of a file no more than to its first match, unless it counts', async () => {
    let reads = 0;
    const files = open({ a: `hit\n${'x\n'.repeat(500_000)}` });
    const counting: FileStore = {
      ...files,
      read: (...call) => {
        reads += 1;
        return files.read(...call);
      },
    };
    await search({ query: 'hit', mode: 'files' }, counting);
    expect(reads).toBe(1);
    expect((await search({ query: 'hit', mode: 'count' }, counting)).text).toBe('a: 1');
    expect(reads).toBeGreaterThan(2);
  });

  it('goes on behind the last file, in every mode', async () => {
    const files = open(Object.fromEntries('abcdefg'.split('').map((name) => [name, 'hit\nhit'])));
    for (const mode of ['files', 'count', 'content']) {
      const whole = await search({ query: 'hit', mode }, files);
      const pages = await searchAll({ query: 'hit', mode, limit: 3 }, files);
      expect(pages.map(({ text }) => text).join('\n')).toBe(whole.text);
    }
  });

  it.each<[Input, string]>([
    [{ path: 'a', paths: ['b'] }, 'path and paths exclude each other: leave one of them out'],
    [{ paths: ['b/d', 'b'] }, '"b/d" lies in "b": leave one of them out'],
    [{ paths: ['b', '/b/'] }, '"b" lies in "b": leave one of them out'],
  ])('refuses %j with the remedy', async (input, sentence) => {
    expect(await failTool(searchFiles, { query: 'x', ...input }, notes)).toBe(sentence);
  });

  it('says that what spans lines is not found, where an expression is written for that', async () => {
    const { text } = await search({ query: '(?s)one.two', regex: true }, notes);
    expect(text).toBe('No line matches.\n[searched line by line: a match that spans lines is not found]');
  });
});

describe('search_files, for names', () => {
  it('answers paths at any depth', async () => {
    const { text, facts } = await search({ glob: '*.md' }, notes);
    expect(text).toBe('a.md\nb/d/e.md');
    expect(facts).toEqual({ names: 2, scanned: 3, complete: true });
    expect((await search({ glob: 'd/*', path: 'b' }, notes)).text).toBe('b/d/e.md');
    expect((await search({ glob: 'none' }, notes)).text).toBe('No name matches.');
  });

  it('tells a path where nothing is from a directory where no name matches', async () => {
    const { text, facts } = await search({ glob: '*', path: 'none' }, notes);
    expect(text).toBe('There is nothing at "none": call list_files without path to see what is there.');
    expect(facts).toEqual({ names: 0, scanned: 0, complete: true });
    expect((await search({ glob: 'none/*', path: 'b' }, notes)).text).toBe('No name matches.');
  });

  it('fills an answer up to what fits into a context, and goes on', async () => {
    const names = Array.from(
      { length: 200 },
      (_, index) => `${String(index).padStart(3, '0')}${'x'.repeat(700)}`,
    );
    const files = open(Object.fromEntries(names.map((name) => [name, ''])));
    const pages = await searchAll({ glob: '*', limit: 200 }, files);
    expect(pages.flatMap(({ text }) => text.split('\n'))).toEqual(names);
    expect(pages[0]?.facts).toMatchObject({ complete: false, stopped: 'the answer is full' });
    for (const { text } of pages) {
      expect(text.length).toBeLessThan(50_000);
      expect(countTokens(text)).toBeLessThan(10_000);
    }
  });

  it.each([
    { after: '\ud800' },
    { after: 'x'.repeat(3_000) },
    { within: { name: '\ud800', etag: '"x"', at: { offset: 0, line: 1, from: 1 } } },
    { within: { name: 'a', etag: '"é"', at: { offset: 0, line: 1, from: 1 } } },
  ])('refuses the made-up cursor %#', async (position) => {
    const asked = { ...defaults, glob: '*' };
    const cursor = await toCursor(asked, position);
    expect(await failTool(searchFiles, { glob: '*', cursor }, notes)).toBe(
      'the cursor is too old: call again without cursor',
    );
  });

  it('goes on behind a name that is no path', async () => {
    const position = { after: 'b//' };
    const asked = { ...defaults, glob: '*' };
    const cursor = await toCursor(asked, position);
    expect((await search({ glob: '*', cursor }, notes)).facts).toMatchObject({ complete: true });
  });

  it('goes on behind the last name', async () => {
    const pages = await searchAll({ glob: '{a,e}.md', limit: 1 }, notes);
    expect(pages.map(({ text }) => text)).toEqual(['a.md', 'b/d/e.md']);
    expect(pages[0]?.facts).toMatchObject({ complete: false, stopped: 'the limit is reached' });
  });

  it('reads no file', async () => {
    const files: FileStore = { ...notes, read: () => Promise.reject(new Error('read')) };
    expect((await search({ glob: 'a*' }, files)).text).toBe('a.md');
  });
});

describe('search_files over the wire', () => {
  it('sends what it found once, as two texts and nothing else', async () => {
    const server = await createTestServer({ openFiles: () => notes });
    const call = { name: 'search_files', arguments: { query: 'three' } };
    const response = await server.send({
      token: await server.token('files:list files:read'),
      body: legacy('tools/call', call),
    });
    expect((await response.json()).result).toEqual({
      content: [
        { type: 'text', text: 'a.md:3: three' },
        { type: 'text', text: '{"matches":1,"files_searched":3,"complete":true}' },
      ],
    });
  });

  it.each([
    ['files:list', 'files:list files:read'],
    ['files:read', 'files:read files:list'],
  ])('is refused to a token that holds only %s', async (scope, challenged) => {
    const server = await createTestServer({ openFiles: () => notes });
    const body = legacy('tools/call', { name: 'search_files', arguments: { query: 'three' } });
    const response = await server.send({ token: await server.token(scope), body });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(`scope="${challenged}"`);
  });
});
