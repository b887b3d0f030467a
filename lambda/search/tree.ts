import type { DirectoryEntry, EntryName } from '../files/file-store.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { Step } from './scan.ts';

/** How many files lie below a directory, at any depth, and their bytes. */
export interface Sum {
  readonly files: number;
  readonly size: number;
}

/** A directory with all that counts below it. */
export interface SummedDirectory extends Sum {
  readonly kind: 'directory';
  /** Seen from the listed directory. */
  readonly name: string;
  /** True when more of it follows on the next page, which begins with the whole sum. */
  readonly isPartial: boolean;
}

/** What a tree shows: a directory before what lies in it. */
export type TreeEntry = SummedDirectory | Extract<DirectoryEntry, { kind: 'file' }>;

/** Where a tree goes on. */
export interface TreePlace {
  readonly after: EntryName;
  /** The sums so far of the directories above `after` that may go on, the highest first. */
  readonly open: readonly Sum[];
}

/** How much of a tree one page shows. */
export interface TreeBounds {
  /** How many levels are shown; what lies deeper is only summed. */
  readonly depth: number;
  readonly entries: number;
  readonly room: AnswerRoom;
  /** Writes an entry as it counts in the answer. */
  toTexts(entry: TreeEntry): readonly string[];
}

/** What a scan found. */
export interface FoundTree {
  readonly entries: readonly TreeEntry[];
  /** How many entries were looked at. */
  readonly scanned: number;
  readonly next?: TreePlace;
}

/** A directory while files are added to it. */
interface OpenDirectory {
  readonly kind: 'directory';
  readonly name: string;
  files: number;
  size: number;
  isPartial: boolean;
}

/** The largest sum that a directory may come to; its room is taken before that is known. */
const anySum = { files: 10 ** 6, size: 10 ** 12, isPartial: true };

/** Collects a tree from the steps of a recursive scan behind `start`, until the page is full. */
export async function collectTree(
  steps: AsyncIterable<Step>,
  start: TreePlace | undefined,
  { depth, entries: limit, room, toTexts }: TreeBounds,
): Promise<FoundTree> {
  const above = toDirectories(start?.after.name ?? '', depth);
  /** The directories that the last file lies in, the highest first. */
  let open = (start?.open ?? []).map((sum, level) => createDirectory(above[level] ?? '', sum));
  const entries: (OpenDirectory | TreeEntry)[] = [...open];
  let scanned = 0;
  let next: EntryName | undefined;

  /** Closes the directories that a name does not lie in. Names come in order, so nothing of them follows. */
  function closeBefore(name: string): void {
    const names = toDirectories(name, depth);
    open = open.filter((directory, level) => names[level] === directory.name);
  }

  /** Adds a file to its directories, and to the page what is new of it; false when the page is full. */
  function add(file: Extract<DirectoryEntry, { kind: 'file' }>): boolean {
    const names = toDirectories(file.name, depth).slice(open.length);
    const fresh = names.map((name) => createDirectory(name, { files: 0, size: 0 }));
    const shown = file.name.split('/').length <= depth ? [...fresh, file] : fresh;
    const texts = shown.flatMap((entry) => toTexts(entry.kind === 'file' ? entry : { ...entry, ...anySum }));
    const isFull = shown.length > 0 && (entries.length + shown.length > limit || !room.take(texts));
    // One file always fits, so that every page moves on.
    if (isFull && scanned > 0) return false;
    entries.push(...shown);
    open.push(...fresh);
    for (const directory of open) {
      directory.files += 1;
      directory.size += file.size;
    }
    return true;
  }

  for await (const { place, entry, isMatch, isLast } of steps) {
    closeBefore(place.name);
    if (isMatch && entry?.kind === 'file' && !add(entry)) break;
    next = isLast ? undefined : { kind: place.kind, name: place.name };
    if (entry) scanned += 1;
  }
  if (!next) return { entries, scanned };
  for (const directory of open) directory.isPartial = true;
  return { entries, scanned, next: { after: next, open: open.map(({ files, size }) => ({ files, size })) } };
}

function createDirectory(name: string, { files, size }: Sum): OpenDirectory {
  return { kind: 'directory', name, files, size, isPartial: false };
}

/** The directories above a file, the highest first, as many as are shown. */
function toDirectories(name: string, depth: number): string[] {
  const names = name.split('/').slice(0, -1);
  return names.slice(0, depth).map((_, level) => names.slice(0, level + 1).join('/'));
}
