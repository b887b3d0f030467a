import type { DirectoryEntry, EntryName } from '../files/file-store.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { Step } from './scan.ts';

/** How much one page of an answer holds. */
export interface PageBounds {
  readonly entries: number;
  readonly room: AnswerRoom;
  /** The texts by which an entry counts towards the size of the answer. */
  toTexts(entry: DirectoryEntry): readonly string[];
  /**
   * True to search after a full page for one more match, so that a last page is known to be the last. False where
   * that would cost an extra request.
   */
  readonly looksOn: boolean;
}

/** What a scan found. */
export interface Found {
  readonly entries: readonly DirectoryEntry[];
  /** True when the bounds of the page ended it. */
  readonly isFull: boolean;
  /** How many entries were looked at to find these. */
  readonly scanned: number;
  /** The last one that was looked at; absent when nothing follows it. */
  readonly next?: EntryName;
}

/** Collects entries that match, until the page is full. */
export async function collect(
  steps: AsyncIterable<Step>,
  { room, looksOn, toTexts, ...page }: PageBounds,
): Promise<Found> {
  const entries: DirectoryEntry[] = [];
  let scanned = 0;
  let next: EntryName | undefined;
  let isFull = false;
  for await (const { place, entry, isMatch, isLast } of steps) {
    const match = isMatch ? entry : undefined;
    // The next page starts with what does not fit on this one.
    isFull = match !== undefined && (entries.length === page.entries || !room.take(toTexts(match)));
    if (isFull) break;
    next = isLast ? undefined : { kind: place.kind, name: place.name };
    if (entry) scanned += 1;
    if (!match) continue;
    entries.push(match);
    isFull = !looksOn && entries.length === page.entries;
    if (isFull) break;
  }
  return { entries, isFull, scanned, ...(next && { next }) };
}
