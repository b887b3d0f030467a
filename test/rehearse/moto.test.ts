import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotRehearse, findMoto } from './moto.ts';

describe('the search for moto', () => {
  const directory = mkdtempSync(join(tmpdir(), 'no-python-'));

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it.each([true, false])('says what is needed where there is no Python (installs: %s)', async (installs) => {
    const search = { installs, tell: () => {}, env: { PATH: directory } };
    const found = findMoto(join(directory, 'moto'), search);
    await expect(found).rejects.toThrow(CannotRehearse);
    await expect(found).rejects.toThrow(/Python 3.*pip install/);
  });
});
