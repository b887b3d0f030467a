import type { WriteCondition } from '../../../lambda/files/file-store.ts';
import type { HeldVersion, History, Operation, RecordedCall } from './history.ts';

/** A version at its place in the history of its file. */
export interface PlacedVersion {
  readonly path: string;
  readonly version: HeldVersion;
  /** The version, or the deletion, that it follows. */
  readonly before: HeldVersion | undefined;
}

/** Every version of every file, each at its place. */
export function placeVersions(versions: History['versions']): readonly PlacedVersion[] {
  return [...versions].flatMap(([path, chain]) =>
    chain.map((version, index) => ({ path, version, before: chain[index - 1] })),
  );
}

/** Finds one version of one file. */
export function findVersion(
  versions: History['versions'],
  path: string,
  versionId: string,
): HeldVersion | undefined {
  return versions.get(path)?.find((version) => version.versionId === versionId);
}

/** Tells whether an operation makes this content from what was there before. Its condition is not checked. */
export function makesContent(
  operation: Operation,
  { path, version, before }: PlacedVersion,
  versions: History['versions'],
): boolean {
  const { content } = version;
  if (operation.path !== path || content === undefined) return false;
  switch (operation.kind) {
    case 'write':
      return content === operation.content;
    case 'append':
      return content === (before?.content ?? '') + operation.content;
    case 'edit': {
      const { oldText, newText } = operation;
      const old = before?.content ?? '';
      return old.includes(oldText) && content === old.replace(oldText, () => newText);
    }
    case 'replace': {
      const { oldText, newText, told } = operation;
      const pieces = before?.content?.split(oldText) ?? [];
      if (pieces.length < 2 || content !== pieces.join(newText)) return false;
      if (told === undefined) return true;
      const undone = findVersion(versions, path, told.undo);
      return pieces.length === told.places + 1 && undone?.content === before?.content;
    }
    case 'restore':
      return content === findVersion(versions, path, operation.versionId)?.content;
    case 'copy':
    case 'move':
      return (versions.get(operation.source) ?? []).some(
        (source) =>
          source.content === content &&
          mayPrecede(source, version) &&
          (operation.kind === 'move' || [undefined, source.versionId].includes(operation.versionId)),
      );
    case 'delete':
    case 'read':
      return false;
  }
}

/** Tells whether one version can have been made before another, or at the same time, of whichever files they are. */
export function mayPrecede(one: HeldVersion, other: HeldVersion): boolean {
  return one.earliest <= other.created;
}

/**
 * Tells whether a call can have made a version at that time. A call with an unknown outcome may have left a request
 * that S3 carried out later.
 */
export function isInTime(
  { begun, ended, outcome }: RecordedCall,
  { created, earliest }: HeldVersion,
): boolean {
  return created >= begun && (outcome.kind === 'unknown' || earliest <= ended);
}

/** Tells whether a condition held for what was there. */
export function holds(condition: WriteCondition, before: HeldVersion | undefined): boolean {
  switch (condition.kind) {
    case 'none':
      return true;
    case 'absent':
      return before?.content === undefined;
    case 'match':
      return before?.content !== undefined && before.etag === condition.etag;
  }
}

/** A deletion, and the version that it hides. */
export interface PlacedDeletion extends PlacedVersion {
  readonly before: HeldVersion;
}

/**
 * Tells whether a call may have made this deletion. An acknowledged deletion names what it hid, or an older version of
 * the same content, which restores the same content. An acknowledged move hides a version that was there when it made
 * its copy, with the content of the copy. Where the answer does not name the copy, it is any that was made by then.
 */
export function makesDeletion(
  call: RecordedCall,
  { path, version, before }: PlacedDeletion,
  versions: History['versions'],
): boolean {
  const { operation, outcome } = call;
  if (operation.kind === 'delete') {
    if (operation.path !== path || !holds(operation.condition, before)) return false;
    if (outcome.kind === 'counted') return isInTime(call, version);
    if (outcome.kind !== 'done') return outcome.kind === 'unknown';
    return findVersion(versions, path, outcome.versionId)?.content === before.content;
  }
  if (operation.kind !== 'move' || operation.source !== path || outcome.kind === 'not done') return false;
  const copies = (versions.get(operation.path) ?? []).filter(({ content }) => content === before.content);
  const isOfMove = (copy: HeldVersion) => mayPrecede(before, copy) && mayPrecede(copy, version);
  if (outcome.kind === 'counted') {
    return isInTime(call, version) && copies.some((copy) => isInTime(call, copy) && isOfMove(copy));
  }
  // A caller who was not told that the source is gone may have hidden another version of the same content.
  if (outcome.kind !== 'done') return copies.length > 0;
  return copies.some((copy) => copy.versionId === outcome.versionId && isOfMove(copy));
}
