import type { DirectoryEntry, EntryName } from '../files/file-store.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { Step } from './scan.ts';

/** How many files lie below a directory, at any depth, and how many bytes they have together. */
export interface Sum {
  readonly files: number;
  readonly size: number;
}

/** A directory with the sums of the selected files below it. */
export interface SummedDirectory extends Sum {
  readonly kind: 'directory';
  /** Relative to the listed directory. */
  readonly name: string;
  /** True when the next page has more of it, and the whole sum. */
  readonly isPartial: boolean;
}

/** What a tree shows; a directory comes before its entries. */
export type TreeEntry = SummedDirectory | Extract<DirectoryEntry, { kind: 'file' }>;

/** Where a tree continues. */
export interface TreePosition {
  readonly after: EntryName;
  /** The sums so far of the directories above `after` that may have more files, the outermost first. */
  readonly open: readonly Sum[];
}

/** How much of a tree one page shows. */
export interface TreeBounds {
  /** How many levels are shown; files below them are only summed. */
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
  readonly next?: TreePosition;
}

/** A directory to whose sums files are still added. */
interface OpenDirectory {
  readonly kind: 'directory';
  readonly name: string;
  files: number;
  size: number;
  isPartial: boolean;
}

/** Stands for sums that are not known yet when the room of a directory is taken. */
const anySum = { files: 10 ** 6, size: 10 ** 12, isPartial: true };

/** Collects a tree from the steps of a recursive scan behind `start`, until the page is full. */
export async function collectTree(
  steps: AsyncIterable<Step>,
  start: TreePosition | undefined,
  { depth, entries: limit, room, toTexts }: TreeBounds,
): Promise<FoundTree> {
  const above = toDirectories(start?.after.name ?? '', depth);
  /** The directories that the last file lies in, the outermost first. */
  let open = (start?.open ?? []).map((sum, level) => createDirectory(above[level] ?? '', sum));
  const entries: (OpenDirectory | TreeEntry)[] = [...open];
  let scanned = 0;
  let next: EntryName | undefined;

  /** Closes the directories that do not contain a name: names come in order, so no more of their files follow. */
  function closeBefore(name: string): void {
    const names = toDirectories(name, depth);
    open = open.filter((directory, level) => names[level] === directory.name);
  }

  /** Adds a file to the sums, and what it brings to the page. Returns false when the page is full. */
  function add(file: Extract<DirectoryEntry, { kind: 'file' }>): boolean {
    const names = toDirectories(file.name, depth).slice(open.length);
    const fresh = names.map((name) => createDirectory(name, { files: 0, size: 0 }));
    const shown = file.name.split('/').length <= depth ? [...fresh, file] : fresh;
    const texts = shown.flatMap((entry) => toTexts(entry.kind === 'file' ? entry : { ...entry, ...anySum }));
    const isFull = shown.length > 0 && (entries.length + shown.length > limit || !room.take(texts));
    // The first file always fits, so that every page makes progress.
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

/** The directories above a file that are shown, the outermost first. */
function toDirectories(name: string, depth: number): string[] {
  const names = name.split('/').slice(0, -1);
  return names.slice(0, depth).map((_, level) => names.slice(0, level + 1).join('/'));
}
