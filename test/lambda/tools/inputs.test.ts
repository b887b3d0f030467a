import * as catalogue from '../../../lambda/tools/catalogue.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';

const files = createMemoryFileStore({ files: { 'a.md': 'A' } });

/** The whole answer, and what the model is told. */
async function call(name: string, input: object) {
  const server = await createTestServer({ openFiles: () => files });
  const token = await server.token('files:list files:read files:write');
  const body = legacy('tools/call', { name, arguments: input });
  const answer = await (await server.send({ token, body })).text();
  const { result } = JSON.parse(answer);
  return { answer, text: String(result.content[0].text), isError: result.isError, logged: server.logged };
}

const named = ['copy_file', 'create_download_url', 'get_file_info', 'read_file', 'restore_file'];

describe('the argument version_id', () => {
  it('is one of these tools', async () => {
    const tools = await Promise.all(Object.values(catalogue).map((entry) => entry.load()));
    const taking = tools.filter(({ input }) => Object.keys(input.shape).includes('version_id'));
    expect(taking.map(({ name }) => name)).toEqual(named);
  });

  it.each(named)('of %s must be one that a URL can carry, and is no outage otherwise', async (name) => {
    for (const version_id of ['', '\ud800', 'é', 'a b', 'a\r\nb: c', 'x'.repeat(1025), 'x'.repeat(200_000)]) {
      const paths = name === 'copy_file' ? { source: 'a.md', target: 'b.md' } : { path: 'a.md' };
      const { answer, text, isError, logged } = await call(name, { ...paths, version_id });
      expect(text).toContain('version_id is not valid: pass one from list_file_versions');
      expect(isError).toBe(true);
      expect(answer.length).toBeLessThan(1_000);
      expect(logged.map(({ event }) => event)).not.toContain('tool_failed');
    }
  });
});

describe('a name in which something hides', () => {
  it.each([
    ['write_file', { path: 'a\u202e.md', content: '' }],
    ['append_file', { path: 'a\u202e.md', content: '' }],
    ['create_upload_url', { path: 'a\u202e.md', size: 1 }],
    ['copy_file', { source: 'a.md', target: 'a\u202e.md' }],
    ['move_file', { source: 'a.md', target: 'a\u202e.md' }],
    ['copy_directory', { source: 'dir', target: 'a\u202e' }],
    ['move_directory', { source: 'dir', target: 'a\u202e' }],
  ])('is refused by %s', async (name, input) => {
    expect(await call(name, input)).toMatchObject({ isError: true, text: expect.stringContaining('U+202E') });
  });
});

describe('an argument that is a path', () => {
  it.each([
    ['create_download_url', {}],
    ['create_upload_url', { size: 1 }],
    ['edit_file', { edits: [{ old_text: 'a', new_text: 'b' }] }],
    ['edit_files', { old_text: 'a', new_text: 'b' }],
    ['get_file_info', {}],
    ['list_file_versions', {}],
    ['list_files', {}],
    ['read_file', {}],
    ['restore_file', { version_id: 'v1' }],
    ['search_files', { query: 'a' }],
    ['write_file', { content: 'a' }],
  ])('of %s has a bound, so that no answer repeats more', async (name, input) => {
    const { answer, text } = await call(name, { ...input, path: `../${'"'.repeat(700_000)}` });
    expect(text).toContain('the path is too long: use at most 800 bytes');
    expect(answer.length).toBeLessThan(1_000);
  });

  it('of read_multiple_files has one too, each of them', async () => {
    const { answer, text } = await call('read_multiple_files', { paths: ['a.md', '"'.repeat(700_000)] });
    expect(text).toContain('the path is too long: use at most 800 bytes');
    expect(answer.length).toBeLessThan(1_000);
  });

  it('below the bound is refused with its length', async () => {
    const { text } = await call('read_file', { path: 'x'.repeat(801) });
    expect(text).toBe('the path is 801 bytes long: use at most 800');
  });
});

describe('a text that is no valid Unicode', () => {
  it.each([
    ['write_file', { path: 'b.md', content: '\ud83d' }, 'the text'],
    ['append_file', { path: 'b.md', content: '\ud83d' }, 'the text'],
    ['edit_file', { path: 'a.md', edits: [{ old_text: '\ude00', new_text: 'x' }] }, 'old_text'],
    ['edit_file', { path: 'a.md', edits: [{ old_text: 'A', new_text: '\ud83d' }] }, 'new_text'],
    ['search_files', { query: '\ud83d' }, 'the query'],
    ['search_files', { query: '\ud83d', regex: true }, 'the query'],
    ['search_files', { glob: '\ud83d*' }, 'the glob'],
    ['list_files', { glob: '\ud83d*' }, 'the glob'],
    ['list_files', { path: '\ud83d' }, 'the path'],
  ])('is refused by %s: %j', async (name, input, what) => {
    const { text, isError } = await call(name, input);
    expect(isError).toBe(true);
    expect(text).toMatch(new RegExp(`^${what} holds half of a character pair.*: send valid Unicode$`));
  });
});
