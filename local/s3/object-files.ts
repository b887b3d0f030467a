import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The first and the last byte of a part of an object. */
export type ByteRange = { first: number; last: number };

/** The bytes of objects, each in a file of its own with a random name. */
export type ObjectFiles = ReturnType<typeof openObjectFiles>;

/**
 * Opens the files in `directory`, made when missing, and removes unfinished files.
 * A file is written under another name and then renamed, so a file under its own name is always complete.
 */
export function openObjectFiles(directory: string) {
  const incoming = join(directory, 'incoming');
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });

  const objects = join(directory, 'objects');
  mkdirSync(objects, { recursive: true });

  return {
    /** Writes the bytes to a new file and returns its name; a body that throws leaves no file. */
    async write(body: AsyncIterable<Buffer>): Promise<string> {
      const file = randomUUID();
      const unfinished = join(incoming, file);
      const fd = openSync(unfinished, 'wx'); // at once: a stream that opens late may do so after the removal below
      try {
        await pipeline(body, createWriteStream('', { fd }));
      } catch (error) {
        rmSync(unfinished, { force: true });
        throw error;
      }
      renameSync(unfinished, join(objects, file));
      return file;
    },

    /** Reads a file, open from now on: removing it later does not disturb the reader. */
    read(file: string, range?: ByteRange): Readable {
      const fd = openSync(join(objects, file), 'r');
      return createReadStream('', range ? { fd, start: range.first, end: range.last } : { fd });
    },

    /** Removes a file that no version and no part refers to any more. */
    remove(file: string): void {
      rmSync(join(objects, file), { force: true });
    },
  };
}
