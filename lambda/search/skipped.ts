import { showName } from '../files/file-path.ts';

/** Why a file was not searched. `changed` also stands for a file that is gone since it was listed. */
export type SkipReason =
  | 'binary'
  /** It is damaged, encrypted, too large or takes too long. */
  | 'document'
  | 'denied'
  | 'archived'
  | 'changed'
  | 'name'
  | 'outage'
  | 'slow';

/** A file that was not searched. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** How many files are named when there are many. */
const maxNamed = 5;

/** What a model reads about each reason, after the number of files. */
const reasons: Readonly<Record<SkipReason, string>> = {
  binary: 'binary',
  document: 'not readable as text (read_file says why)',
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
  return Array.from(
    groups,
    ([reason, files]) => `${files.length} ${reasons[reason]}: ${listPaths(files)}`,
  ).join('; ');
}

/** Lists the paths of some files: five of them, and how many more there are. */
export function listPaths(files: readonly { readonly path: string }[]): string {
  const named = files.slice(0, maxNamed).map(({ path }) => showName(path));
  const more = files.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
