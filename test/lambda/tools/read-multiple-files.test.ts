import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import { findEncoding } from '../../../lambda/text/encoding.ts';
import { readEach, readMultipleFiles } from '../../../lambda/tools/read-multiple-files.ts';
import type { UntypedAnswer } from '../../../lambda/tools/tool.ts';
import { createDocx, wordParagraph } from '../../support/documents/office.ts';
import { createPdf } from '../../support/documents/pdf.ts';
import { createMemoryFileStore, toEtag } from '../../support/memory-file-store.ts';
import { createMovedClock } from '../../support/moved-clock.ts';
import { caller, failTool, runTool } from '../../support/run-tool.ts';

/** The texts of the blocks, with those that are JSON read. */
async function read(paths: readonly string[], files: FileStore) {
  return open(await runTool(readMultipleFiles, { paths }, files));
}

function open(answer: UntypedAnswer) {
  const content = 'content' in answer ? answer.content : [];
  return content.map((block) => {
    const text = block.type === 'text' ? block.text : '';
    return text.startsWith('{') ? JSON.parse(text) : text;
  });
}

const sendsToReadFile = 'not text: call read_file for it alone, which reads documents too';

const line = 'a line of a log with some words in it\n';

describe('read_multiple_files', () => {
  it('sends documents to read_file, a PDF without a byte that text has not as well', async () => {
    const pdf = createPdf([['text of a page']]);
    expect(findEncoding(pdf)).toBe('utf-8');
    const docx = createDocx(wordParagraph('text'));
    const files = createMemoryFileStore({ files: { 'a.pdf': pdf, 'b.docx': docx, 'c.html': '<p>text</p>' } });
    const wanted = ['a.pdf', 'b.docx', { path: 'a.pdf', tail: 2 }, 'c.html'].map((file) =>
      typeof file === 'string' ? { path: file } : file,
    );
    expect(open(await runTool(readMultipleFiles, { files: wanted }, files))).toEqual([
      expect.objectContaining({ path: 'a.pdf', note: sendsToReadFile }),
      expect.objectContaining({ path: 'b.docx', note: sendsToReadFile }),
      expect.objectContaining({ path: 'a.pdf', note: sendsToReadFile }),
      expect.objectContaining({ path: 'c.html' }),
      '<p>text</p>',
    ]);
  });

  it('answers each file as its facts and its text, in the order that was asked', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'A\n', 'b.md': 'B\nB', empty: '' } });
    expect(await read(['b.md', 'empty', 'a.md'], files)).toEqual([
      expect.objectContaining({
        path: 'b.md',
        size: 3,
        etag: toEtag('B\nB'),
        total_lines: 2,
        truncated: false,
      }),
      'B\nB',
      expect.objectContaining({ path: 'empty', size: 0, note: 'the file is empty' }),
      expect.objectContaining({ path: 'a.md', version_id: 'v1' }),
      'A\n',
    ]);
  });

  it('answers a path that cannot be read with its error, and the others all the same', async () => {
    const files = createMemoryFileStore({
      files: { 'a.md': 'A\n', 'dir/b.md': 'B', 'c.bin': Uint8Array.from([0, 1]) },
    });
    expect(await read(['none', '../up', 'dir', 'c.bin', 'a.md'], files)).toEqual([
      { path: 'none', error: expect.stringContaining('no file "none"') },
      { path: '../up', error: expect.stringMatching(/^the path holds the segment/) },
      { path: 'dir', error: expect.stringMatching(/^"dir" is a directory/) },
      expect.objectContaining({ path: 'c.bin', size: 2, note: sendsToReadFile }),
      expect.objectContaining({ path: 'a.md' }),
      'A\n',
    ]);
  });

  it('splits an answer fairly: what small files leave goes to the large ones', async () => {
    const files = createMemoryFileStore({
      files: { small: 'small\n', 'one.txt': line.repeat(5_000), 'two.txt': line.repeat(5_000) },
    });
    const [one, oneText, small, smallText, two, twoText] = await read(['one.txt', 'small', 'two.txt'], files);
    expect(small).toMatchObject({ truncated: false });
    expect(smallText).toBe('small\n');
    const count = oneText.length / line.length;
    expect(one).toMatchObject({ truncated: true, next_offset: count + 1, note: 'go on with read_file' });
    expect(oneText).toBe(line.repeat(count));
    expect(two.next_offset).toBe(count + 1);
    expect(twoText).toBe(oneText);
    expect(countTokens(oneText)).toBeGreaterThan(3_500);
  });

  it('stays below what clients show, with 20 files of any text', async () => {
    const texts = [
      readFileSync('LICENSE', 'utf8'),
      '{"id":1234567,"etag":"9f0a"}\n'.repeat(900),
      '请先列出目录。\n'.repeat(2_000),
    ];
    const paths = Array.from({ length: 20 }, (_, index) => `directory/of/files/${index}.txt`);
    const files = createMemoryFileStore({
      files: Object.fromEntries(paths.map((path, index) => [path, texts[index % 3] ?? ''])),
    });
    const answer = await runTool(readMultipleFiles, { paths }, files);
    const content = 'content' in answer ? answer.content : [];
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
    expect(content).toHaveLength(40);
    expect(countTokens(text)).toBeLessThan(10_000);
    expect(countTokens(text)).toBeGreaterThan(7_000);
    expect(text.length).toBeLessThan(50_000);
  });

  it('begins the next reading with the line that did not fit whole', async () => {
    const files = createMemoryFileStore({
      files: { 'a.json': 'x'.repeat(200_000), 'b.json': 'y'.repeat(200_000) },
    });
    const [a, text] = await read(['a.json', 'b.json'], files);
    expect(a).toMatchObject({ truncated: true, next_offset: 1 });
    expect(text).toBe('x'.repeat(24_000));
  });

  it('takes a text for one although a character is cut at the end of what was read', async () => {
    const files = createMemoryFileStore({ files: { 'a.json': `a${'世'.repeat(30_000)}` } });
    const [a, text] = await read(['a.json'], files);
    expect(a).toMatchObject({ truncated: true });
    expect(text).toMatch(/^a世+$/);
  });

  it('reads side by side, eight at a time', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => `${index}.md`);
    const files = createMemoryFileStore({ files: Object.fromEntries(paths.map((path) => [path, path])) });
    let running = 0;
    let most = 0;
    const slow: FileStore = {
      ...files,
      read: async (...call) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return files.read(...call);
      },
    };
    const answer = await read(paths, slow);
    expect(answer.filter((part) => typeof part === 'string')).toEqual(paths);
    expect(most).toBe(8);
  });

  it('fails whole in an outage of all files, so that it is logged', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'A' } });
    const outage = new Error('SlowDown');
    const failing: FileStore = { ...files, read: () => Promise.reject(outage) };
    await expect(read(['a.md', 'b.md'], failing)).rejects.toBe(outage);
  });

  it('answers an outage of one file, or that it may not be read, in its place', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'A' } });
    const denial = new FileStoreError({ code: 'denied', path: readFilePath('key.md'), action: 'read' });
    const half: FileStore = {
      ...files,
      read: (path, options) => {
        if (path === 'a.md') return files.read(path, options);
        return Promise.reject(path === 'key.md' ? denial : new Error('SlowDown'));
      },
    };
    expect(await read(['b.md', 'a.md', 'key.md'], half)).toEqual([
      { path: 'b.md', error: 'the file store cannot answer: try again' },
      expect.objectContaining({ path: 'a.md' }),
      'A',
      { path: 'key.md', error: expect.stringMatching(/^this server is not allowed to read "key\.md": tell/) },
    ]);
  });

  it('reads lines of each file that are named', async () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index + 1}\n`).join('');
    const files = createMemoryFileStore({ files: { 'a.log': lines, 'b.log': lines } });
    const windows = [
      { path: 'a.log', offset: 3, limit: 2 },
      { path: 'b.log', tail: 2 },
      { path: 'a.log', offset: 99 },
      { path: 'a.log', tail: 1, offset: 1 },
    ];
    const answer = await runTool(readMultipleFiles, { files: windows, line_numbers: true }, files);
    expect(open(answer)).toEqual([
      expect.objectContaining({ first_line: 3, last_line: 4, truncated: true, next_offset: 5 }),
      '3\tline 3\n4\tline 4\n',
      expect.objectContaining({ first_line: 8, last_line: 9, total_lines: 9 }),
      '8\tline 8\n9\tline 9\n',
      { path: 'a.log', error: expect.stringMatching(/^offset 99 is beyond the end/) },
      { path: 'a.log', error: expect.stringMatching(/^tail excludes/) },
    ]);
  });

  it('reads the last lines of a long log beside other files', async () => {
    const log = line.repeat(50_000);
    const files = createMemoryFileStore({ files: { 'a.log': log, 'b.md': 'B\n' } });
    const answer = await runTool(
      readMultipleFiles,
      { paths: ['b.md'], files: [{ path: 'a.log', tail: 3 }] },
      files,
    );
    const [, b, facts, tail] = open(answer);
    expect(b).toBe('B\n');
    expect(tail).toBe(line.repeat(3));
    expect(facts.note).toMatch(/^the lines are not numbered/);
  });

  it('answers the files that came in time when one never comes', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'A\n', 'b.md': 'B\n', 'c.md': 'C\n' } });
    const clock = createMovedClock();
    const stalling: FileStore = {
      ...files,
      read: (path, options) => {
        if (path !== 'b.md') return files.read(path, options);
        clock.advance(18_000);
        return Promise.reject(options.signal.reason);
      },
    };
    const wanted = ['a.md', 'b.md', 'c.md'].map((path) => ({ path }));
    expect(open(await readEach(wanted, { ...caller, files: stalling, time: clock.start() }, false))).toEqual([
      expect.objectContaining({ path: 'a.md' }),
      'A\n',
      { path: 'b.md', error: expect.stringMatching(/^the time was over/) },
      { path: 'c.md', error: expect.stringMatching(/^the time was over/) },
    ]);
    const only = [{ path: 'b.md' }];
    await expect(
      readEach(only, { ...caller, files: stalling, time: clock.start() }, false),
    ).rejects.toThrow();
  });

  it.each([[{}], [{ paths: ['a'], files: Array.from({ length: 20 }, () => ({ path: 'a' })) }]])(
    'demands 1 to 20 files: %#',
    async (input) => {
      expect(await failTool(readMultipleFiles, input, createMemoryFileStore({ files: {} }))).toMatch(
        /^name 1 to 20/,
      );
    },
  );

  it.each([[[]], [Array.from({ length: 21 }, () => 'a')]])('does not take %j', (paths) => {
    expect(readMultipleFiles.input.safeParse({ paths }).success).toBe(false);
  });
});
