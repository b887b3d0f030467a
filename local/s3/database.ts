import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartFailure } from '../start-failure.ts';

// Keys are blobs so that SQLite orders them by their UTF-8 bytes, as S3 lists them. `current_objects` lets a
// listing step over old versions and delete markers without reading them.
const schema = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS versions (
    bucket TEXT NOT NULL,
    key BLOB NOT NULL,
    version_id TEXT NOT NULL,
    is_latest INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    file TEXT,
    content TEXT,
    PRIMARY KEY (bucket, key, version_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS current_objects ON versions (bucket, key, version_id)
    WHERE is_latest = 1 AND file IS NOT NULL;
  CREATE INDEX IF NOT EXISTS version_files ON versions (file) WHERE file IS NOT NULL;
  CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, headers TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL REFERENCES uploads ON DELETE CASCADE,
    number INTEGER NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (upload, number)
  ) WITHOUT ROWID;
`;

/**
 * Opens the metadata of the store in `directory`, made when missing, for this process alone.
 * What was committed survives `kill -9`. Throws `StartFailure` when that fails, for example while another process has it open.
 */
export function openDatabase(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, 'metadata.sqlite'));
  try {
    database.exec(schema);
    return database;
  } catch (cause) {
    database.close();
    throw new StartFailure(`${directory} ${isBusy(cause) ? inUse : damaged}`, { cause });
  }
}

const inUse = 'is in use by another process: stop that npm start, or set LOCAL_DATA_DIR to another directory';
const damaged =
  'is damaged: move it away, the files in it are then gone, or set LOCAL_DATA_DIR to another directory';

/** SQLITE_BUSY (SQLite result codes). */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
}

/** Does all of `work` or, when it throws, nothing of it. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
