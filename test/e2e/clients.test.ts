import { useStack } from '../support/local-stack.ts';
import { createPerson, generations } from './mcp-clients.ts';

const stack = useStack();

describe.each(Object.entries(generations))('%s against the local stack', (name, generation) => {
  const path = `${name.replace(/\W+/g, '-')}/notes.md`;

  it('signs in, lists, reads and is told of what is missing', async () => {
    const person = createPerson(generation, stack.mcpUrl);
    await person.connect();
    expect(person.requestedScopes()).toEqual([expect.arrayContaining(['files:list', 'files:read'])]);
    expect(person.requestedScopes()[0]).not.toContain('files:write');
    expect(await person.listTools()).toEqual(
      expect.arrayContaining(['list_files', 'read_file', 'write_file']),
    );
    expect(await person.call('read_file', { path: 'none.md' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('no file "none.md"') }],
    });
    await person.close();
  });

  it('steps up to files:write by the 403, then writes, lists and reads the file', async () => {
    const person = createPerson(generation, stack.mcpUrl);
    await person.connect();
    expect(await person.call('write_file', { path, content: 'Grüße, 世界 😀\n' })).toMatchObject({
      structuredContent: { path, size: 21 },
    });
    expect(person.requestedScopes()).toHaveLength(2);
    expect(person.requestedScopes()[1]).toEqual(
      expect.arrayContaining(['files:list', 'files:read', 'files:write']),
    );
    expect(await person.call('list_files', { path: path.split('/')[0] })).toMatchObject({
      structuredContent: { entries: [{ name: 'notes.md', size: 21 }] },
    });
    const read = await person.call('read_file', { path });
    expect(read).toMatchObject({ content: [{ type: 'text', text: 'Grüße, 世界 😀\n' }, { type: 'text' }] });
    const [, facts] = read.content as [unknown, { text: string }];
    expect(JSON.parse(facts.text)).toMatchObject({
      path,
      size: 21,
      media_type: 'text/markdown; charset=utf-8',
    });
    // Reading after the step-up needed no further sign-in.
    expect(person.requestedScopes()).toHaveLength(2);
    await person.close();
  });

  it('steps up to files:read by the 403 to resources/read, and reads the file', async () => {
    const writer = createPerson(generation, stack.mcpUrl);
    await writer.connect();
    const named = `${path.split('/')[0]}/Grüße & 100%?.md`;
    await writer.call('write_file', { path: named, content: 'Hallo\n' });
    await writer.close();
    const uri = `files:///${encodeURIComponent(path.split('/')[0] ?? '')}/Gr%C3%BC%C3%9Fe%20%26%20100%25%3F.md`;

    const choice: { refuse: readonly string[] } = { refuse: ['files:read'] };
    const person = createPerson(generation, stack.mcpUrl, choice);
    await person.connect();
    expect(await person.listResources()).toContain(uri);
    const [template] = await person.listTemplates();
    expect(await person.completePath(template ?? '', `${path.split('/')[0]}/Gr`)).toEqual([named]);
    choice.refuse = [];
    expect(await person.readResource(uri)).toMatchObject([{ uri, text: 'Hallo\n' }]);
    expect(person.requestedScopes()).toHaveLength(2);
    expect(person.requestedScopes()[1]).toContain('files:read');
    await person.close();
  });
});
