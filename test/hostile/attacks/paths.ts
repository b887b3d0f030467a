import fc from 'fast-check';
import { type Attack, type Target, toCall, victim, victimPath } from '../target.ts';
import type { Attacks } from './attacks.ts';

/** Every tool that takes a path, with its other arguments. */
function toCalls(path: string, { victimVersion }: Target): readonly Attack[] {
  const calls: readonly [string, object][] = [
    ['read_file', { path }],
    ['read_file', { path, version_id: victimVersion }],
    ['read_multiple_files', { paths: [path, 'a.md'] }],
    ['get_file_info', { path }],
    ['list_files', { path, recursive: true }],
    ['list_file_versions', { path }],
    ['search_files', { path, query: '-' }],
    ['write_file', { path, content: 'attack' }],
    ['append_file', { path, content: 'attack' }],
    ['edit_file', { path, edits: [{ old_text: '-', new_text: '+' }] }],
    ['copy_file', { source: path, target: 'copy.md', overwrite: true }],
    ['copy_file', { source: path, target: 'copy.md', version_id: victimVersion, overwrite: true }],
    ['copy_file', { source: 'a.md', target: path, overwrite: true }],
    ['move_file', { source: path, target: 'moved.md', overwrite: true }],
    ['restore_file', { path, version_id: victimVersion }],
    ['create_download_url', { path }],
    ['create_upload_url', { path, size: 1 }],
    ['delete_file', { path }],
  ];
  return calls.map(([name, args]) => ({ body: toCall(name, args) }));
}

/** Paths that climb up, and names that are not what they look like. */
const oddSegments = [
  ...[
    '..',
    '.',
    '...',
    '%2e%2e',
    '%2E%2E%2F',
    '..%2f',
    '..%c0%af',
    '%252e%252e',
    '..\\',
    '\uff0e\uff0e',
    '\u2024\u2024',
  ],
  ...[
    '..\u0000',
    '.. ',
    ' ..',
    '..\u200b',
    '\u202e..',
    '\u2215',
    '\u29f8',
    '\uff0f',
    '\ud800',
    '~',
    '*',
    '?',
    '#',
    '%00',
  ],
  ...[
    '\u0065\u0301',
    '\u00e9',
    '\u1e9b\u0323',
    '\u0130',
    '\uff41.md',
    'con',
    'a.md?versionId=null',
    'a.md#x',
    '\ufeff',
  ],
];

const lengths = [799, 800, 801, 1023, 1024, 1025, 10_000];

/** Paths of files and directories. */
export const paths: Attacks = {
  name: 'paths',
  corpus: (target) => {
    const { victimPrefix, ownCanaries } = target;
    const ways = ['..', '%2e%2e', '..%2f..', '\uff0e\uff0e', '.', ''].flatMap((up) => [
      `${up}/${victim}/${victimPath}`,
      `${up}/${up}/${victimPrefix}${victimPath}`,
      `a/${up}/${up}/${victim}/${victimPath}`,
    ]);
    const bounds = lengths.flatMap((length) => [
      'x'.repeat(length),
      '\u00e9'.repeat(length / 2),
      'x/'.repeat(length / 2),
    ]);
    // What is the attacker's own may be answered, and must still not be logged.
    return [
      ...ownCanaries,
      ...ways,
      ...oddSegments,
      ...bounds,
      `/${victimPrefix}`,
      `s3://bucket/${victimPrefix}`,
    ].flatMap((path) => toCalls(path, target));
  },
  arbitrary: (target) => {
    const segment = fc.oneof(
      fc.constantFrom(...oddSegments, victim, 'users', 'files', 'a.md', ''),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'));
    return path.chain((text) => fc.constantFrom(...toCalls(text, target)));
  },
  runs: 6_000,
};
