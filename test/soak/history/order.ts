import type { History } from './history.ts';
import { nameCall, type Report } from './violation.ts';

/** Compares each acknowledged change of a file with those that were acknowledged before it began. */
export function checkOrder({ calls, versions }: History, report: Report): void {
  for (const [path, chain] of versions) {
    const places = new Map(chain.map(({ versionId }, place) => [versionId, place]));
    const changes = calls.flatMap((call) => {
      const { operation, outcome } = call;
      if (operation.path !== path || operation.kind === 'delete' || !('versionId' in outcome)) return [];
      const place = places.get(outcome.versionId);
      return place === undefined ? [] : [{ call, place }];
    });
    const byEnd = changes.toSorted((one, other) => one.call.ended - other.call.ended);
    for (const { call, place } of changes) {
      const overtaken = byEnd.find((one) => one.call.ended < call.begun && one.place > place);
      if (!overtaken) continue;
      const late = `${nameCall(overtaken.call)} was acknowledged before ${nameCall(call)} began`;
      report('acknowledged changes keep their order', path, `${late}, and comes after it`);
    }
  }
}
