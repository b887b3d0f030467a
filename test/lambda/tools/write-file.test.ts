import { readFilePath } from '../../../lambda/files/file-path.ts';
import { writeFile } from '../../../lambda/tools/write-file.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { createMemoryFileStore, readText, toEtag } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

describe('write_file', () => {
  it('creates a file and answers its etag and version', async () => {
    const files = createMemoryFileStore();
    const etag = toEtag('Grüße\n');
    expect(await runTool(writeFile, { path: './notes/a.md', content: 'Grüße\n' }, files)).toEqual({
      text: `Successfully wrote to "notes/a.md" (8 bytes, etag ${etag}, version v1).`,
      structured: { path: 'notes/a.md', size: 8, etag, version_id: 'v1' },
    });
    expect(await readText(files, 'notes/a.md')).toBe('Grüße\n');
  });

  it('overwrites what is there when nothing is demanded', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'old' } });
    await runTool(writeFile, { path: 'a.md', content: '' }, files);
    expect(await readText(files, 'a.md')).toBe('');
  });

  it('writes bytes from base64, padded or not', async () => {
    const files = createMemoryFileStore();
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
    const base64 = Buffer.from(bytes).toString('base64');
    for (const content of [base64, base64.replace(/=+$/, ''), base64.replace(/.{76}/g, '$&\r\n')]) {
      await runTool(writeFile, { path: 'a.png', content, encoding: 'base64' }, files);
      const range = await files.read(readFilePath('a.png'), { start: 0, length: 2000, signal });
      expect(Buffer.from(range.bytes).equals(bytes)).toBe(true);
    }
  });

  it.each([
    ['a.md', 'utf8', 'text/markdown; charset=utf-8'],
    ['a', 'utf8', 'text/plain; charset=utf-8'],
    ['a.png', 'base64', 'image/png'],
    ['a', 'base64', 'application/octet-stream'],
  ])('gives %s of %s the type %s', async (path, encoding, mediaType) => {
    const files = createMemoryFileStore();
    await runTool(writeFile, { path, content: 'AAAA', encoding }, files);
    expect(await files.stat(readFilePath(path), { signal })).toMatchObject({ mediaType });
  });

  it('takes if_match with its quotes and without, and then overwrites nothing newer', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'one' } });
    await runTool(writeFile, { path: 'a.md', content: 'two', if_match: toEtag('one') }, files);
    await runTool(writeFile, { path: 'a.md', content: 'three', if_match: toEtag('two').slice(1, -1) }, files);
    const late = { path: 'a.md', content: 'late', if_match: toEtag('two') };
    expect(await failTool(writeFile, late, files)).toBe(
      `"a.md" changed meanwhile: its etag is now ${toEtag('three')}; read it again and repeat the change`,
    );
    expect(await readText(files, 'a.md')).toBe('three');
  });

  it('tells that NUL characters make the file binary, to a program and a model', async () => {
    const files = createMemoryFileStore();
    const note = 'The content holds NUL characters: read_file and search_files take the file for binary.';
    const answer = await runTool(writeFile, { path: 'a.md', content: 'a\0b' }, files);
    expect(answer).toMatchObject({ text: expect.stringContaining(note), structured: { size: 3, note } });
    const bytes = { path: 'a.bin', content: 'AAAA', encoding: 'base64' };
    expect((await runTool(writeFile, bytes, files)).structured).not.toHaveProperty('note');
  });

  it('only creates with create_only', async () => {
    const files = createMemoryFileStore();
    await runTool(writeFile, { path: 'a.md', content: 'one', create_only: true }, files);
    expect(await failTool(writeFile, { path: 'a.md', content: 'two', create_only: true }, files)).toMatch(
      /^"a\.md" exists already and its etag is "[0-9a-f]{32}": /,
    );
    expect(await readText(files, 'a.md')).toBe('one');
  });

  it.each([
    [{ if_match: '"e"', create_only: true }, /^if_match and create_only exclude each other/],
    [{ if_match: '"e"' }, /^there is no file "a": call list_files/],
    [{ if_match: '' }, /^if_match is not an etag/],
    [{ if_match: '*' }, /^if_match is not an etag/],
    [{ encoding: 'base64', content: 'no base64!' }, /^content is not base64: encode the bytes with/],
    [{ encoding: 'base64', content: 'AAAAA' }, /^content is not base64/],
    [{ encoding: 'base64', content: 'a-_a' }, /^content is not base64/],
    [{ content: 'half \ud83d' }, /^the text holds half of a character pair/],
    [
      { content: 'x'.repeat(3 * 2 ** 20 + 1) },
      /at most 3145728 can be written at once: call create_upload_url/,
    ],
    [{ content: '世'.repeat(2 ** 20 + 1) }, /^the content is 3145731 bytes long/],
    [{ path: '../a' }, /^the path holds the segment/],
    [{ path: 'a/' }, /^the path ends with "\/"/],
  ])('answers %# with the remedy and writes nothing', async (input, sentence) => {
    const files = createMemoryFileStore();
    const write = files.write;
    const written: unknown[] = [];
    const watched = {
      ...files,
      write: async (...call: Parameters<typeof write>) => {
        const facts = await write(...call);
        written.push(facts);
        return facts;
      },
    };
    expect(await failTool(writeFile, { path: 'a', content: 'x', ...input }, watched)).toMatch(sentence);
    expect(written).toEqual([]);
  });

  it('keeps to the bound that the operator set, and tells a program and a model the same', async () => {
    const files = createMemoryFileStore();
    const server = await createTestServer({ openFiles: () => files, limits: { maxWriteBytes: 4 } });
    const token = await server.token('files:write');
    const call = async (content: string) => {
      const body = legacy('tools/call', { name: 'write_file', arguments: { path: 'a', content } });
      return (await (await server.send({ body, token })).json()).result;
    };
    expect(await call('世!')).toEqual({
      content: [
        { type: 'text', text: expect.stringContaining(`(4 bytes, etag ${toEtag('世!')}, version v1)`) },
      ],
      structuredContent: { path: 'a', size: 4, etag: toEtag('世!'), version_id: 'v1' },
    });
    expect(await call('世世')).toEqual({
      isError: true,
      content: [
        { type: 'text', text: expect.stringContaining('is 6 bytes long and at most 4 can be written') },
      ],
    });
  });

  it('is bounded in what one call takes, and not in how large a file becomes', async () => {
    const files = createMemoryFileStore();
    const server = await createTestServer({ openFiles: () => files, limits: { maxWriteBytes: 4 } });
    const token = await server.token('files:read files:write');
    const call = async (name: string, args: object) => {
      const body = legacy('tools/call', { name, arguments: { path: 'a', ...args } });
      const { result } = await (await server.send({ body, token })).json();
      return result.isError === true;
    };
    expect(await call('write_file', { content: 'abcd' })).toBe(false);
    expect(await call('append_file', { content: 'abcde' })).toBe(true);
    expect(await call('append_file', { content: 'efgh' })).toBe(false);
    expect(await call('edit_file', { edits: [{ old_text: 'h', new_text: 'h, i, j' }] })).toBe(false);
    expect(await readText(files, 'a')).toBe('abcdefgh, i, j');
  });

  it('takes 3 MiB', async () => {
    const files = createMemoryFileStore();
    const answer = await runTool(writeFile, { path: 'a', content: 'x'.repeat(3 * 2 ** 20) }, files);
    expect(answer.structured).toMatchObject({ size: 3_145_728 });
  });

  it.each([{ encoding: 'latin1' }, { if_matches: '"e"' }, { content: 7 }])('does not take %j', (input) => {
    expect(writeFile.input.safeParse({ path: 'a', content: 'x', ...input }).success).toBe(false);
  });
});
