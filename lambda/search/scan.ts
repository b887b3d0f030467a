import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry, EntryName, FileStore, Listing } from '../files/file-store.ts';
import type { Selection } from './selection.ts';
import type { WorkTime } from './work-time.ts';

/** How many entries one request lists unless told otherwise, as many as S3 gives. */
const maxPageSize = 1_000;

/** How many requests one scan makes at most. */
const maxRequests = 10;

/** How many entries one scan looks at at most. */
export const maxScanned = maxRequests * maxPageSize;

/** What is scanned: a directory, or with `recursive` every file below it, from behind `after` on. */
export interface ScanOptions {
  readonly recursive: boolean;
  readonly selection?: Selection | undefined;
  readonly after?: EntryName | undefined;
  /** How many entries one request lists; 1,000 unless told. */
  readonly pageSize?: number;
  readonly time: WorkTime;
}

/** One entry that was looked at, or many that are never shown; names are seen from the scanned directory. */
export interface Step {
  /** How far the scan came with it. */
  readonly place: EntryName;
  readonly entry?: DirectoryEntry;
  readonly isMatch: boolean;
  /** True when no entry follows it. */
  readonly isLast: boolean;
}

/** The last code point of Unicode, with which no name starts: it sorts after every name in a directory. */
const lastCharacter = '\u{10ffff}';

/**
 * Goes through the entries of a directory in the order of the listing, at most `maxScanned` of them, and requests each
 * page only when it is needed. It lists only the directory that the selection names, and skips pages that lie wholly
 * in an excluded directory. It always waits for the first page; when the time is over after that, it ends.
 */
export async function* scan(
  files: Pick<FileStore, 'list'>,
  directory: DirectoryPath,
  { recursive, selection, after, pageSize = maxPageSize, time }: ScanOptions,
): AsyncGenerator<Step> {
  const prefix = selection === undefined || selection.directory === '' ? '' : `${selection.directory}/`;
  const listed = readDirectoryPath(`${directory === '' ? '' : `${directory}/`}${prefix}`);
  let last = after && { ...after, name: after.name.slice(prefix.length) };
  let place: EntryName | undefined;
  for (let request = 0; request < maxRequests; request += 1) {
    if (request > 0 && time.isOver()) return;
    const page = await listPage(request === 0);
    if (!page) return;
    const { entries, truncated } = page;
    // The listing announced more, but that is gone by now or was skipped.
    if (entries.length === 0 && !truncated && place) return yield { place, isMatch: false, isLast: true };
    for (const [index, entry] of entries.entries()) {
      const name = `${prefix}${entry.name}`;
      const isMatch = selection === undefined || selection.matches(name);
      const shown = { ...entry, name };
      const isLast = !truncated && index === entries.length - 1;
      place = shown;
      yield { place, entry: shown, isMatch, isLast };
    }
    // The store has made as many requests for this page as a scan may make.
    if (truncated && page.after) {
      place = { ...page.after, name: `${prefix}${page.after.name}` };
      return yield { place, isMatch: false, isLast: false };
    }
    last = toNext(entries.at(-1)) ?? last;
    if (!truncated) return;
  }

  /** Lists one page; undefined when it was given up and is not the first. */
  async function listPage(isFirst: boolean): Promise<Listing | undefined> {
    const from = last && { after: last };
    try {
      return await files.list(listed, { recursive, limit: pageSize, ...from, signal: time.signal });
    } catch (error) {
      if (isFirst || !time.isGivenUp()) throw error;
      return undefined;
    }
  }

  /** Where the page after an entry starts: after all of the excluded directory that the entry lies in, if any. */
  function toNext(entry: EntryName | undefined): EntryName | undefined {
    const excluded = entry && selection?.findExcluded(`${prefix}${entry.name}`);
    if (excluded === undefined || !excluded.startsWith(prefix)) return entry;
    return { kind: 'file', name: `${excluded.slice(prefix.length)}/${lastCharacter}` };
  }
}
