import { S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { getFileInfo } from '../../../lambda/tools/get-file-info.ts';
import { listFiles } from '../../../lambda/tools/list-files.ts';
import { searchFiles } from '../../../lambda/tools/search-files.ts';
import type { Tool } from '../../../lambda/tools/tool.ts';
import { type LocalS3, startLocalS3 } from '../../support/local-s3.ts';
import { writeText } from '../../support/memory-file-store.ts';
import { mockS3 } from '../../support/mocked-s3.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const contents = {
  'Grüße.md': 'one\nhit\n',
  'b/1.txt': 'hit',
  'b/c/2.txt': `${'x\n'.repeat(100_000)}hit`,
  'b-1': 'HIT',
  empty: '',
  'z/😀.md': 'one\r\nhit\r\n',
};

/** The first text of an answer, and the cursor to go on. */
async function ask(tool: Tool, input: Readonly<Record<string, unknown>>, files: FileStore) {
  const answer = await runTool(tool, input, files);
  if ('text' in answer) return { text: answer.text, cursor: answer.structured?.next_cursor };
  const [text = '', facts = ''] = answer.content.map((block) => (block.type === 'text' ? block.text : ''));
  return { text, cursor: JSON.parse(facts).next_cursor };
}

async function askAll(tool: Tool, input: Readonly<Record<string, unknown>>, files: FileStore) {
  const pages = [await ask(tool, input, files)];
  for (let cursor = pages[0]?.cursor; cursor !== undefined; cursor = pages.at(-1)?.cursor) {
    expect(pages.length).toBeLessThan(50);
    pages.push(await ask(tool, { ...input, cursor }, files));
  }
  return pages.map(({ text }) => text);
}

describe('the tools that find files, on S3', () => {
  let s3: LocalS3;
  let files: FileStore;

  beforeAll(async () => {
    s3 = await startLocalS3();
    files = s3.open();
    for (const [path, text] of Object.entries(contents)) await writeText(files, path, text);
  });
  afterAll(() => s3.close());

  it.each([
    [{}, ['Grüße.md', 'b-1', 'b/', 'empty', 'z/']],
    [{ recursive: true }, ['Grüße.md', 'b-1', 'b/1.txt', 'b/c/2.txt', 'empty', 'z/😀.md']],
    [{ glob: '**/*.md' }, ['Grüße.md', 'z/😀.md']],
    [{ path: 'b' }, ['1.txt', 'c/']],
    [{ path: 'z', glob: '?.md' }, ['😀.md']],
  ])('list %j page by page', async (input, names) => {
    for (const limit of [1, 3, 200]) {
      const pages = await askAll(listFiles, { ...input, limit }, files);
      const lines = pages.flatMap((page) => page.split('\n').slice(1));
      const listed = lines.filter((line) => !line.startsWith('There can be more'));
      expect(listed.map((line) => line.replace(/^\d+ /, ''))).toEqual(names);
    }
  });

  it('search, and go on inside a file', async () => {
    const expected = ['Grüße.md:2: hit', 'b/1.txt:1: hit', 'b/c/2.txt:100001: hit', 'z/😀.md:2: hit'];
    expect(await askAll(searchFiles, { query: 'hit' }, files)).toEqual([expected.join('\n')]);
    const input = { query: '[1x]|hit', regex: true, path: 'b', limit: 200 };
    const first = await ask(searchFiles, input, files);
    expect(first.text.split('\n').slice(0, 3)).toEqual([
      'b/1.txt:1: hit',
      'b/c/2.txt:1: x',
      'b/c/2.txt:2: x',
    ]);
    const second = await ask(searchFiles, { ...input, cursor: first.cursor }, files);
    const lines = second.text.split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['b/c/2.txt:200: x', 'b/c/2.txt:399: x']);
  });

  it('tell the facts of a file, and what is none', async () => {
    const { structured } = await runTool(getFileInfo, { path: 'Grüße.md' }, files);
    expect(structured).toMatchObject({ size: 8, version_id: expect.any(String) });
    expect(await failTool(getFileInfo, { path: 'b' }, files)).toMatch(/^"b" is a directory/);
    expect(await failTool(getFileInfo, { path: 'none' }, files)).toMatch(/no file "none"/);
    expect(await failTool(searchFiles, { path: 'none', query: 'x' }, files)).toMatch(/no file/);
    expect((await ask(searchFiles, { path: 'Grüße.md', query: 'hit' }, files)).text).toBe('Grüße.md:2: hit');
  });

  it('can go on behind everything in a directory', async () => {
    const { signal } = new AbortController();
    const after = { kind: 'file', name: 'b/\u{10ffff}' } as const;
    const { entries } = await files.list('' as never, { recursive: true, limit: 1, after, signal });
    expect(entries.map(({ name }) => name)).toEqual(['empty']);
  });
});

describe('the tools that find files, by the requests they make', () => {
  it('ask for a page, the facts and a small file once each', async () => {
    const s3 = mockS3('bucket');
    const files = createS3FileStore({ client: new S3Client({}), bucket: 'bucket', prefix: 'files/' });
    for (let index = 0; index < 300; index += 1) await writeText(files, `many/${index}.txt`, 'hit');
    const requests = async (tool: Tool, input: Readonly<Record<string, unknown>>) => {
      s3.resetHistory();
      await runTool(tool, input, files);
      return s3.calls().map(({ args: [command] }) => command.constructor.name);
    };
    expect(await requests(listFiles, { path: 'many' })).toEqual(['ListObjectsV2Command']);
    expect(await requests(listFiles, { recursive: true, limit: 1 })).toEqual(['ListObjectsV2Command']);
    expect(await requests(getFileInfo, { path: 'many/1.txt' })).toEqual(['HeadObjectCommand']);
    expect(await requests(searchFiles, { query: 'x', glob: '/many/7.txt' })).toEqual([
      'ListObjectsV2Command',
      'GetObjectCommand',
    ]);
    s3.restore();
  });
});
