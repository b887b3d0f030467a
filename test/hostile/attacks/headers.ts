import fc from 'fast-check';
import type { Attack } from '../target.ts';
import type { Attacks } from './attacks.ts';

const looked = [
  ...['content-type', 'accept', 'origin', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id'],
  ...['last-event-id', 'authorization', 'content-length', 'content-encoding', 'transfer-encoding', 'host'],
  ...['x-amzn-trace-id', 'x-forwarded-host', 'x-forwarded-proto', 'x-http-method-override', 'connection'],
];

const oddValues = [
  ...[
    '',
    ' ',
    ',',
    '\0',
    '\r\n',
    'a\r\nset-cookie: x=1',
    '\u20ac',
    '\ud800',
    '*',
    '*/*',
    'null',
    '2026-07-28',
  ],
  ...[
    '1900-01-01',
    '2025-11-25, 2026-07-28',
    'application/json; charset=utf-16',
    'text/plain',
    'multipart/form-data',
  ],
  ...[
    'gzip',
    'chunked',
    '-1',
    '99999999999',
    'https://evil.example',
    'https://claude.ai.evil.example',
    'tools/call',
  ],
  ...['__proto__', 'x'.repeat(8_000), '=?utf-8?b?YQ==?='],
];

const withHeader = ([name, value]: readonly [string, string]): Attack => ({ headers: { [name]: value } });

/** HTTP headers. */
export const headers: Attacks = {
  name: 'headers',
  corpus: () => looked.flatMap((name) => oddValues.map((value) => withHeader([name, value]))),
  arbitrary: () => {
    const name = fc.oneof(fc.constantFrom(...looked), fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/));
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...oddValues));
    return fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 5 }).map((all) => ({
      headers: Object.fromEntries(all),
    }));
  },
  runs: 3_000,
};
