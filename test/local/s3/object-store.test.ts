import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../local/s3/database.ts';
import { createObjectStore } from '../../../local/s3/object-store.ts';

describe('the object store', () => {
  const directory = mkdtempSync(join(tmpdir(), 's3-store-'));
  const database = openDatabase(directory);
  afterAll(() => {
    database.close();
    rmSync(directory, { recursive: true });
  });

  it('keeps the newest version the latest when the clock stands still or goes back', () => {
    const times = [5000, 5000, 5000, 1000, 900_000, 10];
    let time = 0;
    const objects = createObjectStore(database, () => time);
    const added = times.map((each) => {
      time = each;
      return objects.add('b', 'k', undefined, () => {}).versionId;
    });
    const everything = { key: Buffer.from(''), versionId: '' };
    const listed = [...objects.listVersions('b', everything, Buffer.from([0xff]))];
    expect(listed.map(({ versionId }) => versionId)).toEqual(added.reverse());
    expect(listed.filter(({ isLatest }) => isLatest)).toHaveLength(1);
    expect(objects.latest('b', 'k')?.versionId).toBe(added[0]);
  });
});
