import type { FileStore } from '../../../../lambda/files/file-store.ts';
import { nameNearest } from '../../../../lambda/tools/answer/nearest-files.ts';
import { listFiles } from '../../../../lambda/tools/list-files.ts';
import { moveDirectory } from '../../../../lambda/tools/move-directory.ts';
import { createTestServer, legacy, modern } from '../../../support/mcp-server.ts';
import { createMemoryFileStore } from '../../../support/memory-file-store.ts';
import { caller } from '../../../support/run-tool.ts';

const principal = { ...caller.principal, scopes: new Set(['files:list']) };
const { signal } = caller;

/** The names near to a path among files that hold nothing of interest. */
async function near(path: string, names: readonly string[]): Promise<string> {
  const files = createMemoryFileStore({ files: Object.fromEntries(names.map((name) => [name, 'x'])) });
  return nameNearest(path, { files, principal, signal });
}

describe('the names near to a missing file', () => {
  it.each([
    // What agents mistype: letters, case, separators, the ending.
    ['notes/todya.md', ['notes/today.md', 'notes/other.md'], '"notes/today.md"'],
    ['notes/Today.md', ['notes/today.md'], '"notes/today.md"'],
    ['my_file.txt', ['my-file.txt', 'zebra'], '"my-file.txt"'],
    ['report.docx', ['report.pdf', 'zebra'], '"report.pdf"'],
    ['日本語.md', ['日本誌.md', 'zebra'], '"日本誌.md"'],
    // A directory by that name, also where it stands on the way.
    ['note', ['notes/today.md'], '"notes/"'],
    ['note/today.md', ['notes/today.md', 'zebra'], '"notes/"'],
    ['src/mian/app.ts', ['src/main/app.ts'], '"src/main/"'],
    // The nearest first, and three at most.
    ['a1.md', ['a2.md', 'a3.md', 'a4.md', 'a5.md'], '"a2.md", "a3.md", "a4.md"'],
    ['sources', ['sauces', 'source'], '"source", "sauces"'],
    // What hides in a name is shown.
    ['today.md', ['to\u200bday.md'], String.raw`"to\u200bday.md"`],
  ])('of %s among %j are %s', async (path, names, expected) => {
    expect(await near(path, names)).toBe(expected);
  });

  it.each([
    ['today.md', ['zebra.png', 'b/c.md']],
    // A file cannot stand in for a directory.
    ['note/today.md', ['notes', 'zebra/a']],
    ['today.md', []],
  ])('of %s are none among %j', async (path, names) => {
    expect(await near(path, names)).toBe('');
  });

  it('take one request where the directory exists, and three at most', async () => {
    const store = createMemoryFileStore({ files: { 'a/b/c/d/e.md': 'x' } });
    const asked: string[] = [];
    const files: FileStore = {
      ...store,
      list: (directory, options) => {
        asked.push(directory);
        return store.list(directory, options);
      },
    };
    await nameNearest('a/b/c/d/f.md', { files, principal, signal });
    expect(asked.splice(0)).toEqual(['a/b/c/d']);
    await nameNearest('v/w/x/y/z.md', { files, principal, signal });
    expect(asked).toEqual(['v/w/x/y', 'v/w/x', 'v/w']);
  });

  it('are none when the file store cannot answer, and the file is missing all the same', async () => {
    const files: FileStore = {
      ...createMemoryFileStore(),
      list: () => Promise.reject(new Error('S3 is down')),
    };
    expect(await nameNearest('today.md', { files, principal, signal })).toBe('');
  });
});

describe('a file store that is slow to list', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('keeps no answer for a missing file waiting longer than two seconds', async () => {
    const files: FileStore = {
      ...createMemoryFileStore(),
      list: (_, { signal: end }) =>
        new Promise((_resolve, reject) => end.addEventListener('abort', () => reject(end.reason))),
    };
    const nearest = nameNearest('v/w/x/today.md', { files, principal, signal });
    jest.advanceTimersByTime(2_000);
    expect(await nearest).toBe('');
  });

  it('leaves no timer behind once it has answered', async () => {
    await near('today.md', ['todya.md']);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a call for a missing file', () => {
  const files = createMemoryFileStore({ files: { 'notes/today.md': 'x', 'secret/plan.md': 'x' } });
  const openFiles = () => files;

  it.each([
    ['read_file', { path: 'notes/todya.md' }],
    ['edit_file', { path: 'notes/todya.md', edits: [{ old_text: 'a', new_text: 'b' }] }],
    ['move_file', { source: 'notes/todya.md', target: 'x.md' }],
    ['get_file_info', { path: 'notes/todya.md' }],
    ['read_multiple_files', { paths: ['notes/todya.md', 'notes/today.md'] }],
  ])('names similar ones in the answer of %s', async (name, given) => {
    const server = await createTestServer({ openFiles });
    const token = await server.token('files:list files:read files:write');
    const response = await server.send({
      body: legacy('tools/call', { name, arguments: given }),
      token,
    });
    const { result } = await response.json();
    expect(result.content[0].text).toMatch(/there is no file .*; similar names: \\?"notes\/today.md\\?"/);
  });

  it('names none to a caller who may not list', async () => {
    const server = await createTestServer({ openFiles });
    for (const body of [
      legacy('tools/call', { name: 'read_file', arguments: { path: 'secret/pln.md' } }),
      legacy('resources/read', { uri: 'files:///secret/pln.md' }),
    ]) {
      const response = await server.send({ body, token: await server.token('files:read') });
      const text = await response.text();
      expect(text).toContain('there is no file');
      expect(text).not.toContain('plan.md');
    }
  });

  it('names similar ones in the error of resources/read', async () => {
    const server = await createTestServer({ openFiles });
    const token = await server.token('files:list files:read');
    const request = modern('resources/read', { uri: 'files:///notes/todya.md' });
    const { error } = await (await server.send({ ...request, token })).json();
    expect(error.message).toContain('similar names: "notes/today.md"');
    expect(error.data).toEqual({ uri: 'files:///notes/todya.md' });
  });
});

describe('a call for a missing directory', () => {
  const files = createMemoryFileStore({ files: { 'notes/today.md': 'x' } });
  const context = { ...caller, files, principal };

  it('names similar ones', async () => {
    expect(await listFiles.run({ path: 'note' }, context)).toMatchObject({
      text: 'There is nothing at "note": call list_files without path to see what is there. Similar names: "notes/".',
    });
    await expect(moveDirectory.run({ source: 'nots', target: 'b' }, context)).rejects.toThrow(
      'Similar names: "notes/".',
    );
  });
});
