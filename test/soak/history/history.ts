import type { WriteCondition } from '../../../lambda/files/file-store.ts';

/**
 * What a caller asks for of one file; a call for a directory asks for one such change of each file. `path` is the
 * file that gets the new version or the deletion, or that is read.
 */
export type Operation =
  | {
      readonly kind: 'write';
      /** Made by `write_file`, or by a PUT to the URL of `create_upload_url`. */
      readonly by: 'argument' | 'upload';
      readonly path: string;
      readonly content: string;
      readonly condition: WriteCondition;
    }
  | {
      readonly kind: 'append';
      readonly path: string;
      readonly content: string;
      readonly condition: WriteCondition;
    }
  | {
      readonly kind: 'edit';
      readonly path: string;
      readonly oldText: string;
      readonly newText: string;
      readonly condition: WriteCondition;
    }
  /** One file of those that `edit_files` changed. */
  | {
      readonly kind: 'replace';
      readonly path: string;
      readonly oldText: string;
      readonly newText: string;
      /** What the answer says of the file: how often the text was there, and the version that undoes it. */
      readonly told?: { readonly places: number; readonly undo: string };
    }
  | {
      readonly kind: 'copy';
      readonly source: string;
      /** An old version of the source; the current one if undefined. */
      readonly versionId?: string;
      readonly path: string;
      readonly condition: WriteCondition;
    }
  | {
      readonly kind: 'move';
      readonly source: string;
      readonly path: string;
      readonly condition: WriteCondition;
    }
  | {
      readonly kind: 'restore';
      readonly path: string;
      readonly versionId: string;
      readonly condition: WriteCondition;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly condition: WriteCondition }
  | { readonly kind: 'read'; readonly path: string };

/** What the caller was told. */
export type Outcome =
  /** `versionId` names what was written, or what a deletion hid; `replaced` names what was there before. */
  | { readonly kind: 'done'; readonly versionId: string; readonly etag?: string; readonly replaced?: string }
  /** One of several changes. Their answer tells only how many of them were made. */
  | { readonly kind: 'counted'; readonly batch: Batch }
  | { readonly kind: 'read'; readonly etag: string; readonly content: string }
  /** A move that made the copy; the source may still exist. */
  | { readonly kind: 'copied'; readonly versionId: string }
  | { readonly kind: 'not done'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** The changes that one answer counts. */
export interface Batch {
  /** How many of the changes with this batch were made. */
  readonly made: number;
}

/** One call for one file as its caller saw it. What a call for a directory asked for each file has the same id. */
export interface RecordedCall {
  readonly id: number;
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** When it was sent and when its answer arrived, in milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number;
}

/** One version that the bucket holds at the end. */
export interface HeldVersion {
  readonly versionId: string;
  /** The latest time at which it can have been made, in milliseconds since 1970, to be compared across files. */
  readonly created: number;
  /** The earliest one. */
  readonly earliest: number;
  /** Quoted; empty for a deletion. */
  readonly etag: string;
  /** Undefined for a deletion. */
  readonly content: string | undefined;
}

/** Everything that is judged: the calls, and the versions of each file, the oldest first. */
export interface History {
  readonly calls: readonly RecordedCall[];
  readonly versions: ReadonlyMap<string, readonly HeldVersion[]>;
  /** Whether S3 answered every request, so that no caller took the deletion of another for its own. */
  readonly allAnswered: boolean;
}
