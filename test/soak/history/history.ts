import type { WriteCondition } from '../../../lambda/files/file-store.ts';

/** What a caller asks for. `path` is the file that gets the new version or the deletion, or that is read. */
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
  /** `versionId` names what was written, or what a deletion hid. */
  | { readonly kind: 'done'; readonly versionId: string; readonly etag?: string }
  | { readonly kind: 'read'; readonly etag: string; readonly content: string }
  /** A move that made the copy; the source may still exist. */
  | { readonly kind: 'copied'; readonly versionId: string }
  | { readonly kind: 'not done'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** One call as its caller saw it. */
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
  /** Milliseconds since 1970, to be compared across files. */
  readonly created: number;
  /** Quoted; empty for a deletion. */
  readonly etag: string;
  /** Undefined for a deletion. */
  readonly content: string | undefined;
}

/** Everything that is judged: the calls, and the versions of each file, the oldest first. */
export interface History {
  readonly calls: readonly RecordedCall[];
  readonly versions: ReadonlyMap<string, readonly HeldVersion[]>;
}
