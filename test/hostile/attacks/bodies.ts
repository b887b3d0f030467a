import fc from 'fast-check';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import type { Tool } from '../../../lambda/tools/tool.ts';
import { type Attack, toCall } from '../target.ts';
import type { Attacks } from './attacks.ts';

const names = Object.values(catalogue).map(({ name }) => name);

const mebibyte = 1024 * 1024;

/** Values that JSON can hold and that programs stumble over, as text. */
const oddValues = [
  ...['1e999', '-1e999', '1e-999', '-0', '0.1e1', '9'.repeat(400), '1e1', '9007199254740993', 'null', 'true'],
  ...[
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u0000"',
    '"\\u202e"',
    '{"__proto__":{"isError":false}}',
    '[[]]',
    '{}',
  ],
  ...[
    '{"constructor":{"prototype":{}}}',
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '""',
    `"${'x'.repeat(9_999)}"`,
  ],
];

/** `tools/list` with another value for one member. */
function withMember(member: string, value: string): Attack {
  const members = { jsonrpc: '"2.0"', id: '1', method: '"tools/list"', params: '{}', [member]: value };
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return { body: `{${texts.join()}}` };
}

function nest(depth: number, [open, middle, close]: readonly [string, string, string]): string {
  return open.repeat(depth) + middle + close.repeat(depth);
}

const bytes = (...values: (number | string)[]): Attack => ({
  body: Buffer.concat(
    values.map((value) => Buffer.from(typeof value === 'string' ? value : [value])),
  ).toString('base64'),
  isBase64Encoded: true,
});

/** Calls with a progress token, which every event of an answer repeats. */
function withToken(progressToken: unknown, id: unknown = 1): Attack {
  const params = { name: 'search_files', arguments: { query: 'none' }, _meta: { progressToken } };
  return { body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }) };
}

const good = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

const corpus: readonly Attack[] = [
  ...[
    '',
    ' ',
    'null',
    '1',
    '"text"',
    '[]',
    '{}',
    '[{}]',
    `[${good}]`,
    `${good}${good}`,
    `${good}\0`,
    `\ufeff${good}`,
  ].map((body) => ({ body })),
  bytes(0xef, 0xbb, 0xbf, good),
  bytes('{"jsonrpc":"2.0","id":1,"method":"', 0xff, 0xc0, 0xaf, '"}'),
  bytes(0xff, 0xfe, good),
  ...[1_000, 100_000, 1_000_000].flatMap((depth) => [
    { body: nest(depth, ['[', '', ']']) },
    { body: nest(depth, ['{"a":', '1', '}']).slice(0, 4 * mebibyte) },
    { body: toCall('read_file', { path: 'a.md' }).replace('"a.md"', nest(depth, ['[', '', ']'])) },
  ]),
  ...['id', 'method', 'params', 'jsonrpc', '__proto__'].flatMap((member) =>
    oddValues.map((value) => withMember(member, value)),
  ),
  { body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","id":2}' },
  { body: good.padEnd(4 * mebibyte) },
  { body: good.padEnd(4 * mebibyte + 1) },
  { body: good.padEnd(6 * mebibyte) },
  withToken('x'.repeat(100_000)),
  withToken('"'.repeat(300_000)),
  withToken(1, 'x'.repeat(100_000)),
  { body: toCall('x'.repeat(mebibyte), {}) },
  { body: toCall('"'.repeat(mebibyte), {}) },
  ...['whoami', 'read_file'].map((name) => ({
    body: toCall(
      name,
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [index.toString(36), 0])),
    ),
  })),
  { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x'.repeat(3 * mebibyte) }) },
];

/** Any JSON, including damaged JSON text. */
const anyText = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(fc.nat(good.length), fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([place, text]) => good.slice(0, place) + text + good.slice(place + 1)),
);

/** A known tool with any arguments, under their real names and under others. */
const toAnyCall = (tools: readonly Tool[]) =>
  fc
    .constantFrom(...tools)
    .chain(({ name, input }) =>
      fc.tuple(
        fc.constantFrom(name, ...names),
        fc.dictionary(
          fc.oneof(
            { weight: 4, arbitrary: fc.constantFrom(...Object.keys(input.shape), 'path') },
            fc.string(),
          ),
          fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constantFrom('a.md', 'hanging.txt')),
        ),
      ),
    )
    .map(([name, args]): Attack => ({ body: toCall(name, args) }));

const anyMember = fc
  .tuple(
    fc.constantFrom('id', 'method', 'params', 'jsonrpc'),
    fc.oneof(fc.json(), fc.constantFrom(...oddValues)),
  )
  .map(([member, value]) => withMember(member, value));

/** JSON-RPC bodies. */
export const bodies: Attacks = {
  name: 'bodies',
  corpus: () => corpus,
  arbitrary: ({ tools }) =>
    fc.oneof(
      anyText.map((body): Attack => ({ body })),
      toAnyCall(tools),
      anyMember,
    ),
  runs: 6_000,
};
