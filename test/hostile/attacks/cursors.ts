import fc from 'fast-check';
import { type Attack, toCall, victim, victimPath } from '../target.ts';
import type { Attacks } from './attacks.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');

/** Every tool that answers in pages. */
function toCalls(cursor: string): readonly Attack[] {
  const calls: readonly [string, object][] = [
    ['list_files', {}],
    ['list_files', { limit: 1 }],
    ['list_files', { glob: '**' }],
    ['list_files', { depth: 2 }],
    ['search_files', { query: 'a', mode: 'count', paths: ['b', 'c'] }],
    ['search_files', { query: 'a' }],
    ['list_file_versions', { path: 'a.md' }],
    ['read_file', { path: 'a.md' }],
    ['read_file', { path: 'hanging.txt', tail: 1 }],
  ];
  return calls.map(([name, args]) => ({ body: toCall(name, { ...args, cursor }) }));
}

const positions = [
  ...[
    null,
    [],
    {},
    '',
    0,
    'x'.repeat(4_000),
    { after: `../${victim}/${victimPath}` },
    { after: { kind: 'file', name: '..' } },
  ],
  ...[
    { before: -1, lines: 1, etag: '"x"' },
    { line: 1e308, byte: -1, target: 1, etag: '"' },
    { byte: 2 ** 53 },
  ],
];

/** Cursors that are forged, or that belong to another query or another caller. */
export const cursors: Attacks = {
  name: 'cursors',
  corpus: ({ victimCursor }) => {
    const { query } = JSON.parse(Buffer.from(victimCursor, 'base64url').toString());
    const forged = positions.flatMap((position) => [
      encode({ query, position }),
      encode({ query: '', position }),
    ]);
    const odd = [
      '',
      'a',
      '=',
      '%',
      '\u0000',
      '\ud800',
      '\u20ac',
      'e30',
      'x'.repeat(8_192),
      'x'.repeat(8_193),
      'x'.repeat(1_000_000),
    ];
    return [victimCursor, ...forged, ...odd].flatMap(toCalls);
  },
  arbitrary: ({ victimCursor }) => {
    const { query } = JSON.parse(Buffer.from(victimCursor, 'base64url').toString());
    const cursor = fc.oneof(
      fc.jsonValue().map((position) => encode({ query, position })),
      fc.jsonValue().map(encode),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.nat(victimCursor.length), fc.string({ maxLength: 2 }))
        .map(([place, text]) => victimCursor.slice(0, place) + text + victimCursor.slice(place + 1)),
    );
    return cursor.chain((text) => fc.constantFrom(...toCalls(text)));
  },
  runs: 3_000,
};
