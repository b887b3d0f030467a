import {
  isInTime,
  makesDeletion,
  type PlacedDeletion,
  type PlacedVersion,
  placeVersions,
} from './effects.ts';
import type { HeldVersion, History, RecordedCall } from './history.ts';
import { type Cause, matchCauses } from './match.ts';
import { nameCall, nameVersion, type Report } from './violation.ts';

/**
 * Tells whether a call may have hidden a newer version by mistake and put it back: a move or a deletion whose caller
 * was not told that the deletion was made.
 */
export function mayPutBack({ operation, outcome }: RecordedCall): boolean {
  if (operation.kind !== 'move' && operation.kind !== 'delete') return false;
  return outcome.kind !== 'done' && outcome.kind !== 'counted';
}

/**
 * Tells whether such a call may have put this version back: upon a deletion, the content that a deletion hid before.
 * Not only directly after that one. S3 knows no condition that names a deletion, so the store does not notice a file
 * that others create and delete between its look and its copy (`requireHidden` in `lambda/aws/s3/delete.ts`).
 */
export function puts(
  call: RecordedCall,
  { path, version, before }: PlacedVersion,
  versions: History['versions'],
): boolean {
  const { operation } = call;
  const source = operation.kind === 'move' ? operation.source : operation.path;
  if (!mayPutBack(call) || source !== path || before === undefined || before.content !== undefined)
    return false;
  if (!isInTime(call, version)) return false;
  const chain = versions.get(path) ?? [];
  return chain.some((deletion, place) => {
    const isEarlier = deletion.content === undefined && place < chain.indexOf(version);
    return isEarlier && isInTime(call, deletion) && chain[place - 1]?.content === version.content;
  });
}

/** What a call may have deleted. */
interface Suspect extends Cause {
  readonly call: RecordedCall;
}

/**
 * Asks of each deletion whether a call made it, and of each acknowledged deletion or move whether it has one. `named`
 * are the versions that an answer names.
 */
export function explainDeletions(
  deletions: readonly PlacedDeletion[],
  named: ReadonlySet<HeldVersion>,
  { calls, versions, allAnswered }: History,
  report: Report,
): void {
  const suspects = calls
    .filter(({ operation }) => operation.kind === 'delete' || operation.kind === 'move')
    .map((call): Suspect => {
      const { outcome } = call;
      const batch =
        outcome.kind === 'counted' ? outcome.batch : outcome.kind === 'done' ? { made: 1 } : undefined;
      return { call, batch };
    });
  const makes = ({ call }: Suspect, deletion: PlacedDeletion) =>
    makesDeletion(call, deletion, versions) || tookBack(call, deletion);
  const placed = placeVersions(versions).filter(({ version }) => !named.has(version));
  /** Whether a call hid this version by mistake. What it put back comes later, and no answer names it. */
  function tookBack(call: RecordedCall, { path, version, before }: PlacedDeletion): boolean {
    if (!mayPutBack(call) || !isInTime(call, version)) return false;
    return placed.some(
      (later) =>
        later.path === path &&
        later.version.created > version.created &&
        later.version.content === before.content &&
        puts(call, later, versions),
    );
  }

  /** A deletion has no name of its own: a caller who lost an answer takes any deletion made meanwhile for its own. */
  const mayShare = (suspect: Suspect) =>
    !allAnswered &&
    deletions.some((deletion) => makes(suspect, deletion) && isInTime(suspect.call, deletion.version));
  const certain = suspects.filter(({ batch }) => batch !== undefined);
  for (const { causes, batch, found } of matchCauses(deletions, certain, makes).lacking) {
    if (causes.filter(mayShare).length >= batch.made) continue;
    const [{ call }] = causes as [Suspect];
    const path = call.operation.kind === 'move' ? call.operation.source : call.operation.path;
    const detail = `${nameCall(call)} made ${batch.made} of what it saw, and only ${found} can be of it`;
    report('acknowledged changes are there', path, detail);
  }

  const { causeOf } = matchCauses(deletions, suspects, makes);
  const causes = new Set(causeOf.values());
  for (const deletion of deletions) {
    if (causeOf.has(deletion)) continue;
    const { path, version, before } = deletion;
    const mover = suspects.find((suspect) => {
      const { operation } = suspect.call;
      return operation.kind === 'move' && operation.source === path && !causes.has(suspect);
    });
    const hidden = `${nameVersion(version)} hides ${nameVersion(before)}`;
    if (mover)
      report('moves lose no name', path, `${nameCall(mover.call)} copied another version: ${hidden}`);
    else report('everything has a cause', path, hidden);
  }
}

/** Tells whether a version is a deletion that hides a content. */
export function isDeletion(placed: PlacedVersion): placed is PlacedDeletion {
  return placed.version.content === undefined && placed.before?.content !== undefined;
}
