import fc from 'fast-check';
import type { Attack } from '../target.ts';
import type { Attacks } from './attacks.ts';

/** The gateway has routes for these methods and POST, and forwards no others. */
const methods = ['GET', 'DELETE'];
const queries = [
  '%',
  '&&&',
  'a=%ff',
  'access_token=x',
  '\u0000',
  '__proto__=1',
  'x'.repeat(10_000),
  '?',
  '#',
];
const rawPaths = [
  '/',
  '//',
  '/mcp/',
  '/mcp/../',
  '/%2e%2e/mcp',
  '/mcp%00',
  '//evil.example/mcp',
  '/mcp?x',
  '/mcp#x',
  '/\u20ac',
  `/${'x'.repeat(9_000)}`,
];

/** HTTP API events with members that are missing or false. */
export const events: Attacks = {
  name: 'events',
  corpus: () => [
    { body: undefined },
    { body: undefined, isBase64Encoded: true },
    { isBase64Encoded: true },
    { isBase64Encoded: undefined },
    { body: '====', isBase64Encoded: true },
    { body: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list"}').toString('base64') },
    { headers: { authorization: undefined, 'content-type': undefined, accept: undefined } },
    ...methods.map((method) => ({ method })),
    ...queries.map((rawQueryString) => ({ rawQueryString })),
    ...rawPaths.map((rawPath) => ({ rawPath })),
  ],
  arbitrary: () =>
    fc.record<Attack>(
      {
        body: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined)),
        isBase64Encoded: fc.boolean(),
        rawQueryString: fc.oneof(fc.webQueryParameters(), fc.constantFrom(...queries)),
        rawPath: fc.oneof(fc.webPath(), fc.constantFrom(...rawPaths)),
        method: fc.constantFrom('POST', ...methods),
      },
      { requiredKeys: [] },
    ),
  runs: 1_000,
};
