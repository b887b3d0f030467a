import * as z from 'zod';
import * as catalogue from '../../../../lambda/tools/catalogue.ts';
import { chatgptTools } from '../../../../lambda/tools/chatgpt.ts';
import { readArguments } from '../../../../lambda/tools/input/arguments.ts';
import { createTestServer, legacy } from '../../../support/mcp-server.ts';

const schema = z.strictObject({
  path: z.string().max(5, 'the path is too long'),
  limit: z.int().min(1).max(9).optional(),
  dry_run: z.boolean().default(true),
  encoding: z.enum(['utf8', 'base64']).optional(),
  edits: z
    .array(z.strictObject({ old_text: z.string().min(1), count: z.number().optional() }))
    .min(1)
    .max(2)
    .optional(),
  kind: z.union([z.int(), z.boolean()]).optional(),
});

function fault(given: unknown): unknown {
  try {
    return readArguments(schema, given);
  } catch (error) {
    return (error as Error).message;
  }
}

describe('arguments that a tool does not take', () => {
  it.each<[object, string]>([
    [{}, 'path is missing'],
    [{ path: null }, 'path must be a string, not null'],
    [{ path: 7 }, 'path must be a string, not 7'],
    [{ path: 'a', limit: 'many' }, 'limit must be a number, not "many"'],
    [{ path: 'a', limit: 1.5 }, 'limit must be a whole number, not 1.5'],
    [{ path: 'a', limit: 0 }, 'limit must be at least 1'],
    [{ path: 'a', limit: '10' }, 'limit must be at most 9'],
    [{ path: 'a', dry_run: 'maybe' }, 'dry_run must be true or false, not "maybe"'],
    [{ path: 'a', encoding: 'latin1' }, 'encoding must be "utf8" or "base64", not "latin1"'],
    [{ path: 'a', edits: {} }, 'edits must be a list, not an object'],
    [{ path: 'a', edits: [] }, 'edits must have at least 1 items'],
    [{ path: 'a', edits: ['x'] }, 'edits[0] must be an object, not "x"'],
    [{ path: 'a', edits: [{ old_text: '' }] }, 'edits[0].old_text must have at least 1 characters'],
    [{ path: 'a', edits: [[]] }, 'edits[0] must be an object, not a list'],
    [{ path: 'a', kind: 'x' }, 'kind is of no kind that it may be: "x"'],
    [{ path: 'a long one' }, 'the path is too long'],
    [
      { limit: 0, dry_run: 3 },
      'path is missing; limit must be at least 1; dry_run must be true or false, not 3',
    ],
    [
      { path: 'a', dryRun: false },
      'unknown argument "dryRun" (did you mean dry_run?); known are path, limit, dry_run, encoding, edits, kind',
    ],
    [
      { path: 'a', edits: [{ oldText: 'a', old_text: 'a' }] },
      'unknown in edits[0]: "oldText" (did you mean old_text?); known are old_text, count',
    ],
  ])('are named, with what they must be: %j', (given, sentence) => {
    expect(fault(given)).toBe(sentence);
  });

  it('are answered briefly, however many there are and however long', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`unknown${index}`, 0]));
    expect(fault({ path: 'a', ...many })).toContain('and 19995 more');
    const long = {
      path: 'a',
      limit: 'x'.repeat(1_000_000),
      ['y'.repeat(1_000_000)]: 1,
      encoding: '"'.repeat(9_999),
    };
    expect(String(fault(long)).length).toBeLessThan(500);
    expect(String(fault({ path: 'a', edits: Array.from({ length: 3 }, () => 1) })).length).toBeLessThan(500);
  });
});

describe('the arguments of every tool', () => {
  const tools = [...Object.values(catalogue), ...chatgptTools].map((entry) => [entry.name, entry] as const);
  const samples = new Map<string, ReturnType<typeof toSample>>();
  beforeAll(async () => {
    for (const [name, entry] of tools) {
      const { input } = await entry.load();
      samples.set(name, toSample(z.toJSONSchema(input, { io: 'input' }) as Schema));
    }
  });

  it.each(tools)('of %s may come as clients write them', async (name, entry) => {
    const { input } = await entry.load();
    const sample = samples.get(name);
    const expected = readArguments(input, sample);
    expect(readArguments(input, toClientSpelling(sample))).toEqual(expected);
    expect(readArguments(input, JSON.stringify(sample))).toEqual(expected);
  });

  it.each(tools)('of %s may be null where they can be left out', async (name, entry) => {
    const { input } = await entry.load();
    const { required = [] } = z.toJSONSchema(input, { io: 'input' });
    const sample = Object.entries(samples.get(name) ?? {});
    const needed = Object.fromEntries(sample.filter(([key]) => required.includes(key)));
    const nulls = Object.fromEntries(
      sample.map(([key, value]) => [key, required.includes(key) ? value : null]),
    );
    expect(readArguments(input, nulls)).toEqual(readArguments(input, needed));
  });

  it.each(tools)('of %s keep strings that look like something else', async (name, entry) => {
    const { input } = await entry.load();
    const sample = samples.get(name) ?? {};
    for (const [key, value] of Object.entries(sample)) {
      if (value !== 'a') continue;
      for (const text of ['123', 'true', '[1]']) {
        expect(readArguments(input, { ...sample, [key]: text })).toMatchObject({ [key]: text });
      }
    }
  });

  it.each(tools)('of %s are refused when they are unknown, with the nearest name', async (name, entry) => {
    const { input } = await entry.load();
    const [known] = Object.keys(input.shape);
    const given = { ...samples.get(name), [`${known ?? 'x'}_x`]: 'a' };
    expect(() => readArguments(input, given)).toThrow(known ? `(did you mean ${known}?)` : 'leave it out');
  });

  it('are refused by a sentence for the model, which the log calls invalid', async () => {
    const server = await createTestServer();
    const token = await server.token('files:read');
    const body = legacy('tools/call', { name: 'read_file', arguments: { file_path: 'a.md' } });
    const { result } = await (await server.send({ token, body })).json();
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('did you mean path?') }],
    });
    expect(server.logged).toMatchObject([
      { event: 'tool_call', facts: { tool: 'read_file', outcome: 'invalid' } },
      { event: 'request' },
    ]);
  });
});

type Schema = z.core.JSONSchema.JSONSchema;

/** Arguments that a schema takes, with every member of it; the strings that may be anything are "a". */
function toSample(schema: Schema): Record<string, unknown> {
  const members = Object.entries(schema.properties ?? {});
  return Object.fromEntries(members.map(([name, member]) => [name, toValue(member as Schema)]));
}

function toValue(schema: Schema): unknown {
  const { type, minimum, anyOf, items } = schema;
  if (anyOf) return toValue(anyOf[0] as Schema);
  if (schema.enum) return schema.enum[0];
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'array') return [toValue(items as Schema)];
  return type === 'object' ? toSample(schema) : 'a';
}

/** The arguments as careless clients write them: numbers, booleans, lists and objects as strings. */
function toClientSpelling(arguments_: unknown): unknown {
  if (typeof arguments_ !== 'object' || arguments_ === null) return arguments_;
  return Object.fromEntries(
    Object.entries(arguments_).map(([name, value]) => {
      if (value === true) return [name, 'True'];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}
