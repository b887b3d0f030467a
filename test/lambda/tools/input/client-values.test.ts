import * as z from 'zod';
import { readClientValue } from '../../../../lambda/tools/input/client-values.ts';

describe('a value as clients write it', () => {
  it.each([
    ['7', 7],
    [' -1.5e3 ', -1500],
    ['seven', 'seven'],
    ['', ''],
    ['0x10', '0x10'],
    ['Infinity', 'Infinity'],
    [true, true],
  ])('is a number where one is wanted: %j', (value, expected) => {
    expect(readClientValue(z.int().min(1).default(1), value)).toBe(expected);
  });

  it.each([
    ['true', true],
    ['False', false],
    [' TRUE ', true],
    [false, false],
    ['yes', 'yes'],
    [1, 1],
    ['', ''],
  ])('is a boolean where one is wanted: %j', (value, expected) => {
    expect(readClientValue(z.boolean().optional(), value)).toBe(expected);
  });

  it.each([
    ['["a","1"]', ['a', '1']],
    [' ["a"] ', ['a']],
    [['a'], ['a']],
    ['a.md', 'a.md'],
    ['["a"', '["a"'],
    ['{"a":1}', { a: 1 }],
  ])('is a list where one is wanted: %j', (value, expected) => {
    expect(readClientValue(z.array(z.string()), value)).toEqual(expected);
  });

  it('is an object where one is wanted, and each member what it should be', () => {
    const schema = z.strictObject({
      items: z.array(z.strictObject({ text: z.string(), count: z.int().optional() })),
    });
    const expected = { items: [{ text: '{"a":1}', count: 3 }, { text: 'null' }] };
    const items = [
      { text: '{"a":1}', count: '3' },
      { text: 'null', count: null },
    ];
    expect(readClientValue(schema, { items })).toEqual(expected);
    expect(readClientValue(schema, JSON.stringify({ items: JSON.stringify(items) }))).toEqual(expected);
    expect(readClientValue(schema, { items: items.map((item) => JSON.stringify(item)) })).toEqual(expected);
    expect(readClientValue(z.record(z.string(), z.number()), '{"a":"1"}')).toEqual({ a: 1 });
  });

  it.each(['123', 'true', 'null', '["a"]', '{"a":1}', ' 7 ', ''])(
    'stays a string where one is wanted: %j',
    (value) => {
      expect(readClientValue(z.string().optional(), value)).toBe(value);
      expect(readClientValue(z.enum(['a']).default('a'), value)).toBe(value);
      expect(readClientValue(z.union([z.int(), z.string()]), value)).toBe(value);
    },
  );

  it('is the first of several kinds that then takes it, unless one takes it as it is', () => {
    const schema = z.union([z.int().min(10), z.array(z.string()), z.boolean()]);
    expect(readClientValue(schema, '12')).toBe(12);
    expect(readClientValue(schema, '["12"]')).toEqual(['12']);
    expect(readClientValue(schema, 'true')).toBe(true);
    expect(readClientValue(schema, '3')).toBe('3');
    expect(readClientValue(z.union([z.literal(1), z.literal('all')]), '1')).toBe(1);
    expect(readClientValue(z.literal('1'), '1')).toBe('1');
  });

  it('counts as left out when it is null, where it may be left out and null means nothing of its own', () => {
    const schema = z.object({
      optional: z.string().optional(),
      defaulted: z.boolean().default(true),
      piped: z
        .string()
        .optional()
        .transform((text) => text),
      nullable: z.string().nullish(),
      required: z.string(),
    });
    const nulls = {
      optional: null,
      defaulted: null,
      piped: null,
      nullable: null,
      required: null,
      other: null,
    };
    expect(readClientValue(schema, nulls)).toEqual({ nullable: null, required: null, other: null });
  });

  it('keeps its own members, whatever they are called', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"constructor":"1"}');
    const read = readClientValue(z.strictObject({ a: z.int().optional() }), value);
    expect(JSON.stringify(read)).toBe('{"__proto__":{"a":1},"constructor":"1"}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('is not parsed when its strings together have more structure than a message may have', () => {
    const list = JSON.stringify(Array.from({ length: 30_000 }, () => 0));
    const schema = z.object({ one: z.array(z.number()), two: z.array(z.number()) });
    const parse = jest.spyOn(JSON, 'parse');
    const read = readClientValue(schema, { one: list, two: list });
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
    expect(read).toEqual({ one: expect.any(Array), two: list });
    const deep = `${'['.repeat(1_000)}${']'.repeat(1_000)}`;
    expect(readClientValue(z.array(z.unknown()), deep)).toBe(deep);
  });
});
