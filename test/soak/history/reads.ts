import type { HeldVersion, History } from './history.ts';
import { nameCall, type Report } from './violation.ts';

/** Checks that each read saw a version that was present between its beginning and its end. */
export function checkReads({ calls, versions }: History, report: Report): void {
  for (const { operation, outcome, begun, ended, ...call } of calls) {
    if (operation.kind !== 'read') continue;
    const { path } = operation;
    const chain = versions.get(path) ?? [];
    const wasPresent = (version: HeldVersion, place: number) =>
      version.earliest <= ended && (chain[place + 1]?.created ?? Number.POSITIVE_INFINITY) >= begun;
    const present = chain.filter(wasPresent);
    const name = nameCall({ ...call, operation, outcome, begun, ended });
    if (outcome.kind === 'read') {
      const { etag, content } = outcome;
      if (present.some((version) => version.etag === etag && version.content === content)) continue;
      report('reads see what was there', path, `${name} returned ${etag} ${JSON.stringify(content)}`);
    }
    if (outcome.kind === 'not done') {
      const isBeforeAll = (chain[0]?.created ?? Number.POSITIVE_INFINITY) >= begun;
      if (isBeforeAll || present.some(({ content }) => content === undefined)) continue;
      report('reads see what was there', path, `${name} found no file: ${outcome.message}`);
    }
  }
}
