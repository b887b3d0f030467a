import { makesDeletion, type PlacedDeletion, type PlacedVersion } from './effects.ts';
import type { HeldVersion, History, RecordedCall } from './history.ts';
import { matchCauses } from './match.ts';
import { nameCall, nameVersion, type Report } from './violation.ts';

/**
 * Finds what a move or a deletion put back after it had hidden a newer version by mistake: the same content directly
 * after the deletion, by a caller who was told that the deletion was not made.
 */
export function findPutBack(
  placed: readonly PlacedVersion[],
  makers: ReadonlyMap<HeldVersion, RecordedCall>,
  { calls }: History,
): ReadonlySet<HeldVersion> {
  const deletions = new Map(placed.filter(isDeletion).map((deletion) => [deletion.version, deletion]));
  return new Set(
    placed.flatMap(({ path, version, before }) => {
      const deletion = before && deletions.get(before);
      const isSame = deletion !== undefined && deletion.before.content === version.content;
      if (!isSame || makers.has(version) || !calls.some((call) => tookBack(call, path))) return [];
      return [version];
    }),
  );
}

function tookBack({ operation, outcome }: RecordedCall, path: string): boolean {
  if (operation.kind === 'move') return operation.source === path && outcome.kind !== 'done';
  return operation.kind === 'delete' && operation.path === path && outcome.kind !== 'done';
}

/** Finds for each deletion the call that made it, and for each acknowledged deletion or move its deletion. */
export function explainDeletions(
  deletions: readonly PlacedDeletion[],
  putBack: ReadonlySet<HeldVersion>,
  { calls, versions }: History,
  makers: Map<HeldVersion, RecordedCall>,
  report: Report,
): void {
  const takenBack = new Set(
    [...versions.values()].flatMap((chain) =>
      chain.filter((_, index) => {
        const next = chain[index + 1];
        return next !== undefined && putBack.has(next);
      }),
    ),
  );
  const open = deletions.filter(({ version }) => !takenBack.has(version));
  const makes = (call: RecordedCall, deletion: PlacedDeletion) => makesDeletion(call, deletion, versions);
  const deleting = calls.filter(({ operation }) => operation.kind === 'delete' || operation.kind === 'move');
  const isCertain = ({ outcome }: RecordedCall) => outcome.kind === 'done';
  // Certain ones first: an acknowledged call must have its deletion, one with an unknown outcome may have none.
  const certain = matchCauses(open, deleting.filter(isCertain), makes);
  const rest = open.filter((deletion) => !certain.has(deletion));
  const causes = new Map([
    ...certain,
    ...matchCauses(
      rest,
      deleting.filter((call) => !isCertain(call)),
      makes,
    ),
  ]);
  const found = new Set(causes.values());
  for (const deletion of open) {
    const { path, version, before } = deletion;
    const cause = causes.get(deletion);
    if (cause) {
      makers.set(version, cause);
      continue;
    }
    const mover = deleting.find(
      (call) => call.operation.kind === 'move' && call.operation.source === path && !found.has(call),
    );
    const hidden = `${nameVersion(version)} hides ${nameVersion(before)}`;
    if (mover) report('moves lose no name', path, `${nameCall(mover)} copied another version: ${hidden}`);
    else report('everything has a cause', path, hidden);
  }
  /** A deletion has no name of its own: a caller who lost an answer takes any deletion made meanwhile for its own. */
  const mayShare = (call: RecordedCall) =>
    open.some(
      (deletion) =>
        makes(call, deletion) &&
        deletion.version.created >= call.begun &&
        deletion.version.created <= call.ended,
    );
  for (const call of deleting) {
    if (!isCertain(call) || found.has(call) || mayShare(call)) continue;
    const path = call.operation.kind === 'move' ? call.operation.source : call.operation.path;
    report('acknowledged changes are there', path, `${nameCall(call)} made no deletion of what it saw`);
  }
}

/** Tells whether a version is a deletion that hides a content. */
export function isDeletion(placed: PlacedVersion): placed is PlacedDeletion {
  return placed.version.content === undefined && placed.before?.content !== undefined;
}
