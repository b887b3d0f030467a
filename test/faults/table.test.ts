import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNamedTests } from '../support/named-tests.ts';

const project = join(import.meta.dirname, '..', '..');
const shown = readNamedTests(readFileSync(join(project, 'docs/faults.md'), 'utf8'), 'Fault');

describe('the table of faults', () => {
  it('names a test for each', () => {
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter(({ file }) => file === undefined)).toEqual([]);
  });

  it.each(shown)('names a test that there is: $file "$title"', ({ file = '', title = '' }) => {
    expect(readFileSync(join(project, file), 'utf8')).toContain(title);
  });
});
