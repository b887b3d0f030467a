import type { FileStore, FileWriter } from './file-store.ts';

/** Returns the same file store, but each write records who made it. */
export function signWrites(files: FileStore, writer: FileWriter): FileStore {
  return {
    ...files,
    write: (path, content, options) => files.write(path, content, { ...options, writer }),
  };
}
