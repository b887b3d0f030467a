/** Why a file was not searched. `changed` includes that it went away since it was listed. */
export type SkipReason = 'binary' | 'denied' | 'archived' | 'changed' | 'name' | 'outage' | 'slow';

/** A file that was not searched. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** How many files of one reason are named. */
const maxNamed = 5;

/** What a model is told of one reason, behind the number of files. */
const reasons: Readonly<Record<SkipReason, string>> = {
  binary: 'binary',
  denied: 'not readable for this server (tell its operator)',
  archived: 'archived',
  changed: 'changed meanwhile',
  name: 'with a name that no path can have',
  outage: 'not answered by the file store (try again)',
  slow: 'not answered in time by the file store (search it alone)',
};

/** Names the files that were not searched, reason by reason: `2 binary: a.png, b.zip`. */
export function describeSkipped(skipped: readonly SkippedFile[]): string {
  const groups = Map.groupBy(skipped, ({ reason }) => reason);
  return Array.from(groups, ([reason, files]) => {
    const named = files.slice(0, maxNamed).map(({ path }) => path);
    const more = files.length - named.length;
    return `${files.length} ${reasons[reason]}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }).join('; ');
}
