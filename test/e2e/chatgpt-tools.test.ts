import { useStack } from '../support/local-stack.ts';
import { createPerson, generations } from './mcp-clients.ts';

const stack = useStack({ CHATGPT_TOOLS: '1' });

describe.each(Object.entries(generations))('the tools for ChatGPT with %s', (name, generation) => {
  const path = `${name.replace(/\W+/g, '-')}.md`;
  let person: ReturnType<typeof createPerson>;

  beforeAll(async () => {
    person = createPerson(generation, stack.mcpUrl);
    await person.connect();
  }, 60_000);

  afterAll(() => person.close());

  it('find a file and fetch its text', async () => {
    expect(await person.listTools()).toEqual(expect.arrayContaining(['search', 'fetch', 'read_file']));
    await person.call('write_file', { path, content: `The plan of ${path}\nfor the quarter.\n` });
    const found = await person.call('search', { query: `quarter "plan of ${path}"` });
    const [first] = (found.structuredContent as { results: { id: string; title: string; url: string }[] })
      .results;
    expect(first).toEqual({ id: path, title: path, url: `files:///${path}` });
    const fetched = await person.call('fetch', { id: path });
    expect(fetched).toMatchObject({
      content: [{ type: 'text', text: JSON.stringify(fetched.structuredContent) }],
      structuredContent: { id: path, text: `The plan of ${path}\nfor the quarter.\n`, url: first?.url },
    });
  });
});
