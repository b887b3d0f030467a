import fc from 'fast-check';
import { type Attack, toCall } from '../target.ts';
import type { Attacks } from './attacks.ts';

const expressions = [
  ...[
    '(a+)+$',
    '(a*)*b',
    '(a|a)*b',
    '(a|aa)+$',
    '(.*)*x',
    '(a{1,50}){1,50}b',
    '((a{1,100}){1,100}){1,100}',
    'a{1000}{1000}',
  ],
  ...[
    'a{1,1000000}',
    '(?:a?){999}a{999}',
    '(',
    ')',
    '[',
    '[]',
    '[^]',
    '\\',
    '(?=a)',
    '(?<=a)b',
    '\\1',
    '(?<n>a)\\k<n>',
    '(?i)A+',
  ],
  ...[
    '\\p{L}+',
    '\\p{None}',
    '\\x{110000}',
    '\\u{0}',
    '\\C',
    '\\Q',
    '^*',
    '*',
    '+?',
    '(?P<n>',
    '.{0,50000}!',
    '(?s).*',
  ],
  ...['(a?){50000}', `(${'a|'.repeat(5_000)})`, '('.repeat(5_000), '[a-'.repeat(1_000), '\\b'.repeat(10_000)],
];

const globs = [
  ...[
    '**/**/**/**/**/**/**/**/x',
    '*a*a*a*a*a*a*a*a*a*a*b',
    '{a,{a,{a,{a,b}}}}',
    `{${'a,'.repeat(5_000)}}`,
    '**'.repeat(200),
  ],
  ...[
    '[!a]',
    '[',
    ']',
    '{',
    '}',
    '\\',
    '?'.repeat(800),
    '../**',
    '/**',
    '**/../**',
    '{..,a}/**',
    '*'.repeat(10_000),
    '!(a)',
    '@(a|b)',
  ],
];

const search = (query: string): Attack => ({
  body: toCall('search_files', { path: '', query, regex: true }),
});
const glob = (text: string): readonly Attack[] => [
  { body: toCall('list_files', { glob: text }) },
  { body: toCall('search_files', { glob: text }) },
  { body: toCall('search_files', { glob: text, query: 'a' }) },
  { body: toCall('search_files', { exclude: text, query: 'a', mode: 'count' }) },
  { body: toCall('list_files', { exclude: text, depth: 3 }) },
];

const pieces = [
  'a',
  '.',
  '(',
  ')',
  '*',
  '+',
  '?',
  '|',
  '{1,50}',
  '{9}',
  '[',
  ']',
  '[a-z]',
  '^',
  '$',
  '\\w',
  '\\b',
  '(?:',
];

/** Regular expressions and globs that are meant to hang or to grow large. */
export const patterns: Attacks = {
  name: 'patterns',
  corpus: () => [...expressions.map(search), ...globs.flatMap(glob)],
  arbitrary: () => {
    const built = (parts: readonly string[]) =>
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 25 }).map((all) => all.join(''));
    return fc.oneof(
      built(pieces).map(search),
      fc.string({ unit: 'binary', maxLength: 40 }).map(search),
      built(['*', '**', '/', 'a', '?', '[', ']', '{', ',', '}', '!', '\\', '..']).chain((text) =>
        fc.constantFrom(...glob(text)),
      ),
    );
  },
  runs: 3_000,
};
