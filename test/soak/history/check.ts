import { explainDeletions, findPutBack, isDeletion } from './deletions.ts';
import { holds, makesContent, type PlacedVersion, placeVersions } from './effects.ts';
import type { HeldVersion, History, RecordedCall } from './history.ts';
import { matchCauses } from './match.ts';
import { checkOrder } from './order.ts';
import { checkReads } from './reads.ts';
import { nameCall, nameVersion, type Report, type Violation } from './violation.ts';

/** Judges a history by the versions that remain. Returns nothing if every invariant holds. */
export function checkHistory(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const report: Report = (invariant, path, detail) => violations.push({ invariant, path, detail });
  const placed = placeVersions(history.versions);
  const makers = new Map<HeldVersion, RecordedCall>();
  const written = placed.filter(({ version }) => version.content !== undefined);
  checkAcknowledged(written, history, makers, report);
  const putBack = findPutBack(placed, makers, history);
  explainVersions(
    written.filter(({ version }) => !makers.has(version) && !putBack.has(version)),
    history,
    makers,
    report,
  );
  explainDeletions(placed.filter(isDeletion), putBack, history, makers, report);
  checkOrder(history, report);
  checkReads(history, makers, report);
  return violations;
}

/** Compares each version that an answer named with what was asked, and notes who made it. */
function checkAcknowledged(
  written: readonly PlacedVersion[],
  { calls, versions }: History,
  makers: Map<HeldVersion, RecordedCall>,
  report: Report,
): void {
  const byName = new Map(written.map((placed) => [`${placed.version.versionId} ${placed.path}`, placed]));
  for (const call of calls) {
    const { operation, outcome } = call;
    if (operation.kind === 'delete' || operation.kind === 'read' || !('versionId' in outcome)) continue;
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
    const etag = outcome.kind === 'done' ? outcome.etag : undefined;
    if ((etag ?? version.etag) !== version.etag || !makesContent(operation, placed, versions)) {
      const found = `${nameVersion(version)} with etag ${version.etag} upon ${nameVersion(before)}`;
      report('acknowledged changes are there', path, `${nameCall(call)} with etag ${etag} made ${found}`);
    }
    if (!holds(condition, before)) {
      report('conditions held', path, `${nameCall(call)} was made upon ${nameVersion(before)}`);
    }
  }
}

/** Versions that no answer named were made by calls with an unknown outcome, or should not exist. */
function explainVersions(
  unnamed: readonly PlacedVersion[],
  { calls, versions }: History,
  makers: Map<HeldVersion, RecordedCall>,
  report: Report,
): void {
  const makes = ({ operation }: RecordedCall, placed: PlacedVersion) =>
    makesContent(operation, placed, versions) &&
    (!('condition' in operation) || holds(operation.condition, placed.before));
  const unknown = calls.filter(({ outcome }) => outcome.kind === 'unknown');
  const causes = matchCauses(unnamed, unknown, makes);
  for (const placed of unnamed) {
    const cause = causes.get(placed);
    if (cause) {
      makers.set(placed.version, cause);
      continue;
    }
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
