import type { HeldVersion, History, RecordedCall } from './history.ts';
import { nameCall, type Report } from './violation.ts';

/** Checks that each read saw a version that was present between its beginning and its end. */
export function checkReads(
  { calls, versions }: History,
  makers: ReadonlyMap<HeldVersion, RecordedCall>,
  report: Report,
): void {
  /** Whether the call that made the version had begun by then. A version without a call may always have been there. */
  const mayBeThere = (version: HeldVersion, time: number) => (makers.get(version)?.begun ?? 0) <= time;
  /** Whether the version was certainly there by then, because its caller had been told. */
  const mustBeThere = (version: HeldVersion, time: number) => {
    const maker = makers.get(version);
    return maker !== undefined && maker.outcome.kind === 'done' && maker.ended < time;
  };

  for (const call of calls) {
    const { operation, outcome, begun, ended } = call;
    if (operation.kind !== 'read') continue;
    const { path } = operation;
    const chain = versions.get(path) ?? [];
    const wasPresent = chain.filter((version, place) => {
      const next = chain[place + 1];
      return mayBeThere(version, ended) && !(next && mustBeThere(next, begun));
    });
    if (outcome.kind === 'read') {
      const { etag, content } = outcome;
      if (wasPresent.some((version) => version.etag === etag && version.content === content)) continue;
      report(
        'reads see what was there',
        path,
        `${nameCall(call)} returned ${etag} ${JSON.stringify(content)}`,
      );
    }
    if (outcome.kind === 'not done') {
      const first = chain[0];
      const mayBeAbsent =
        first === undefined ||
        !mustBeThere(first, begun) ||
        wasPresent.some(({ content }) => content === undefined);
      if (mayBeAbsent) continue;
      report('reads see what was there', path, `${nameCall(call)} found no file: ${outcome.message}`);
    }
  }
}
