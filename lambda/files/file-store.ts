import type { DirectoryPath, FilePath } from './file-path.ts';

/**
 * What a file carries besides its content and media type: HTTP headers of RFC 9110 and RFC 9111, and what other
 * programs stored with it. Only reads return them.
 */
export interface FileAttributes {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: Date;
  /** The store's name for it; absent for the ordinary class. */
  readonly storageClass?: string;
  /** The user's own names and values, without those that the store adds. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What is known about a stored file apart from its content. */
export interface FileFacts {
  readonly path: FilePath;
  /** In bytes. */
  readonly size: number;
  /**
   * Identifies a content, not a write. Different content has a different etag. The same content may get the same etag
   * each time it is written, or a new one. Opaque, and quoted as in HTTP.
   */
  readonly etag: string;
  /**
   * When the version was written, to the second at least. The answer to a write may differ a little from that of
   * `stat`.
   */
  readonly modified: Date;
  /** The media type (RFC 6838) given when the file was written. */
  readonly mediaType: string;
  /**
   * Identifies this version of the file, and so the write that made it, forever. Absent only if the store keeps no
   * versions.
   */
  readonly versionId?: string;
  /** Who wrote it, if the store keeps that. Only reads return it. A copy has the writer of its source. */
  readonly writer?: FileWriter;
  /** Absent where there are none, and in the answer to a write. */
  readonly attributes?: FileAttributes;
}

/** Who wrote a version of a file, as the token of the call named them. It is for people and proves nothing. */
export interface FileWriter {
  /** The name of a person, or the subject of a token without one. */
  readonly name: string;
  /** The OAuth client that the token was issued to. */
  readonly client?: string;
}

/** Some bytes of a file. */
export interface FileRange {
  readonly facts: FileFacts;
  /** Where `bytes` begin in the file. */
  readonly start: number;
  /** At the end of the file fewer than were asked for; beyond it none. */
  readonly bytes: Uint8Array;
}

/** One version of a file. A deletion is a version without content. */
export interface FileVersion {
  readonly versionId: string;
  readonly modified: Date;
  readonly isLatest: boolean;
  readonly isDeletion: boolean;
  /** In bytes; 0 for a deletion. */
  readonly size: number;
  /** Empty for a deletion. */
  readonly etag: string;
}

/** One line of a listing; `name` is the path below the listed directory, without a slash at the end. */
export type DirectoryEntry =
  | { readonly kind: 'directory'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly size: number;
      readonly etag: string;
      readonly modified: Date;
    };

/** What identifies an entry in its directory: a file and a directory may share a name. */
export type EntryName = Pick<DirectoryEntry, 'kind' | 'name'>;

/** One page of a listing, ordered by the UTF-8 bytes of the names. The name of a directory counts with its slash. */
export interface Listing {
  readonly entries: readonly DirectoryEntry[];
  /** True when more entries may follow after the last one. */
  readonly truncated: boolean;
  /** Where to continue when `truncated` is true and nothing is shown, because no path leads to what was looked at. */
  readonly after?: EntryName;
}

/** A copy, and the version of the source that was copied. */
export interface CopiedFile extends FileFacts {
  readonly source: FileFacts;
}

/** A deletion: its own version, and what it hides. */
export interface DeletedFile {
  readonly versionId?: string;
  readonly deleted: FileFacts;
}

/** What a write demands of the file that is there: nothing, exactly this content, or that there is none. */
export type WriteCondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'match'; readonly etag: string }
  | { readonly kind: 'absent' };

/** What is done to a file or a directory. */
export type FileAction = 'read' | 'write' | 'copy' | 'delete' | 'list';

/** Why the store could not do what was asked. Everything else it throws is an outage. */
export type FileStoreFailure =
  | { readonly code: 'not_found'; readonly path: FilePath }
  | { readonly code: 'is_directory'; readonly path: FilePath }
  /** There is a file where `absent` was demanded, with this etag and version. */
  | {
      readonly code: 'already_exists';
      readonly path: FilePath;
      readonly etag: string;
      readonly versionId?: string | undefined;
    }
  /**
   * Somebody else was faster, and nothing was done. `etag` is that of the file now, absent if there is none;
   * `versionId` is its version, where that is known.
   */
  | {
      readonly code: 'conflict';
      readonly path: FilePath;
      readonly etag?: string;
      readonly versionId?: string | undefined;
    }
  /**
   * A deletion hid, or may have hidden, a version newer than the one that was meant, and it was not put back: an
   * outage.
   */
  | { readonly code: 'hidden'; readonly path: FilePath; readonly versionId: string }
  | { readonly code: 'no_such_version'; readonly path: FilePath; readonly versionId: string }
  /** The version is a deletion and has no content. */
  | { readonly code: 'is_deletion'; readonly path: FilePath; readonly versionId: string }
  /** The content lies in an archive class and must be restored by the operator first. */
  | { readonly code: 'archived'; readonly path: FilePath }
  /** Larger than what one request can copy. */
  | { readonly code: 'too_large'; readonly path: FilePath; readonly size: number; readonly maxBytes: number }
  /** The server lacks the permission, which only its operator can give: an outage of this one path. */
  | { readonly code: 'denied'; readonly path: FilePath | DirectoryPath; readonly action: FileAction }
  /** The store refuses whatever this server asks, because the clock of this server is off: an outage. */
  | { readonly code: 'wrong_clock'; readonly path: FilePath | DirectoryPath }
  /** The answer to a change was lost, and nothing tells whether it was made: an outage. */
  | { readonly code: 'uncertain'; readonly path: FilePath };

/** Thrown by a file store for a failure that the caller can act on. */
export class FileStoreError extends Error {
  readonly failure: FileStoreFailure;

  constructor(failure: FileStoreFailure, options?: ErrorOptions) {
    super(failure.code, options);
    this.name = 'FileStoreError';
    this.failure = failure;
  }
}

/** What ends a call early. */
export interface Call {
  readonly signal: AbortSignal;
}

/** Which version of a file; the current one if none is named. */
export interface VersionChoice {
  readonly versionId?: string;
}

/**
 * The port behind the tools, seen from one root. `test/lambda/files/file-store.contract.ts` holds every
 * implementation to it. Each call ends with an error when its signal is aborted, and each that makes a request
 * may throw `denied` and `wrong_clock`.
 *
 * A change has one of three outcomes. It was made: the call returns. It was not made, and will not be: the call
 * throws a failure other than `uncertain` and `hidden`. Or nobody knows: it throws `uncertain`, or an outage.
 */
export interface FileStore {
  /** Throws `not_found`, `is_directory`, `no_such_version` or `is_deletion`. */
  stat(path: FilePath, options: VersionChoice & Call): Promise<FileFacts>;

  /**
   * Reads `length` bytes from `start`; a negative `start` counts from the end of the file. It takes one request, and
   * memory for the bytes that are asked for. Throws the failures of `stat`, and `archived`; with `etag` also
   * `conflict` when the file has a different etag by now.
   */
  read(
    path: FilePath,
    options: { start: number; length: number; etag?: string } & VersionChoice & Call,
  ): Promise<FileRange>;

  /**
   * Adds one version, however often its answer is lost. `replaces` holds the facts that a read returned about the
   * version that the content was made from. Its attributes are kept as far as a write may set them. Throws
   * `already_exists`, `conflict`, or `not_found` where `match` finds nothing.
   */
  write(
    path: FilePath,
    content: Uint8Array,
    options: {
      mediaType: string;
      condition: WriteCondition;
      replaces?: FileFacts;
      writer?: FileWriter;
    } & Call,
  ): Promise<FileFacts>;

  /**
   * Copies a version of one file to another path, without carrying the content through this process; copying an old
   * version onto its own path restores it. The answer's `source` is the version that was copied. Throws the failures
   * of `stat` for the source and of `write` for the target. Also throws `conflict` for a source that changes
   * meanwhile, `archived`, and `too_large`.
   */
  copy(
    source: { path: FilePath } & VersionChoice,
    target: FilePath,
    options: { condition: WriteCondition } & Call,
  ): Promise<CopiedFile>;

  /**
   * Hides the file behind a deletion; its versions stay. It never hides content that nobody has seen. With `seen`,
   * the facts from an earlier call, it hides only that version; a newer one stays even if its content is the same.
   * Throws `not_found`, `is_directory`, `conflict` or `hidden`.
   */
  delete(
    path: FilePath,
    options: { condition: WriteCondition; seen?: FileFacts } & Call,
  ): Promise<DeletedFile>;

  /**
   * Lists one page of a directory: its own entries, or with `recursive` every file below it. It takes one request,
   * and up to nine more to get past what is never shown. With `after` it continues after that entry. A directory that
   * does not exist is empty.
   */
  list(
    directory: DirectoryPath,
    options: { recursive: boolean; limit: number; after?: EntryName } & Call,
  ): Promise<Listing>;

  /**
   * Lists versions, newest first. With `after` it continues after that version, or throws `no_such_version`. A file
   * that never existed has none.
   */
  listVersions(
    path: FilePath,
    options: { limit: number; after?: string } & Call,
  ): Promise<{ versions: readonly FileVersion[]; truncated: boolean }>;

  /** Makes a URL that reads one version of one file until it expires, for whoever holds it. No request is made. */
  createDownloadUrl(path: FilePath, options: { expiresInSeconds: number } & VersionChoice): Promise<string>;

  /**
   * Makes a URL that takes one PUT of exactly this size and type until it expires, for whoever holds it.
   * `headers` must be sent with it. No request is made.
   */
  createUploadUrl(
    path: FilePath,
    options: { expiresInSeconds: number; mediaType: string; size: number; condition: WriteCondition },
  ): Promise<{ url: string; headers: Readonly<Record<string, string>> }>;
}
