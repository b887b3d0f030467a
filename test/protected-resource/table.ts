import type { Check } from './check.ts';
import { revisions } from './check.ts';

/** The table of the checks, in Markdown. */
export function toCheckTable(checks: readonly Check[]): string {
  const lines = checks.map(
    ({ id, title, source, level, revisions: some = revisions }) =>
      `| \`${id}\` | ${title} | ${source} | ${level} | ${some.length === revisions.length ? 'all' : some.join(', ')} |`,
  );
  return [
    '| Check | Holds when | Source | Level | Revisions |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
