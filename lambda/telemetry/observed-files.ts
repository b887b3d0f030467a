import type { FileFacts, FileRange, FileStore } from '../files/file-store.ts';

/** What a call of the file store used. */
export interface FileUse {
  /** The etag of the file that was used or made. */
  readonly etag?: string;
  /** The bytes of content that were read, written or copied. */
  readonly bytes?: number;
  /** True for content that was written into a bucket that keeps no versions. */
  readonly isUnversioned?: boolean;
}

/** How a call of the file store ended. */
export type FileCallEnd =
  | { readonly use: FileUse }
  /** `isAborted` is true if the caller ended the call. */
  | { readonly error: unknown; readonly isAborted: boolean };

/** Called when a call begins, with its paths, the changed one first. What it returns is called when that call ends. */
export type FileObserver = (
  operation: keyof FileStore,
  paths: readonly string[],
) => (end: FileCallEnd) => void;

/** How a call is watched. */
interface Watch<Result> {
  readonly toUse?: (result: Result) => FileUse;
  /** What ends the call. */
  readonly signal?: AbortSignal;
}

/** Wraps a file store and reports which files are used, and how. */
export function observeFiles(files: FileStore, observe: FileObserver): FileStore {
  async function during<Result>(
    operation: keyof FileStore,
    paths: readonly string[],
    call: () => Promise<Result>,
    { toUse = () => ({}), signal }: Watch<Result>,
  ): Promise<Result> {
    const end = observe(operation, paths);
    try {
      const result = await call();
      end({ use: toUse(result) });
      return result;
    } catch (error) {
      end({ error, isAborted: signal?.aborted ?? false });
      throw error;
    }
  }

  return {
    stat: (path, options) =>
      during('stat', [path], () => files.stat(path, options), { signal: options.signal, toUse: toFileUse }),
    read: (path, options) =>
      during('read', [path], () => files.read(path, options), { signal: options.signal, toUse: toRangeUse }),
    write: (path, content, options) =>
      during('write', [path], () => files.write(path, content, options), {
        signal: options.signal,
        toUse: toWrittenUse,
      }),
    copy: (source, target, options) =>
      during('copy', [target, source.path], () => files.copy(source, target, options), {
        signal: options.signal,
        toUse: toWrittenUse,
      }),
    delete: (path, options) =>
      during('delete', [path], () => files.delete(path, options), {
        signal: options.signal,
        toUse: ({ deleted }) => toFileUse(deleted),
      }),
    list: (directory, options) => during('list', [directory], () => files.list(directory, options), options),
    listVersions: (path, options) =>
      during('listVersions', [path], () => files.listVersions(path, options), options),
    createDownloadUrl: (path, options) =>
      during('createDownloadUrl', [path], () => files.createDownloadUrl(path, options), {}),
    createUploadUrl: (path, options) =>
      during('createUploadUrl', [path], () => files.createUploadUrl(path, options), {}),
  };
}

function toFileUse({ etag }: FileFacts): FileUse {
  return { etag };
}

/** A bucket without versioning answers without a version; a bucket whose versioning is suspended answers `null`. */
function toWrittenUse({ etag, size, versionId = 'null' }: FileFacts): FileUse {
  return { etag, bytes: size, isUnversioned: versionId === 'null' };
}

function toRangeUse({ facts, bytes }: FileRange): FileUse {
  return { etag: facts.etag, bytes: bytes.length };
}
