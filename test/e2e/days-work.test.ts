import { createHash, randomBytes } from 'node:crypto';
import { useStack } from '../support/local-stack.ts';
import { createPerson, generations, type ToolResult } from './mcp-clients.ts';

const stack = useStack();

type Facts = Readonly<Record<string, unknown>>;

/** The text blocks of an answer. */
function textsOf({ content }: ToolResult): string[] {
  if (!Array.isArray(content)) throw new Error('an answer has content');
  return content.flatMap((block: { type: string; text?: string }) =>
    block.type === 'text' ? [block.text ?? ''] : [],
  );
}

/** The facts of an answer, which are data, or the last text block. */
function factsOf(result: ToolResult): Facts {
  if (result.isError) throw new Error(textsOf(result).join());
  return (result.structuredContent as Facts | undefined) ?? JSON.parse(textsOf(result).at(-1) ?? '');
}

describe.each(Object.entries(generations))("a day's work with %s", (name, generation) => {
  const root = name.replace(/\W+/g, '-');
  let person: ReturnType<typeof createPerson>;
  const call = (tool: string, args: Record<string, unknown>) => person.call(tool, args);
  const at = (path: string) => `${root}/${path}`;

  beforeAll(async () => {
    person = createPerson(generation, stack.mcpUrl);
    await person.connect();
  }, 60_000);

  afterAll(() => person.close());

  it('knows who it works as', async () => {
    expect(factsOf(await call('whoami', {}))).toMatchObject({
      kind: 'user',
      name: 'alice',
      organization: 'acme',
    });
  });

  it('writes, edits, and is told of a conflict before anything is lost', async () => {
    const { etag } = factsOf(
      await call('write_file', {
        path: at('plan.md'),
        content: '# Plan\n\n- one\n- two\n',
        create_only: true,
      }),
    );
    const again = await call('write_file', { path: at('plan.md'), content: 'gone', create_only: true });
    expect([again.isError, textsOf(again)[0]]).toEqual([true, expect.stringContaining(String(etag))]);

    const edited = factsOf(
      await call('edit_file', {
        path: at('plan.md'),
        edits: [{ old_text: '- two', new_text: '- two\n- three' }],
      }),
    );
    const stale = await call('write_file', { path: at('plan.md'), content: 'stale', if_match: etag });
    expect([stale.isError, textsOf(stale)[0]]).toEqual([true, expect.stringContaining(String(edited.etag))]);

    await call('append_file', { path: at('plan.md'), content: '- four\n' });
    const [text] = textsOf(await call('read_file', { path: at('plan.md') }));
    expect(text).toBe('# Plan\n\n- one\n- two\n- three\n- four\n');
  });

  it('brings back what it overwrote', async () => {
    const { version_id: precious } = factsOf(
      await call('write_file', { path: at('letter.txt'), content: 'precious' }),
    );
    await call('write_file', { path: at('letter.txt'), content: 'a mistake' });
    const { versions } = factsOf(await call('list_file_versions', { path: at('letter.txt') }));
    expect((versions as Facts[]).map(({ version_id }) => version_id)).toContain(precious);
    await call('restore_file', { path: at('letter.txt'), version_id: precious });
    expect(textsOf(await call('read_file', { path: at('letter.txt') }))[0]).toBe('precious');

    await call('delete_file', { path: at('letter.txt') });
    expect(await call('read_file', { path: at('letter.txt') })).toMatchObject({ isError: true });
    await call('restore_file', { path: at('letter.txt'), version_id: precious });
    expect(textsOf(await call('read_file', { path: at('letter.txt') }))[0]).toBe('precious');
  });

  it('reads a window of a large file and goes on from there', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1} – größer`);
    await call('write_file', { path: at('large.log'), content: `${lines.join('\n')}\n` });
    const window = await call('read_file', { path: at('large.log'), offset: 5_000, limit: 3 });
    expect(textsOf(window)[0]?.trimEnd().split('\n')).toEqual(lines.slice(4_999, 5_002));
    expect(
      textsOf(await call('read_file', { path: at('large.log'), tail: 2 }))[0]
        ?.trimEnd()
        .split('\n'),
    ).toEqual(lines.slice(-2));

    let cursor: unknown;
    let text = '';
    for (let page = 0; page < 20; page += 1) {
      const result = await call('read_file', {
        path: at('large.log'),
        ...(cursor !== undefined && { cursor }),
      });
      text += textsOf(result)[0] ?? '';
      const facts = factsOf(result);
      cursor = facts.next_cursor;
      if (!facts.truncated) break;
    }
    expect(text).toBe(`${lines.join('\n')}\n`);
  });

  it('lists page by page and searches', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `report-${String(index + 10)}.md`);
    await Promise.all(
      names.map((file, index) =>
        call('write_file', {
          path: at(`reports/${file}`),
          content: `# ${file}\n${index === 7 ? 'the needle\n' : ''}`,
        }),
      ),
    );
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let page = 0; page < 10; page += 1) {
      const facts = factsOf(
        await call('list_files', { path: at('reports'), limit: 5, ...(cursor !== undefined && { cursor }) }),
      );
      seen.push(...(facts.entries as Facts[]).map((entry) => entry.name));
      cursor = facts.next_cursor;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual(names);
    const [found] = textsOf(await call('search_files', { path: root, query: 'needle', glob: '*.md' }));
    expect(found).toContain('reports/report-17.md:2');
  });

  it('moves binary content by URL, and a copy and a rename on the server', async () => {
    const content = randomBytes(300_000);
    const upload = factsOf(
      await call('create_upload_url', {
        path: at('data.bin'),
        size: content.length,
        media_type: 'application/octet-stream',
      }),
    );
    const put = await fetch(String(upload.url), {
      method: 'PUT',
      body: content,
      headers: upload.headers as Record<string, string>,
    });
    expect(put.status).toBe(200);
    await call('move_file', { source: at('data.bin'), target: at('archive/data.bin') });
    await call('copy_file', { source: at('archive/data.bin'), target: at('archive/copy.bin') });
    const download = factsOf(await call('create_download_url', { path: at('archive/copy.bin') }));
    const received = Buffer.from(await (await fetch(String(download.url))).arrayBuffer());
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(received)).toBe(hash(content));
    expect(await call('read_file', { path: at('data.bin') })).toMatchObject({ isError: true });
  });
});
