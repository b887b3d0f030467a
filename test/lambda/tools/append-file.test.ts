import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { appendFile } from '../../../lambda/tools/append-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { caller, failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();
const path = readFilePath('log.md');

/** A store in which others do something between every reading and the writing after it, `times` in all. */
function disturb(files: FileStore, times: number, others: (turn: number) => Promise<unknown>): FileStore {
  let turn = 0;
  return {
    ...files,
    write: async (...call) => {
      turn += 1;
      if (turn <= times) await others(turn);
      return files.write(...call);
    },
  };
}

/** Does something as late as a remote store. */
async function later<Result>(work: () => Promise<Result>): Promise<Result> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return work();
}

describe('append_file', () => {
  it('adds the text as it is', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': '\uFEFFone\r\ntwo\n' } });
    const whole = '\uFEFFone\r\ntwo\n, three\n';
    expect(await runTool(appendFile, { path: 'log.md', content: ', three\n' }, files)).toEqual({
      text: `Appended to "log.md" (20 bytes, etag ${toEtag(whole)}, version v2).`,
      structured: { path: 'log.md', size: 20, etag: toEtag(whole), version_id: 'v2' },
    });
  });

  it.each([
    ['one\r\ntwo\r\n', 'three\nfour\r\n', 'one\r\ntwo\r\nthree\r\nfour\r\n'],
    ['one\r\ntwo', '\nthree', 'one\r\ntwo\r\nthree'],
    ['one\n', 'two\r\n', 'one\ntwo\r\n'],
    ['one\r\ntwo\n', 'three\n', 'one\r\ntwo\nthree\n'],
    ['\n', 'a\n', '\na\n'],
    ['one', '\ntwo\n', 'one\ntwo\n'],
    ['', 'one\n', 'one\n'],
  ])('ends lines as all lines of the file end: %j and %j', async (present, content, whole) => {
    const files = createMemoryFileStore({ files: { 'log.md': present } });
    await runTool(appendFile, { path: 'log.md', content }, files);
    expect(await readText(files, 'log.md')).toBe(whole);
  });

  it.each(['log.md', 'new.md'])('makes no binary file of %s', async (name) => {
    const files = createMemoryFileStore({ files: { 'log.md': 'one\n' } });
    expect(await failTool(appendFile, { path: name, content: '\0' }, files)).toMatch(
      /^content holds a NUL character and nothing was changed/,
    );
    expect(await readText(files, 'log.md')).toBe('one\n');
  });

  it('creates the file with the type of its name', async () => {
    const files = createMemoryFileStore();
    await runTool(appendFile, { path: 'log.md', content: 'one\n' }, files);
    expect(await readText(files, 'log.md')).toBe('one\n');
    expect(await files.stat(path, { signal })).toMatchObject({ mediaType: 'text/markdown; charset=utf-8' });
  });

  it('keeps the type of the file', async () => {
    const files = createMemoryFileStore();
    const options = { mediaType: 'text/x-log', condition: { kind: 'none' as const }, signal };
    await files.write(path, new TextEncoder().encode('one\n'), options);
    await runTool(appendFile, { path: 'log.md', content: 'two\n' }, files);
    expect(await files.stat(path, { signal })).toMatchObject({ mediaType: 'text/x-log' });
  });

  it('loses nothing when two append at once', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': 'start\n' } });
    const append = (content: string) => runTool(appendFile, { path: 'log.md', content }, files);
    await Promise.all([append('one\n'), append('two\n'), append('three\n')]);
    const lines = (await readText(files, 'log.md')).trimEnd().split('\n');
    expect(lines.toSorted()).toEqual(['one', 'start', 'three', 'two']);
  });

  it('loses nothing when two create the file at once', async () => {
    const files = createMemoryFileStore();
    const append = (content: string) => runTool(appendFile, { path: 'log.md', content }, files);
    await Promise.all([append('one\n'), append('two\n')]);
    expect((await readText(files, 'log.md')).length).toBe(8);
  });

  it('creates the file when it was deleted meanwhile', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': 'old\n' } });
    const others = () => files.delete(path, { condition: { kind: 'none' }, signal });
    await runTool(appendFile, { path: 'log.md', content: 'new\n' }, disturb(files, 1, others));
    expect(await readText(files, 'log.md')).toBe('new\n');
  });

  it('gives up after eight others in a row, and overwrites none of them', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const files = createMemoryFileStore({ files: { 'log.md': '0' } });
    const others = (turn: number) => writeText(files, 'log.md', String(turn));
    const append = { path: 'log.md', content: '!' };
    await runTool(appendFile, append, disturb(files, 8, others));
    expect(await readText(files, 'log.md')).toBe('8!');
    expect(await failTool(appendFile, append, disturb(files, 99, others))).toBe(
      `"log.md" changed meanwhile: its etag is now ${toEtag('9')}; read it again and repeat the change`,
    );
    expect(await readText(files, 'log.md')).toBe('9');
    jest.restoreAllMocks();
  });

  it('lets twenty append at once, each after a pause of its own', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': '' } });
    const remote: FileStore = {
      ...files,
      read: (...call) => later(() => files.read(...call)),
      write: (...call) => later(() => files.write(...call)),
    };
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);
    await Promise.all(lines.map((content) => runTool(appendFile, { path: 'log.md', content }, remote)));
    const written = (await readText(files, 'log.md')).split(/(?<=\n)/);
    expect(written.toSorted()).toEqual(lines.toSorted());
  });

  it('begins no further try when its time is over', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': '0' } });
    const deadline = new AbortController();
    const others = (turn: number) => writeText(files, 'log.md', String(turn));
    const late: boolean[] = [];
    const racing: FileStore = {
      ...disturb(files, 99, others),
      read: (...call) => {
        late.push(deadline.signal.aborted);
        return files.read(...call);
      },
    };
    const input = { path: 'log.md', content: '!', create: true };
    const work = appendFile.run(input, { ...caller, files: racing, signal: deadline.signal });
    setTimeout(() => deadline.abort(new Error('deadline')), 30);
    await expect(work).rejects.toThrow('deadline');
    expect(late).not.toContain(true);
  });

  it('appends nothing that could not be appended to', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': 'x'.repeat(2 ** 22) } });
    expect(await failTool(appendFile, { path: 'log.md', content: '!' }, files)).toBe(
      'the file would become 4194305 bytes long, more than the 4194304 that can be appended to, and nothing was ' +
        'changed: write to another file, or call create_upload_url and upload it whole',
    );
    expect((await files.stat(path, { signal })).size).toBe(2 ** 22);
  });

  it('does not begin again with if_match', async () => {
    const files = createMemoryFileStore({ files: { 'log.md': 'one' } });
    const append = { path: 'log.md', content: '!', if_match: toEtag('one') };
    let reads = 0;
    const racing: FileStore = {
      ...disturb(files, 1, () => writeText(files, 'log.md', 'two')),
      read: (...call) => {
        reads += 1;
        return files.read(...call);
      },
    };
    expect(await failTool(appendFile, append, racing)).toMatch(/^"log\.md" changed meanwhile/);
    expect(reads).toBe(1);
    expect(await failTool(appendFile, append, files)).toMatch(/^"log\.md" changed meanwhile/);
    expect(await readText(files, 'log.md')).toBe('two');
    await runTool(appendFile, { ...append, if_match: toEtag('two') }, files);
    expect(await readText(files, 'log.md')).toBe('two!');
  });

  it.each([
    [{ path: 'none', create: false }, /no file "none"/],
    [{ path: 'none', if_match: '"e"' }, /no file "none"/],
    [{ path: 'dir' }, /^"dir" is a directory/],
    [{ path: 'c.bin' }, /^"c\.bin" is not UTF-8 text but text\/plain; charset=utf-8: change a copy from/],
    [{ path: 'large' }, /^"large" is 4194305 bytes long and at most 4194304 can be changed in place/],
    [{ content: '\udc00' }, /^the text holds half of a character pair/],
    [{ content: 'x'.repeat(3 * 2 ** 20 + 1) }, /call create_upload_url/],
    [{ path: 'a//b' }, /^the path holds an empty segment/],
  ])('answers %# with the remedy', async (input, sentence) => {
    const content = {
      'log.md': '',
      'dir/a': '',
      'c.bin': Uint8Array.from([0]),
      large: 'x'.repeat(2 ** 22 + 1),
    };
    const files = createMemoryFileStore({ files: content });
    expect(await failTool(appendFile, { path: 'log.md', content: 'x', ...input }, files)).toMatch(sentence);
  });
});
