import type { DatabaseSync } from 'node:sqlite';
import { S3Error } from './s3-error.ts';

/** The buckets. Every bucket is versioned. */
export type BucketStore = ReturnType<typeof createBucketStore>;

/** The store of buckets in `database`. */
export function createBucketStore(database: DatabaseSync, now: () => number = Date.now) {
  const insert = database.prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?)');
  const select = database.prepare('SELECT 1 FROM buckets WHERE name = ?');
  const selectAll = database.prepare('SELECT name, created FROM buckets ORDER BY name');

  return {
    /**
     * Makes a bucket and answers whether it is new. Throws `InvalidBucketName` unless S3 allows the name.
     * Source: Amazon S3 user guide, "Bucket naming rules".
     */
    create(name: string): boolean {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new S3Error(
          'InvalidBucketName',
          `name the bucket with 3 to 63 of a-z, 0-9, "." and "-", got "${name}"`,
        );
      }
      return insert.run(name, now()).changes === 1;
    },

    /** Throws `NoSuchBucket` unless the bucket exists. */
    requireBucket(name: string): void {
      if (!select.get(name)) throw new S3Error('NoSuchBucket', `create the bucket "${name}" first`);
    },

    /** All buckets by name. */
    list: (): { name: string; created: Date }[] =>
      selectAll.all().map((row) => ({ name: String(row.name), created: new Date(Number(row.created)) })),
  };
}
