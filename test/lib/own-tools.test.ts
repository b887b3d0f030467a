import { InvalidTools, readToolModule } from '../../lib/own-tools.ts';

const tools = [{ name: 'count_words' }];

describe('the tools of another app', () => {
  it('are read with their scopes', () => {
    const scopesOfTools = { count_words: ['files:read'] };
    expect(readToolModule({ tools, scopesOfTools })).toEqual(scopesOfTools);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['a module without them', {}, /export tools/],
    ['a tool without a line', { tools, scopesOfTools: {} }, /give count_words a line/],
    [
      'a line without a tool',
      { tools, scopesOfTools: { count_words: [], count_lines: [] } },
      /remove count_lines/,
    ],
    [
      'the name of a tool that there is',
      { tools: [{ name: 'read_file' }], scopesOfTools: { read_file: ['files:read'] } },
      /rename read_file/,
    ],
    [
      'two tools of one name',
      { tools: [...tools, ...tools], scopesOfTools: { count_words: [] } },
      /rename count_words/,
    ],
    ['another scope', { tools, scopesOfTools: { count_words: ['files:count'] } }, /take files:count from/],
  ])('are refused for %s', (_, module, words) => {
    expect(() => readToolModule(module)).toThrow(InvalidTools);
    expect(() => readToolModule(module)).toThrow(words);
  });
});
