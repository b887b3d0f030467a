import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { linePosition, toLinesAnswer } from '../../../lambda/tools/answer/read-lines.ts';
import { ordinaryBudget } from '../../../lambda/tools/answer/text-answer.ts';
import { readCursor, toCursor } from '../../../lambda/tools/input/cursor.ts';
import { readFile } from '../../../lambda/tools/read-file.ts';
import type { ContentBlock, UntypedAnswer } from '../../../lambda/tools/tool.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { createMemoryFileStore, toEtag, writeText } from '../../support/memory-file-store.ts';
import { createMovedClock } from '../../support/moved-clock.ts';
import { failTool, runTool } from '../../support/run-tool.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';

const { signal } = new AbortController();
const KiB = 1024;

/** The blocks of an answer before the facts, and the facts. */
function open(answer: UntypedAnswer) {
  const blocks: ContentBlock[] = 'content' in answer ? [...answer.content] : [];
  const last = blocks.pop();
  return { blocks, facts: JSON.parse(last?.type === 'text' ? last.text : '') };
}

/** The text of an answer and its facts. */
async function read(input: Readonly<Record<string, unknown>>, files: FileStore) {
  const { blocks, facts } = open(await runTool(readFile, input, files));
  return { text: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''), facts };
}

const toLines = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

function store(files: Readonly<Record<string, string | Uint8Array>>) {
  const memory = createMemoryFileStore({ files });
  const ranges: { start: number; length: number }[] = [];
  const counting: FileStore = {
    ...memory,
    read: (path, options) => {
      ranges.push({ start: options.start, length: options.length });
      return memory.read(path, options);
    },
  };
  return { files: counting, ranges };
}

describe('read_file of a text', () => {
  it('answers the text once, and then the facts as JSON', async () => {
    const { files, ranges } = store({ 'notes/a.md': 'one\ntwo\n' });
    const { blocks, facts } = open(await runTool(readFile, { path: '/notes/a.md' }, files));
    expect(blocks).toEqual([{ type: 'text', text: 'one\ntwo\n' }]);
    expect(facts).toEqual({
      path: 'notes/a.md',
      size: 8,
      media_type: 'text/plain; charset=utf-8',
      modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      etag: toEtag('one\ntwo\n'),
      version_id: 'v1',
      first_line: 1,
      last_line: 2,
      total_lines: 2,
      truncated: false,
    });
    expect(ranges).toEqual([{ start: 0, length: 48_000 }]);
  });

  it('carries the text once over the wire, and no structured content', async () => {
    const { files } = store({ 'a.md': 'one "two"\n' });
    const server = await createTestServer({ openFiles: () => files });
    const body = legacy('tools/call', { name: 'read_file', arguments: { path: 'a.md' } });
    const { result } = await (await server.send({ body, token: await server.token('files:read') })).json();
    expect(Object.keys(result)).toEqual(['content']);
    expect(result.content).toEqual([
      { type: 'text', text: 'one "two"\n' },
      { type: 'text', text: expect.stringMatching(/^\{"path":"a\.md",/) },
    ]);
  });

  it.each([
    ['offset and limit', { offset: 3, limit: 2 }, 'line 3\nline 4\n', { first_line: 3, next_offset: 5 }],
    ['offset', { offset: 9 }, 'line 9\nline 10\n', { first_line: 9, last_line: 10, total_lines: 10 }],
    ['limit', { limit: 1 }, 'line 1\n', { first_line: 1, last_line: 1, truncated: true, next_offset: 2 }],
    ['head', { head: 2 }, 'line 1\nline 2\n', { last_line: 2, truncated: true, next_offset: 3 }],
    ['a limit beyond the end', { offset: 10, limit: 50 }, 'line 10\n', { truncated: false }],
    ['tail', { tail: 2 }, 'line 9\nline 10\n', { first_line: 9, last_line: 10, truncated: false }],
    ['a tail of all', { tail: 50 }, toLines(10), { first_line: 1, total_lines: 10, truncated: false }],
  ])('answers the lines of %s', async (_, lines, text, facts) => {
    const { files } = store({ 'a.txt': toLines(10) });
    expect(await read({ path: 'a.txt', ...lines }, files)).toEqual({
      text,
      facts: expect.objectContaining(facts),
    });
  });

  it.each([
    ['no line end', 'one\r\ntwo'],
    ['a byte order mark', '\uFEFFone\n'],
    ['CRLF', 'one\r\n\r\ntwo\r\n'],
    ['control characters', '\u001b[1mone\u001b[0m\n'],
  ])('answers %s as it is', async (_, text) => {
    const { files } = store({ 'a.txt': text });
    expect((await read({ path: 'a.txt' }, files)).text).toBe(text);
  });

  it('answers an empty file without an empty block', async () => {
    const { files } = store({ empty: '' });
    for (const lines of [{}, { offset: 1 }, { tail: 5 }]) {
      const { blocks, facts } = open(await runTool(readFile, { path: 'empty', ...lines }, files));
      expect(blocks).toEqual([]);
      expect(facts).toMatchObject({ size: 0, truncated: false, note: 'the file is empty' });
      expect(facts).not.toHaveProperty('first_line');
    }
  });

  it('recognises text by its content, whatever name and type say', async () => {
    const { files } = store({});
    await files.write(readFilePath('photo.png'), new TextEncoder().encode('no photo\n'), {
      mediaType: 'image/png',
      condition: { kind: 'none' },
      signal,
    });
    expect((await read({ path: 'photo.png' }, files)).text).toBe('no photo\n');
  });

  it('answers an old version', async () => {
    const { files } = store({ 'a.txt': 'old\n' });
    await writeText(files, 'a.txt', 'new\n');
    expect(await read({ path: 'a.txt', version_id: 'v1' }, files)).toMatchObject({
      text: 'old\n',
      facts: { version_id: 'v1', etag: toEtag('old\n') },
    });
  });

  it.each([
    ['the start', 200],
    ['the middle', 250_000],
    ['the end', 488_800],
  ])('shows a log with one byte at %s that is not UTF-8 wherever it is read', async (_, at) => {
    const log = Buffer.from('a line of this log.....\n'.repeat(20_400));
    const bytes = Buffer.concat([
      log.subarray(0, at - (at % 24)),
      Buffer.from([0xd0, 0x0a]),
      log.subarray(at - (at % 24)),
    ]);
    const { files } = store({ 'a.log': bytes });
    const line = Math.floor(at / 24) + 1;
    for (const input of [{}, { head: 2 }, { limit: 2 }, { offset: 15_000, limit: 2 }, { tail: 1 }]) {
      expect((await read({ path: 'a.log', ...input }, files)).text).toMatch(
        /^(a line of this log\.{5}|\uFFFD)\n/,
      );
    }
    const { text, facts } = await read({ path: 'a.log', offset: line, limit: 1 }, files);
    expect(text).toBe('\uFFFD\n');
    expect(facts.note).toMatch(/^not all of this is text: bytes that are not UTF-8 are shown as U\+FFFD/);
    expect(facts).not.toHaveProperty('encoding');
    const tail = await read({ path: 'a.log', tail: 20_402 - line }, files);
    expect(tail.text).toMatch(/\.\n$/);
  });

  it('says that it holds a NUL further down', async () => {
    const { files } = store({ 'a.txt': `${'a line\n'.repeat(20_000)}\0\n` });
    const { text, facts } = await read({ path: 'a.txt', offset: 20_001 }, files);
    expect(text).toBe('\0\n');
    expect(facts.note).toMatch(/NUL/);
  });
});

describe('read_file of a text in another encoding', () => {
  const lines = Array.from({ length: 6_000 }, (_, index) => `Zeile ${index + 1}: Grüße\r\n`);
  const text = lines.join('');
  const littleEndian = Buffer.from(`\uFEFF${text}`, 'utf16le');

  it.each([
    ['utf-16le', littleEndian],
    ['utf-16be', Buffer.from(littleEndian).swap16()],
    ['windows-1252', Buffer.from(text, 'latin1')],
  ])('decodes %s, and says so', async (encoding, bytes) => {
    const { files } = store({ 'a.txt': bytes });
    const first = await read({ path: 'a.txt' }, files);
    expect(text.startsWith(first.text)).toBe(true);
    expect(first.facts).toMatchObject({
      encoding,
      first_line: 1,
      truncated: true,
      note: expect.stringMatching(/^decoded from /),
    });
    expect(await read({ path: 'a.txt', offset: 3_456, limit: 2 }, files)).toMatchObject({
      text: 'Zeile 3456: Grüße\r\nZeile 3457: Grüße\r\n',
      facts: { encoding, first_line: 3_456, last_line: 3_457, next_offset: 3_458 },
    });
    expect((await read({ path: 'a.txt', offset: 6_000 }, files)).facts).toMatchObject({
      total_lines: 6_000,
    });
    expect(await read({ path: 'a.txt', tail: 2 }, files)).toMatchObject({
      text: 'Zeile 5999: Grüße\r\nZeile 6000: Grüße\r\n',
      facts: { encoding },
    });
  });

  it.each([
    ['utf-16le', littleEndian],
    ['utf-16be', Buffer.from(littleEndian).swap16()],
    ['UTF-16 of a line without end', Buffer.from(`\uFEFF${'世😀'.repeat(30_000)}`, 'utf16le')],
    ['UTF-16 with a byte too many', Buffer.concat([littleEndian, Buffer.from('x')])],
  ])('is the file when all windows of %s are put together', async (_, bytes) => {
    const whole = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
    const { files } = store({ 'a.txt': bytes });
    const forwards = [await read({ path: 'a.txt' }, files)];
    for (let { facts } = forwards[0] ?? { facts: {} }; facts.truncated; facts = forwards.at(-1)?.facts) {
      forwards.push(await read({ path: 'a.txt', cursor: facts.next_cursor }, files));
    }
    expect(forwards.map((page) => page.text).join('') === whole).toBe(true);
    const backwards = [await read({ path: 'a.txt', tail: 6_001 }, files)];
    for (let { facts } = backwards[0] ?? { facts: {} }; facts.truncated; facts = backwards[0]?.facts) {
      backwards.unshift(await read({ path: 'a.txt', tail: 6_001, cursor: facts.next_cursor }, files));
    }
    expect(backwards.length).toBeGreaterThan(1);
    expect(backwards.map((page) => page.text).join('') === whole).toBe(true);
  });
});

describe('read_file of a text that does not fit', () => {
  const long = toLines(20_000);

  const random = createSeededRandom(16);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, () => random.below(256)));
  const prose = readFileSync('LICENSE', 'utf8').repeat(30);

  it.each([
    ['prose', prose],
    ['numbered lines', long],
    ['base64 in lines', bytes.toString('base64').replace(/.{76}/g, '$&\n')],
    ['base64 in one line', bytes.toString('base64')],
    ['Chinese', '请先列出目录，再读取需要的文件；如果文件很大，请使用偏移量。\n'.repeat(10_000)],
    ['short lines', 'a\n'.repeat(200_000)],
  ])('answers as much of %s as clients show, and more where a length is asked for', async (_, whole) => {
    const { files } = store({ 'a.txt': whole });
    const measure = async (input: object) => {
      const answer = await runTool(readFile, { path: 'a.txt', ...input }, files);
      const texts = ('content' in answer ? answer.content : []).map((block) =>
        block.type === 'text' ? block.text : '',
      );
      return { tokens: countTokens(texts.join('\n')), characters: texts.join('\n').length };
    };
    const ordinary = await measure({});
    expect(ordinary.tokens).toBeLessThan(10_000);
    expect(ordinary.characters).toBeLessThan(50_000);
    for (const wanted of [{ limit: 100_000 }, { tail: 100_000 }]) {
      const largest = await measure(wanted);
      expect(largest.tokens).toBeLessThan(24_000);
      expect(largest.characters).toBeLessThan(100_000);
      expect(largest.characters).toBeGreaterThan(ordinary.characters * 1.9);
    }
  });

  it('goes on with next_offset and with next_cursor at the same place', async () => {
    const { files, ranges } = store({ 'a.txt': long });
    const first = await read({ path: 'a.txt' }, files);
    expect(first.facts).toMatchObject({ truncated: true, first_line: 1 });
    expect(first.facts.next_offset).toBe(first.facts.last_line + 1);
    const byOffset = await read({ path: 'a.txt', offset: first.facts.next_offset }, files);
    ranges.length = 0;
    const byCursor = await read({ path: 'a.txt', cursor: first.facts.next_cursor }, files);
    expect(byCursor).toEqual(byOffset);
    expect(ranges).toEqual([{ start: first.text.length, length: 48_000 }]);
  });

  it('is the file when all windows are put together', async () => {
    const whole = `\uFEFF${'Grüße, 世界 😀\r\n'.repeat(9_000)}${'😀'.repeat(50_000)}\n\nend`;
    const { files } = store({ 'a.txt': whole });
    const texts: string[] = [];
    const cursors: unknown[] = [undefined];
    for (const cursor of cursors) {
      const { text, facts } = await read({ path: 'a.txt', cursor }, files);
      texts.push(text);
      if (facts.truncated) cursors.push(facts.next_cursor);
    }
    expect(texts.join('') === whole).toBe(true);
    expect(texts.length).toBeGreaterThan(4);
  });

  it('cuts a line that is longer than an answer, and says how to go on', async () => {
    const { files } = store({ 'a.json': `[\n${'世'.repeat(50_000)}\n]\n` });
    const { text, facts } = await read({ path: 'a.json', offset: 2 }, files);
    expect(text).toMatch(/^世+$/);
    expect(facts).toMatchObject({
      first_line: 2,
      last_line: 2,
      truncated: true,
      next_offset: 3,
      note: 'line 2 is cut: next_cursor goes on inside it, next_offset after it',
    });
    expect((await read({ path: 'a.json', offset: 3 }, files)).text).toBe(']\n');
    expect((await read({ path: 'a.json', offset: 2, cursor: facts.next_cursor }, files)).text).toMatch(/^世/);
  });

  it('answers as many of the last lines as fit', async () => {
    const { files, ranges } = store({ 'a.txt': long });
    const { text, facts } = await read({ path: 'a.txt', tail: 100_000 }, files);
    expect(long.endsWith(text)).toBe(true);
    expect(text).toMatch(/^line \d+\n/);
    expect(facts).toMatchObject({
      truncated: true,
      note: expect.stringMatching(/^only \d+ of the last 100000 lines fit: next_cursor reads those before$/),
      next_cursor: expect.any(String),
    });
    const count = text.split('\n').length - 1;
    expect(facts).toMatchObject({ first_line: 20_001 - count, last_line: 20_000, total_lines: 20_000 });
    // The second one counts the lines before.
    expect(ranges).toEqual([
      { start: -96_003, length: 96_003 },
      { start: 0, length: long.length - 96_003 },
    ]);
  });

  it.each([
    ['lines', long, 100_000, long],
    ['fewer lines than the file has', long, 15_000, long.slice(long.indexOf('line 5001\n'))],
    ['lines longer than an answer', `a\n${'世😀'.repeat(30_000)}\nb\n`, 2, `${'世😀'.repeat(30_000)}\nb\n`],
    ['a line without its end', `a\n${'é'.repeat(100_000)}`, 1, 'é'.repeat(100_000)],
  ])('goes back with next_cursor through %s, until it has as many as were asked for', async (...row) => {
    const [, whole, tail, expected] = row;
    const { files } = store({ 'a.txt': whole });
    const pages = [await read({ path: 'a.txt', tail }, files)];
    for (let { facts } = pages[0] ?? { facts: {} }; facts.truncated; facts = pages.at(-1)?.facts) {
      expect(pages.length).toBeLessThan(20);
      pages.push(await read({ path: 'a.txt', tail, cursor: facts.next_cursor }, files));
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(
      pages
        .map(({ text }) => text)
        .reverse()
        .join('') === expected,
    ).toBe(true);
    const numbered = pages.filter(({ facts }) => facts.last_line > 0);
    expect(numbered).toHaveLength(pages.length);
    for (const [index, { facts }] of numbered.slice(1).entries()) {
      const isCut = /cut/.test(pages[index]?.facts.note);
      expect(facts.last_line).toBe(pages[index]?.facts.first_line - (isCut ? 0 : 1));
    }
  });

  it('numbers the lines of a tail when it comes to the start of the file', async () => {
    const { files } = store({ 'a.txt': toLines(8_000) });
    const { facts } = await read({ path: 'a.txt', tail: 8_000 }, files);
    const rest = await read({ path: 'a.txt', tail: 8_000, cursor: facts.next_cursor }, files);
    const count = rest.text.split('\n').length - 1;
    expect(rest.facts).toMatchObject({ first_line: 1, last_line: count, truncated: false });
    expect(await failTool(readFile, { path: 'a.txt', cursor: facts.next_cursor }, files)).toBe(
      'the cursor was made for other arguments: call again without cursor',
    );
    await writeText(files, 'a.txt', 'changed\n');
    expect(
      await failTool(readFile, { path: 'a.txt', tail: 8_000, cursor: facts.next_cursor }, files),
    ).toMatch(/^"a\.txt" changed meanwhile/);
  });

  it.each(['*', '', 'é', '"é"', '"a\n"', `"${'x'.repeat(300)}"`])(
    'refuses a made-up cursor with the etag %j',
    async (etag) => {
      const { files } = store({ 'a.txt': long });
      const cursor = await toCursor(
        { tool: 'read_file', path: 'a.txt' },
        { line: 1, byte: 0, target: 1, etag, encoding: 'utf-8' },
      );
      expect(await failTool(readFile, { path: 'a.txt', cursor }, files)).toBe(
        'the cursor is too old: call again without cursor',
      );
    },
  );

  it('goes on only in the file that the cursor was made for', async () => {
    const { files } = store({ 'a.txt': long, 'b.txt': long });
    const { facts } = await read({ path: 'a.txt' }, files);
    const cursor = facts.next_cursor;
    expect(await failTool(readFile, { path: 'b.txt', cursor }, files)).toBe(
      'the cursor was made for other arguments: call again without cursor',
    );
    expect(await failTool(readFile, { path: 'a.txt', version_id: 'v1', cursor }, files)).toMatch(
      /^the cursor was made for other arguments/,
    );
    expect(await failTool(readFile, { path: 'a.txt', cursor: 'garbage' }, files)).toMatch(
      /^the cursor is not one/,
    );
    await writeText(files, 'a.txt', 'changed\n');
    expect(await failTool(readFile, { path: 'a.txt', cursor }, files)).toBe(
      `"a.txt" changed meanwhile: its etag is now ${toEtag('changed\n')}; read it again without cursor`,
    );
  });
});

describe('read_file of lines with their numbers', () => {
  it.each([
    ['all', {}, '1\tone\n2\t\n3\tthree\r\n4\tend'],
    ['a window', { offset: 2, limit: 2 }, '2\t\n3\tthree\r\n'],
    ['the last lines', { tail: 2 }, '3\tthree\r\n4\tend'],
    ['columns', { column: 2, columns: 2 }, '1\tne\n2\t\n3\thr\n4\tnd\n'],
  ])('numbers %s', async (_, input, text) => {
    const { files } = store({ 'a.txt': 'one\n\nthree\r\nend' });
    expect((await read({ path: 'a.txt', line_numbers: true, ...input }, files)).text).toBe(text);
  });

  it('counts the numbers as part of the answer', async () => {
    const { files } = store({ 'a.txt': 'a\n'.repeat(200_000) });
    for (const [input, most] of [
      [{ offset: 100_000 }, 10_000],
      [{ tail: 100_000 }, 24_000],
    ] as const) {
      const { text } = await read({ path: 'a.txt', line_numbers: true, ...input }, files);
      expect(text).toMatch(/^\d{6}\ta\n/);
      expect(countTokens(text)).toBeLessThan(most);
    }
  });
});

describe('read_file of columns', () => {
  const wide = `first\n${'0123456789'.repeat(50_000)}\nlast\n`;

  it('shows columns of very long lines, and names the lines that go on', async () => {
    const { files } = store({ 'a.json': wide });
    expect(await read({ path: 'a.json', column: 400_001, columns: 12 }, files)).toMatchObject({
      text: '\n012345678901\n\n',
      facts: { columns: '400001-400012', cut_lines: [2], first_line: 1, last_line: 3, truncated: false },
    });
    expect(await read({ path: 'a.json', offset: 2, limit: 1, columns: 3 }, files)).toMatchObject({
      text: '012\n',
      facts: { next_offset: 3, note: expect.stringMatching(/pass column 4$/) },
    });
  });

  it.each([
    [{ columns: 5, tail: 1 }, /^tail and columns exclude each other/],
    [{ column: 5, tail: 1 }, /^tail and column exclude each other/],
    [{ column: 5, offset: 9 }, /^offset 9 is beyond the end/],
  ])('refuses %j', async (input, sentence) => {
    const { files } = store({ 'a.json': wide });
    expect(await failTool(readFile, { path: 'a.json', ...input }, files)).toMatch(sentence);
  });
});

describe('read_file from slow storage', () => {
  const whole = toLines(300_000);

  /** Each request takes so many milliseconds of a clock; the search for a line gives up after 18 seconds. */
  function createSlowFile(milliseconds: number) {
    const { files } = store({ 'a.log': whole });
    const clock = createMovedClock();
    const slow: FileStore = {
      ...files,
      read: async (path, options) => {
        clock.advance(milliseconds);
        options.signal.throwIfAborted();
        return files.read(path, options);
      },
    };
    return { slow, clock };
  }

  it.each([
    ['requests of 4 seconds', 4_000],
    ['requests of 15 seconds', 15_000],
  ])(
    'reaches a far line with %s, as each call goes on where the one before ended',
    async (_, milliseconds) => {
      const path = readFilePath('a.log');
      let at = { line: 1, byte: 0, target: 290_000 };
      let shown = '';
      for (let calls = 0; shown === ''; calls += 1) {
        expect(calls).toBeLessThan(100);
        const { slow, clock } = createSlowFile(milliseconds);
        const time = clock.start();
        const first = await slow.read(path, { start: at.byte, length: 48_000, signal: time.signal });
        const query = { tool: 'read_file' };
        const wanted = { from: at, target: at.target, maxLines: 1, budget: ordinaryBudget, query } as const;
        const answer = await toLinesAnswer(
          first,
          { ...wanted, encoding: 'utf-8', isNumbered: false },
          { files: slow, time },
        );
        const { blocks, facts } = open(answer);
        shown = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
        if (shown !== '') break;
        const next = await readCursor(facts.next_cursor, query, linePosition);
        expect(next.byte).toBeGreaterThan(at.byte);
        at = next;
      }
      expect(shown).toBe('line 290000\n');
    },
  );
});

describe('read_file of a large file', () => {
  const lineLength = 16;
  const lines = 2 ** 27;

  /** 2 GiB of lines that are made when they are read. */
  function createLargeFile() {
    const { files } = store({ 'a.log': '' });
    let bytesRead = 0;
    const large: FileStore = {
      ...files,
      read: async (path, { start, length }) => {
        const size = lines * lineLength;
        const from = start < 0 ? size + start : start;
        const firstLine = Math.floor(from / lineLength);
        const count = Math.ceil(length / lineLength) + 1;
        const text = Array.from(
          { length: count },
          (_, index) => `line ${String(firstLine + index + 1).padStart(10, '0')}\n`,
        );
        const offset = from - firstLine * lineLength;
        const bytes = Buffer.from(text.join('')).subarray(offset, offset + Math.min(length, size - from));
        bytesRead += bytes.length;
        const facts = { path, size, etag: '"large"', modified: new Date(0), mediaType: 'text/plain' };
        return { facts, start: from, bytes };
      },
    };
    return { files: large, bytesRead: () => bytesRead };
  }

  it('costs kilobytes for its first and its last lines', async () => {
    const { files, bytesRead } = createLargeFile();
    expect((await read({ path: 'a.log', head: 1 }, files)).text).toBe('line 0000000001\n');
    expect(await read({ path: 'a.log', tail: 1 }, files)).toMatchObject({
      text: `line ${String(lines).padStart(10, '0')}\n`,
      facts: { note: expect.stringContaining('the lines are not numbered') },
    });
    expect(bytesRead()).toBeLessThanOrEqual(192_003);
  });

  it('costs no more than the way to the line', async () => {
    const { files, bytesRead } = createLargeFile();
    const { text, facts } = await read({ path: 'a.log', offset: 200_000, limit: 2 }, files);
    expect(text).toBe('line 0000200000\nline 0000200001\n');
    expect(facts).toMatchObject({ first_line: 200_000, next_offset: 200_002 });
    expect(bytesRead()).toBeLessThan(200_000 * lineLength + 1024 * KiB);
  });

  it('ends the search for a far line after 64 MiB, and goes on with the cursor', async () => {
    const { files, bytesRead } = createLargeFile();
    const input = { path: 'a.log', offset: 5_000_000, limit: 1 };
    const stopped = await read(input, files);
    expect(stopped.text).toBe('');
    expect(stopped.facts).toMatchObject({
      truncated: true,
      note: expect.stringMatching(/^line 5000000 was not/),
    });
    expect(stopped.facts).not.toHaveProperty('next_offset');
    expect(bytesRead()).toBeLessThan(65 * 1024 * KiB);
    let found = await read({ ...input, cursor: stopped.facts.next_cursor }, files);
    // On a slow machine the time of a call may be over before.
    while (found.text === '') found = await read({ ...input, cursor: found.facts.next_cursor }, files);
    expect(found).toMatchObject({ text: 'line 0005000000\n', facts: { first_line: 5_000_000 } });
  }, 120_000);
});

describe('read_file of what is no text', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

  async function storeOf(path: string, content: Uint8Array, mediaType: string) {
    const { files, ranges } = store({});
    await files.write(readFilePath(path), content, { mediaType, condition: { kind: 'none' }, signal });
    return { files, ranges };
  }

  it('answers an image, by its content', async () => {
    const { files } = await storeOf('cat.jpg', png, 'image/jpeg');
    const { blocks, facts } = open(await runTool(readFile, { path: 'cat.jpg' }, files));
    expect(blocks).toEqual([
      { type: 'image', data: Buffer.from(png).toString('base64'), mimeType: 'image/png' },
    ]);
    expect(facts).toMatchObject({ path: 'cat.jpg', size: 12, media_type: 'image/jpeg' });
  });

  it('answers an image of more than one range whole', async () => {
    const content = Uint8Array.from({ length: 720 * KiB }, (_, index) => png[index] ?? index % 256);
    const { files, ranges } = await storeOf('cat.png', content, 'image/png');
    const { blocks } = open(await runTool(readFile, { path: 'cat.png' }, files));
    const data = Buffer.from(content).toString('base64');
    expect(blocks).toEqual([{ type: 'image', data, mimeType: 'image/png' }]);
    // With the facts it stays below the 1 MiB that some clients take.
    expect(data.length).toBeLessThan(1_000_000);
    expect(ranges).toHaveLength(2);
  });

  it('never answers an image of two versions', async () => {
    const content = Uint8Array.from({ length: 100 * KiB }, (_, index) => png[index] ?? 0);
    const { files } = await storeOf('cat.png', content, 'image/png');
    const changing: FileStore = {
      ...files,
      read: async (...call) => {
        const range = await files.read(...call);
        await writeText(files, 'cat.png', 'changed');
        return range;
      },
    };
    expect(await failTool(readFile, { path: 'cat.png' }, changing)).toMatch(/^"cat\.png" changed meanwhile/);
  });

  it.each([
    ['its type', 'sound', 'audio/mpeg', 'audio/mpeg'],
    ['its name, when it has no type', 'sound.wav', 'application/octet-stream', 'audio/wav'],
  ])('answers a sound, by %s', async (_, path, stored, mimeType) => {
    const { files } = await storeOf(path, Uint8Array.from([0xff, 0xfb, 0x00]), stored);
    const { blocks } = open(await runTool(readFile, { path }, files));
    expect(blocks).toEqual([{ type: 'audio', data: '//sA', mimeType }]);
  });

  it.each([
    ['an image that is too large', 'a.png', 'image/png', 720 * KiB + 1],
    ['an image of another type', 'a.heic', 'image/heic', 8],
    ['any other file', 'a.zip', 'application/zip', 100],
  ])('answers %s as a link for 15 minutes to this version', async (_, name, mediaType, size) => {
    const content = new Uint8Array(size);
    if (name === 'a.png') content.set(png);
    const { files, ranges } = await storeOf(`dir/${name}`, content, mediaType);
    const { blocks, facts } = open(await runTool(readFile, { path: `dir/${name}` }, files));
    expect(blocks).toEqual([
      {
        type: 'resource_link',
        uri: `https://files.example/dir/${name}?expires=900&versionId=v1`,
        name,
        mimeType: mediaType,
        size,
      },
    ]);
    expect(facts).toMatchObject({ size, note: expect.stringContaining('15 minutes') });
    expect(ranges).toHaveLength(1);
  });

  it.each([{ offset: 1 }, { limit: 5 }, { head: 5 }, { tail: 5 }])(
    'refuses lines of it: %j',
    async (lines) => {
      const { files } = await storeOf('cat.png', png, 'image/png');
      expect(await failTool(readFile, { path: 'cat.png', ...lines }, files)).toBe(
        `"cat.png" is image/png and not text, so that ${Object.keys(lines)[0]} cannot be: call read_file with the path alone`,
      );
    },
  );
});

describe('read_file, asked for what cannot be', () => {
  const { files } = store({ 'a.txt': 'one\ntwo', 'dir/b.txt': 'x' });

  it.each([
    [{ offset: 1, head: 1 }, /^offset and head exclude each other/],
    [{ limit: 1, tail: 1 }, /^limit and tail exclude each other/],
    [{ head: 1, tail: 1 }, /^head and tail exclude each other/],
    [{ tail: 1, cursor: 'x' }, /^the cursor is not one/],
    [{ offset: 3 }, /^offset 3 is beyond the end of "a\.txt", which has 2 lines/],
    [{ version_id: 'v9' }, /^"a\.txt" has no version "v9": call list_file_versions/],
    [{ path: 'dir' }, /^"dir" is a directory: call list_files/],
    [{ path: 'none' }, /no file "none"/],
    [{ path: '../a.txt' }, /^the path holds the segment/],
  ])('answers %j with the remedy', async (input, sentence) => {
    expect(await failTool(readFile, { path: 'a.txt', ...input }, files)).toMatch(sentence);
  });

  it.each([
    { offset: 0 },
    { offset: 1.5 },
    { limit: 0 },
    { limit: 100_001 },
    { head: -1 },
    { tail: 0 },
    { lines: 1 },
  ])('does not take %j', (input) => {
    expect(readFile.input.safeParse({ path: 'a.txt', ...input }).success).toBe(false);
  });
});
