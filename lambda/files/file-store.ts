import type { DirectoryPath, FilePath } from './file-path.ts';

/** What is known of a stored file without its content. */
export interface FileFacts {
  readonly path: FilePath;
  /** In bytes. */
  readonly size: number;
  /** Opaque; changes with every write. Quoted as in HTTP. */
  readonly etag: string;
  readonly modified: Date;
  /** The media type (RFC 6838) given when the file was written. */
  readonly mediaType: string;
  /** Names this version of the file for ever. */
  readonly versionId?: string;
}

/** A file with its content. */
export interface StoredFile extends FileFacts {
  readonly content: Uint8Array;
}

/** One line of a directory listing; `name` is the last segment of the path. */
export type DirectoryEntry =
  | { readonly kind: 'directory'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly size: number;
      readonly etag: string;
      readonly modified: Date;
    };

/** The first entries of a directory, ordered by the UTF-8 bytes of their names. */
export interface Listing {
  readonly entries: readonly DirectoryEntry[];
  /** True when the directory holds more entries than were asked for. */
  readonly truncated: boolean;
}

/** Why the store could not do what was asked. Everything else it throws is an outage. */
export type FileStoreFailure =
  | { readonly code: 'not_found'; readonly path: FilePath }
  | { readonly code: 'is_directory'; readonly path: FilePath }
  | {
      readonly code: 'too_large';
      readonly path: FilePath;
      readonly size: number;
      readonly maxBytes: number;
    };

/** Thrown by a file store for a failure that the caller can act on. */
export class FileStoreError extends Error {
  readonly failure: FileStoreFailure;

  constructor(failure: FileStoreFailure, options?: ErrorOptions) {
    super(failure.code, options);
    this.name = 'FileStoreError';
    this.failure = failure;
  }
}

/**
 * The port behind the tools. `test/files/file-store.contract.ts` holds every implementation to it.
 * Each call ends with an error when its signal is aborted.
 */
export interface FileStore {
  /** Reads a whole file of at most `maxBytes`. Throws `not_found`, `is_directory` or `too_large`. */
  read(path: FilePath, options: { maxBytes: number; signal: AbortSignal }): Promise<StoredFile>;
  /** Creates the file or adds a version to it. */
  write(
    path: FilePath,
    content: Uint8Array,
    options: { mediaType: string; signal: AbortSignal },
  ): Promise<FileFacts>;
  /** Lists a directory without its subdirectories' content; a directory that does not exist is empty. */
  list(directory: DirectoryPath, options: { limit: number; signal: AbortSignal }): Promise<Listing>;
}
