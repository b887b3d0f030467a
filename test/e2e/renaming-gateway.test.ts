import { useStack } from '../support/local-stack.ts';
import { createPerson, generations } from './mcp-clients.ts';

const stack = useStack({ MCP_GATEWAY_RENAMES: '1' });

describe('a gateway that renames the challenge', () => {
  it('has it written anew from the twin, which stays inside', async () => {
    const { headers } = await fetch(stack.mcpUrl, { method: 'POST', body: '{}' });
    const renamed = headers.get('x-amzn-remapped-www-authenticate');
    expect(renamed).toMatch(/^Bearer scope=/);
    expect(headers.get('www-authenticate')).toBe(renamed);
    expect(headers.has('x-mcp-challenge')).toBe(false);
  });

  it.each(Object.entries(generations))(
    'lets %s sign in and step up all the same',
    async (name, generation) => {
      const path = `${name.replace(/\W+/g, '-')}/notes.md`;
      const person = createPerson(generation, stack.mcpUrl);
      await person.connect();
      expect(person.requestedScopes()[0]).not.toContain('files:write');
      expect(await person.call('write_file', { path, content: 'hello' })).toMatchObject({
        structuredContent: { path, size: 5 },
      });
      expect(person.requestedScopes()[1]).toEqual(
        expect.arrayContaining(['files:list', 'files:read', 'files:write']),
      );
      await person.close();
    },
  );
});
