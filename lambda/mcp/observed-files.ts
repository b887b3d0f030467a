import type { FileFacts, FileStore } from '../files/file-store.ts';

/** What a call of the file store came to. */
export interface FileUse {
  /** The etag of the file that was used or made. */
  readonly etag?: string;
  /** The bytes of content that were read, written or copied. */
  readonly bytes?: number;
}

/** How a call of the file store ended. */
export type FileCallEnd = { readonly use: FileUse } | { readonly error: unknown };

/** Told when a call begins, with the paths it concerns, the changed one first; its answer is told how it ended. */
export type FileObserver = (
  operation: keyof FileStore,
  paths: readonly string[],
) => (end: FileCallEnd) => void;

/** The same file store, with someone watching which files are used and how. */
export function observeFiles(files: FileStore, observe: FileObserver): FileStore {
  async function during<Result>(
    operation: keyof FileStore,
    paths: readonly string[],
    call: () => Promise<Result>,
    toUse: (result: Result) => FileUse = () => ({}),
  ): Promise<Result> {
    const end = observe(operation, paths);
    try {
      const result = await call();
      end({ use: toUse(result) });
      return result;
    } catch (error) {
      end({ error });
      throw error;
    }
  }

  return {
    stat: (path, options) => during('stat', [path], () => files.stat(path, options), toFileUse),
    read: (path, options) =>
      during(
        'read',
        [path],
        () => files.read(path, options),
        ({ facts, bytes }) => ({
          etag: facts.etag,
          bytes: bytes.length,
        }),
      ),
    write: (path, content, options) =>
      during('write', [path], () => files.write(path, content, options), toContentUse),
    copy: (source, target, options) =>
      during('copy', [target, source.path], () => files.copy(source, target, options), toContentUse),
    delete: (path, options) => during('delete', [path], () => files.delete(path, options)),
    list: (directory, options) => during('list', [directory], () => files.list(directory, options)),
    listVersions: (path, options) => during('listVersions', [path], () => files.listVersions(path, options)),
    createDownloadUrl: (path, options) =>
      during('createDownloadUrl', [path], () => files.createDownloadUrl(path, options)),
    createUploadUrl: (path, options) =>
      during('createUploadUrl', [path], () => files.createUploadUrl(path, options)),
  };
}

function toFileUse({ etag }: FileFacts): FileUse {
  return { etag };
}

function toContentUse({ etag, size }: FileFacts): FileUse {
  return { etag, bytes: size };
}
