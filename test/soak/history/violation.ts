import type { HeldVersion, RecordedCall } from './history.ts';

/** The invariants that every history must keep. */
export type Invariant =
  /** Each acknowledged change is in the version list, with the intended etag and content. */
  | 'acknowledged changes are there'
  /** A conditional change directly follows the version that it named. */
  | 'conditions held'
  /** What an answer says that it replaced is what was there. */
  | 'what was replaced is named'
  /** No change makes two versions. */
  | 'changes are made once'
  /** No answer says "not done" for something that was done. */
  | 'not done means not done'
  /** Every other version, and every deletion, was made by some call. */
  | 'everything has a cause'
  /** A move hides only the version that it copied, so that one of the two names keeps the content. */
  | 'moves lose no name'
  /** A change that began after another was acknowledged comes after it. */
  | 'acknowledged changes keep their order'
  /** A read returns a version that was present while it ran, and finds a file that was. */
  | 'reads see what was there'
  /** No answer and no file of one root holds anything of another root. */
  | 'roots are apart'
  /** With a role for each root, no request asks for more than its own root. */
  | 'every request stays in its root'
  /** Each call counts once for its caller, and no minute has more calls than it may have. */
  | 'quotas are kept';

/** One invariant that was not kept. */
export interface Violation {
  readonly invariant: Invariant;
  readonly path: string;
  readonly detail: string;
}

/** Records a violation. */
export type Report = (invariant: Invariant, path: string, detail: string) => void;

/** Names a call in a violation. */
export function nameCall({ id, operation }: RecordedCall): string {
  return `${operation.kind} ${id}`;
}

/** Names a version in a violation. */
export function nameVersion(version: HeldVersion | undefined): string {
  if (!version) return 'no file';
  const { versionId, content } = version;
  return content === undefined
    ? `deletion ${versionId}`
    : `version ${versionId} ${JSON.stringify(content.slice(-60))}`;
}
