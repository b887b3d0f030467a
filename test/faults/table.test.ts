import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');
const rows = readFileSync(join(project, 'docs/faults.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!Fault |---)/.test(line));
const shown = rows.map((row) => /`(test\/[^`]+)` "([^"]+)" \|$/.exec(row)?.slice(1) ?? [row]);

describe('the table of faults', () => {
  it('names a test for each', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(shown.filter(([, title]) => title === undefined)).toEqual([]);
  });

  it.each(shown)('names a test that there is: %s "%s"', (file = '', title = '') => {
    expect(readFileSync(join(project, file), 'utf8')).toContain(title);
  });
});
