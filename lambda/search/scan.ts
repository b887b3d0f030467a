import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry, EntryName, FileStore } from '../files/file-store.ts';
import type { Glob } from './glob.ts';

/** How many entries one request lists unless told otherwise, as many as S3 gives. */
const maxPageSize = 1_000;

/** How many requests one scan makes at most. */
const maxRequests = 10;

/** How many entries one scan looks at at most. */
export const maxScanned = maxRequests * maxPageSize;

/** What is scanned: a directory, or with `recursive` every file below it, from behind `after` on. */
export interface ScanOptions {
  readonly recursive: boolean;
  readonly glob?: Glob | undefined;
  readonly after?: EntryName | undefined;
  /** How many entries one request lists; 1,000 unless told. */
  readonly pageSize?: number;
  readonly signal: AbortSignal;
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

/**
 * Looks at the entries of a directory in the order of the listing, at most `maxScanned` of them, and asks for a
 * page only when it is come to. Only the directory that the glob names is listed.
 */
export async function* scan(
  files: Pick<FileStore, 'list'>,
  directory: DirectoryPath,
  { recursive, glob, after, pageSize = maxPageSize, signal }: ScanOptions,
): AsyncGenerator<Step> {
  const prefix = glob === undefined || glob.directory === '' ? '' : `${glob.directory}/`;
  const listed = readDirectoryPath(`${directory === '' ? '' : `${directory}/`}${prefix}`);
  let last = after && { ...after, name: after.name.slice(prefix.length) };
  for (let request = 0; request < maxRequests; request += 1) {
    const from = last && { after: last };
    const page = await files.list(listed, { recursive, limit: pageSize, ...from, signal });
    const { entries, truncated } = page;
    for (const [index, entry] of entries.entries()) {
      const name = `${prefix}${entry.name}`;
      const isMatch = glob === undefined || glob.matches(name);
      const shown = { ...entry, name };
      const isLast = !truncated && index === entries.length - 1;
      yield { place: shown, entry: shown, isMatch, isLast };
    }
    // The store has made as many requests for it as a scan makes: whoever wants more goes on from there.
    if (truncated && page.after) {
      const place = { ...page.after, name: `${prefix}${page.after.name}` };
      return yield { place, isMatch: false, isLast: false };
    }
    last = entries.at(-1) ?? last;
    if (!truncated) return;
  }
}

/** How much one page of an answer holds. */
export interface PageBounds {
  readonly entries: number;
  /** Of all lines together; the first entry always fits. */
  readonly characters: number;
  /** Writes an entry as the line that counts. */
  toLine(entry: DirectoryEntry): string;
}

/** What a scan found. */
export interface Found {
  readonly entries: readonly DirectoryEntry[];
  /** The entries as the answer shows them. */
  readonly lines: readonly string[];
  /** True when the bounds of the page ended it. */
  readonly isFull: boolean;
  /** How many entries were looked at to find these. */
  readonly scanned: number;
  /** The last one that was looked at, where there may be more behind it. */
  readonly next?: EntryName;
}

/** Collects entries that match, until the page is full. */
export async function collect(steps: AsyncIterable<Step>, page: PageBounds): Promise<Found> {
  const entries: DirectoryEntry[] = [];
  const lines: string[] = [];
  let characters = 0;
  let scanned = 0;
  let next: EntryName | undefined;
  let isFull = false;
  for await (const { place, entry, isMatch, isLast } of steps) {
    const line = entry && isMatch ? page.toLine(entry) : '';
    // The next page begins with what does not fit on this one.
    isFull = entries.length > 0 && characters + line.length > page.characters;
    if (isFull) break;
    next = isLast ? undefined : { kind: place.kind, name: place.name };
    if (entry) scanned += 1;
    if (!entry || !isMatch) continue;
    entries.push(entry);
    lines.push(line);
    characters += line.length;
    isFull = entries.length === page.entries;
    if (isFull) break;
  }
  return { entries, lines, isFull, scanned, ...(next && { next }) };
}
