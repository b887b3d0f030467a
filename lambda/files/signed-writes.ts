import type { FileStore, FileWriter } from './file-store.ts';

/** The same file store, each of whose writes tells who made it. */
export function signWrites(files: FileStore, writer: FileWriter): FileStore {
  return {
    ...files,
    write: (path, content, options) => files.write(path, content, { ...options, writer }),
  };
}
