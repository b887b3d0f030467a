import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './database.ts';
import { S3Error } from './s3-error.ts';

/** One uploaded part of a multipart upload. */
export type Part = {
  number: number;
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes: the MD5 of the bytes in hex. */
  etag: string;
  /** When it was uploaded (ISO 8601). */
  modified: string;
};

/** Multipart uploads that are neither completed nor aborted. */
export type UploadStore = ReturnType<typeof createUploadStore>;

/** The store of unfinished multipart uploads in `database`. */
export function createUploadStore(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?)');
  const select = database.prepare('SELECT headers FROM uploads WHERE id = ? AND bucket = ? AND key = ?');
  const remove = database.prepare('DELETE FROM uploads WHERE id = ?');
  const insertPart = database.prepare('INSERT INTO parts VALUES (?, ?, ?)');
  const removePart = database.prepare('DELETE FROM parts WHERE upload = ? AND number = ? RETURNING part');
  const selectParts = database.prepare('SELECT part FROM parts WHERE upload = ? ORDER BY number');

  return {
    /** Begins an upload of an object with these headers and returns its id. */
    begin(bucket: string, key: string, headers: Record<string, string>): string {
      const id = randomUUID();
      insert.run(id, bucket, Buffer.from(key), JSON.stringify(headers));
      return id;
    },

    /** The headers an upload was begun with. Throws `NoSuchUpload` unless it is of this bucket and key. */
    requireUpload(id: string, bucket: string, key: string): Record<string, string> {
      const upload = select.get(id, bucket, Buffer.from(key));
      if (!upload) throw new S3Error('NoSuchUpload', `begin the upload first, "${id}" is over or never was`);
      return JSON.parse(String(upload.headers));
    },

    /** Keeps a part and returns the one that had its number before. */
    putPart: (id: string, part: Part): Part | undefined =>
      inTransaction(database, () => {
        const replaced = removePart.get(id, part.number);
        insertPart.run(id, part.number, JSON.stringify(part));
        return replaced && JSON.parse(String(replaced.part));
      }),

    /** The parts of an upload by number. */
    listParts: (id: string): Part[] => selectParts.all(id).map(({ part }) => JSON.parse(String(part))),

    /** Forgets an upload and its parts; their files stay. */
    end: (id: string): void => void remove.run(id),
  };
}
