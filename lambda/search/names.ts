import type { FileStore } from '../files/file-store.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { SearchEnd } from './findings.ts';
import { findKind } from './kind.ts';
import { collect } from './page.ts';
import { refuseGlobOfFile, type SearchPosition, type SearchScope, toPath, toPosition } from './plan.ts';
import { scan } from './scan.ts';
import type { WorkTime } from './work-time.ts';

/** How a search of names is bounded. */
export interface NameSearch {
  /** Names at most. */
  readonly limit: number;
  readonly start: SearchPosition;
  readonly room: AnswerRoom;
  readonly time: WorkTime;
}

/** What a search of names came to. */
export interface NamesFound {
  readonly paths: readonly string[];
  /** How many names were looked at. */
  readonly scanned: number;
  /** The searched paths with nothing at them. */
  readonly nothing: readonly string[];
  readonly end?: SearchEnd | undefined;
  /** Where to continue when something ended it. */
  readonly position: SearchPosition;
}

/** Finds the selected files, path by path, in the order of their names. Reads none of them. */
export async function searchNames(
  files: Pick<FileStore, 'list' | 'stat'>,
  { directories, selection }: SearchScope,
  { limit, start, room, time }: NameSearch,
): Promise<NamesFound> {
  const paths: string[] = [];
  const nothing: string[] = [];
  const first = start.pathIndex ?? 0;
  let scanned = 0;
  for (const [pathIndex, directory] of directories.entries()) {
    if (pathIndex < first) continue;
    const name = pathIndex === first ? start.after : undefined;
    const result = (end: SearchEnd, after: string | undefined): NamesFound => {
      return { paths, scanned, nothing, end, position: toPosition(pathIndex, after) };
    };
    if (pathIndex > first && time.isOver()) return result('time', undefined);
    const after = name === undefined ? undefined : ({ kind: 'file', name } as const);
    const found = await collect(scan(files, directory, { recursive: true, selection, after, time }), {
      entries: limit - paths.length,
      room,
      toTexts: (entry) => [toPath(directory, entry.name)],
      looksOn: true,
    });
    paths.push(...found.entries.map((entry) => toPath(directory, entry.name)));
    scanned += found.scanned;
    if (found.isFull)
      return result(paths.length === limit ? 'matches' : 'characters', found.next?.name ?? name);
    if (found.next) return result(time.isOver() ? 'time' : 'names', found.next.name);
    if (found.scanned > 0 || name !== undefined) continue;
    const { kind } = await findKind(files, directory, time.signal);
    if (kind === 'file') throw refuseGlobOfFile(directory);
    if (kind === 'nothing') nothing.push(directory);
  }
  return { paths, scanned, nothing, position: {} };
}
