import { explainDeletions, isDeletion, mayPutBack, puts } from './deletions.ts';
import { findVersion, holds, isInTime, makesContent, type PlacedVersion, placeVersions } from './effects.ts';
import type { HeldVersion, History, RecordedCall } from './history.ts';
import { type Cause, matchCauses } from './match.ts';
import { checkOrder } from './order.ts';
import { checkReads } from './reads.ts';
import { nameCall, nameVersion, type Report, type Violation } from './violation.ts';

/**
 * Judges a history by the versions that remain. Returns nothing if every invariant holds.
 *
 * Only what is certain counts as a violation. Where an answer does not name its version, several calls may have made
 * it. Then it is asked twice whether it can have been as it was told: whether every version can have a cause of its
 * own, and whether every acknowledged change can have a version of its own. If both can be, one assignment does both
 * (Mendelsohn and Dulmage), so no order of the questions can find fault with what was right.
 */
export function checkHistory(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const report: Report = (invariant, path, detail) => violations.push({ invariant, path, detail });
  const placed = placeVersions(history.versions);
  const written = placed.filter(({ version }) => version.content !== undefined);
  const named = checkAcknowledged(written, history, report);
  const unnamed = written.filter(({ version }) => !named.has(version));
  explainVersions(unnamed, history, report);
  explainDeletions(placed.filter(isDeletion), named, history, report);
  checkOrder(history, report);
  checkReads(history, report);
  return violations;
}

/** Compares each version that an answer named with what was asked. Returns these versions. */
function checkAcknowledged(
  written: readonly PlacedVersion[],
  { calls, versions }: History,
  report: Report,
): ReadonlySet<HeldVersion> {
  const byName = new Map(written.map((placed) => [`${placed.version.versionId} ${placed.path}`, placed]));
  const makers = new Map<HeldVersion, RecordedCall>();
  for (const call of calls) {
    const { operation, outcome } = call;
    if (operation.kind === 'delete' || operation.kind === 'replace' || operation.kind === 'read') continue;
    if (!('versionId' in outcome)) continue;
    const { path, condition } = operation;
    const placed = byName.get(`${outcome.versionId} ${path}`);
    if (!placed) {
      report('acknowledged changes are there', path, `${nameCall(call)}: no version ${outcome.versionId}`);
      continue;
    }
    const { version, before } = placed;
    const other = makers.get(version);
    if (other)
      report('everything has a cause', path, `${nameCall(call)} and ${nameCall(other)} name one version`);
    makers.set(version, call);
    const { etag, replaced } = outcome.kind === 'done' ? outcome : {};
    if ((etag ?? version.etag) !== version.etag || !makesContent(operation, placed, versions)) {
      const found = `${nameVersion(version)} with etag ${version.etag} upon ${nameVersion(before)}`;
      report('acknowledged changes are there', path, `${nameCall(call)} with etag ${etag} made ${found}`);
    }
    if (!holds(condition, before)) {
      report('conditions held', path, `${nameCall(call)} was made upon ${nameVersion(before)}`);
    }
    // An etag cannot tell two versions of the same content apart, and to bring back either is the same.
    if (replaced !== undefined && findVersion(versions, path, replaced)?.content !== before?.content) {
      report(
        'what was replaced is named',
        path,
        `${nameCall(call)} named ${replaced}, it was ${nameVersion(before)}`,
      );
    }
  }
  return new Set(makers.keys());
}

/** One change that a call may have made without naming it. */
interface Suspect extends Cause {
  readonly call: RecordedCall;
  /** What it made: what was asked, or what it had hidden by mistake and put back. */
  readonly made: 'asked' | 'put back';
}

/**
 * Versions that no answer named were made by calls whose answers only count, by calls with an unknown outcome, or by
 * calls that put back what they had hidden by mistake. Or they should not exist.
 */
function explainVersions(
  unnamed: readonly PlacedVersion[],
  { calls, versions }: History,
  report: Report,
): void {
  const counted = calls.flatMap((call): Suspect[] => {
    const { operation, outcome } = call;
    if (outcome.kind !== 'counted' || operation.kind === 'delete') return [];
    return [{ call, made: 'asked', batch: outcome.batch }];
  });
  const asked = calls
    .filter(({ outcome }) => outcome.kind === 'unknown')
    .map((call): Suspect => ({ call, made: 'asked' }));
  const putBack = calls.filter(mayPutBack).map((call): Suspect => ({ call, made: 'put back' }));
  const makes = ({ call, made }: Suspect, placed: PlacedVersion) => {
    const { operation } = call;
    if (made === 'put back') return puts(call, placed, versions);
    if (!makesContent(operation, placed, versions) || !isInTime(call, placed.version)) return false;
    return !('condition' in operation) || holds(operation.condition, placed.before);
  };

  for (const { causes, batch, found } of matchCauses(unnamed, counted, makes).lacking) {
    const [{ call }] = causes as [Suspect];
    const detail = `${nameCall(call)} made ${batch.made}, and only ${found} can be of it`;
    report('acknowledged changes are there', call.operation.path, detail);
  }
  const { causeOf } = matchCauses(unnamed, [...counted, ...asked, ...putBack], makes);
  for (const placed of unnamed) {
    if (causeOf.has(placed)) continue;
    const { path, version, before } = placed;
    const found = `${nameVersion(version)} upon ${nameVersion(before)}`;
    const suspects = calls.filter(({ operation }) => makesContent(operation, placed, versions));
    const told = suspects.find(({ outcome }) => outcome.kind === 'not done');
    const made = suspects.find(({ outcome }) => outcome.kind !== 'not done');
    if (made) report('changes are made once', path, `${nameCall(made)} made ${found} besides`);
    else if (told) report('not done means not done', path, `${nameCall(told)} made ${found}`);
    else report('everything has a cause', path, found);
  }
}
