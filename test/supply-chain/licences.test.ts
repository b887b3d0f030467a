import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an operator accepts without asking a lawyer: each asks for no more than its notice. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
];

interface LockedPackage {
  readonly dev?: boolean;
  /** An SPDX expression. */
  readonly license?: string;
}

const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'),
);

/** Every package that `npm ci --omit dev` may install, on any platform. */
const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);

/** Of `A OR B` one choice is enough; of anything else none is known to be. */
function isPermissive(expression = ''): boolean {
  const choices = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => permissive.includes(choice));
}

describe('the licences of the packages that a deployment needs', () => {
  it('are permissive, all of them', () => {
    expect(packages.length).toBeGreaterThan(50);
    const others = packages.filter(([, { license }]) => !isPermissive(license));
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later', false],
    ['MIT AND GPL-3.0-or-later', false],
    ['UNLICENSED', false],
    [undefined, false],
  ])('are judged by their expression: %s', (expression, expected) => {
    expect(isPermissive(expression)).toBe(expected);
  });
});
