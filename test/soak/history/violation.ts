import type { HeldVersion, RecordedCall } from './history.ts';

/** What every history must keep. */
export type Invariant =
  /** What was acknowledged is in the version list, with the etag and the content that were meant. */
  | 'acknowledged changes are there'
  /** A conditional change follows the version that it named. */
  | 'conditions held'
  /** No second version comes of one change. */
  | 'changes are made once'
  /** No answer says "not done" for something done. */
  | 'not done means not done'
  /** Every other version, and every deletion, has a call that made it. */
  | 'everything has a cause'
  /** A move hides only the version that it copied, so that one name keeps the content. */
  | 'moves lose no name'
  /** A change that began after another was acknowledged comes after it. */
  | 'acknowledged changes keep their order'
  /** A read returns a version that was present while it ran, and finds a file that was. */
  | 'reads see what was there';

/** One invariant that was not kept. */
export interface Violation {
  readonly invariant: Invariant;
  readonly path: string;
  readonly detail: string;
}

/** Takes a violation down. */
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
