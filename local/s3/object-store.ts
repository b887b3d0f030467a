import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { inTransaction } from './database.ts';
import { createVersionId } from './version-id.ts';

/** What a version holds: the file of its bytes, and what is answered about them. */
export type Content = {
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Content and `x-amz-meta-*` headers by lower-case name. */
  headers: Record<string, string>;
  /** The checksum the object was uploaded with, as one header. */
  checksum: Record<string, string>;
};

type Entry = { key: string; versionId: string; isLatest: boolean; modified: Date };
/** One version of a key that has bytes. */
export type StoredObject = Entry & { content: Content };
/** One version of a key: an object, or a delete marker, which has no content. */
export type Version = StoredObject | (Entry & { content: undefined });

type Row = Record<string, SQLOutputValue>;

/** A place between two versions in listing order: after this version of this key. */
export type Position = { key: Buffer; versionId: string };

/** Throws to keep a change from happening; sees the latest version, delete marker included. */
export type Guard = (latest: Version | undefined) => void;

/** The versions of all objects. */
export type ObjectStore = ReturnType<typeof createObjectStore>;

/** The store of versions in `database`. Every change is atomic, together with its guard. */
export function createObjectStore(database: DatabaseSync, now: () => number = Date.now) {
  const one = 'bucket = ? AND key = ? AND version_id = ?';
  const insert = database.prepare('INSERT INTO versions VALUES (?, ?, ?, 1, ?, ?, ?)');
  const demote = database.prepare(
    'UPDATE versions SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1',
  );
  const promote = database.prepare(`UPDATE versions SET is_latest = 1 WHERE ${one}`);
  const remove = database.prepare(`DELETE FROM versions WHERE ${one} RETURNING *`);
  const select = database.prepare(`SELECT * FROM versions WHERE ${one}`);
  const selectLatest = database.prepare(
    'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY version_id',
  );
  const selectFileUse = database.prepare('SELECT 1 FROM versions WHERE file = ?');

  const inOrder = 'bucket = ? AND (key, version_id) > (?, ?) AND key < ? ORDER BY key, version_id';
  const selectVersions = database.prepare(`SELECT * FROM versions WHERE ${inOrder}`);
  const selectObjects = database.prepare(
    `SELECT * FROM versions INDEXED BY current_objects WHERE is_latest = 1 AND file IS NOT NULL AND ${inOrder}`,
  );

  function latest(bucket: string, key: string): Version | undefined {
    return toVersion(selectLatest.get(bucket, Buffer.from(key)));
  }

  return {
    /** The latest version of a key: object or delete marker. */
    latest,

    /** One version of a key. */
    version: (bucket: string, key: string, versionId: string): Version | undefined =>
      toVersion(select.get(bucket, Buffer.from(key), versionId)),

    /** Adds a version, or a delete marker when there is no content, unless the guard throws. */
    add: <Added extends Content | undefined>(bucket: string, key: string, content: Added, guard: Guard) =>
      inTransaction(database, () => {
        const previous = latest(bucket, key);
        guard(previous);
        const versionId = createVersionId(now(), previous?.versionId);
        const modified = Math.floor(now() / 1000) * 1000; // S3 tells whole seconds everywhere
        const name = Buffer.from(key);
        demote.run(bucket, name);
        insert.run(bucket, name, versionId, modified, content?.file ?? null, JSON.stringify(content) ?? null);
        return { key, versionId, isLatest: true, modified: new Date(modified), content };
      }),

    /** Removes one version for good and returns it; the one before the latest becomes the latest. */
    removeVersion: (bucket: string, key: string, versionId: string): Version | undefined =>
      inTransaction(database, () => {
        const removed = toVersion(remove.get(bucket, Buffer.from(key), versionId));
        const newLatest = latest(bucket, key);
        if (newLatest) promote.run(bucket, Buffer.from(key), newLatest.versionId);
        return removed;
      }),

    /** Whether a version refers to the file: copies share the file of their source. */
    usesFile: (file: string): boolean => selectFileUse.get(file) !== undefined,

    /** Reads all versions lazily by key, newest first, from after a position up to a key. */
    *listVersions(bucket: string, from: Position, before: Buffer): Generator<Version, void> {
      for (const row of selectVersions.iterate(bucket, from.key, from.versionId, before)) {
        yield readVersion(row);
      }
    },

    /** Reads the current objects lazily by key, from after a position up to a key. */
    *listObjects(bucket: string, from: Position, before: Buffer): Generator<StoredObject, void> {
      for (const row of selectObjects.iterate(bucket, from.key, from.versionId, before)) {
        const version = readVersion(row);
        if (version.content) yield version;
      }
    },
  };
}

function toVersion(row: Row | undefined): Version | undefined {
  return row && readVersion(row);
}

function readVersion(row: Row): Version {
  // The schema in database.ts says what the columns hold.
  const { key, version_id, is_latest, modified, content } = row as {
    key: Uint8Array;
    version_id: string;
    is_latest: number;
    modified: number;
    content: string | null;
  };
  return {
    key: Buffer.from(key).toString(),
    versionId: version_id,
    isLatest: is_latest === 1,
    modified: new Date(modified),
    content: content === null ? undefined : JSON.parse(content),
  };
}
