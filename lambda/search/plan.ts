import { type DirectoryPath, readFilePath } from '../files/file-path.ts';
import { type FileStore, FileStoreError } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { SearchedFile } from './file.ts';
import { findKind } from './kind.ts';
import type { SearchLimits } from './limits.ts';
import { type FilePosition, fileStart } from './lines.ts';
import { scan } from './scan.ts';
import type { Selection } from './selection.ts';
import type { WorkTime } from './work-time.ts';

/** Where a search goes on: behind a name, and inside the file that comes next if that is still the same. */
export interface SearchPosition {
  /** Which of the searched directories the names are seen from, from 0; the first unless told. */
  readonly place?: number | undefined;
  readonly after?: string | undefined;
  readonly within?: PositionInFile | undefined;
}

/** A place in a file that was searched in part. */
export interface PositionInFile {
  readonly name: string;
  readonly etag: string;
  readonly at: FilePosition;
  /** How many lines before it match, when they are only counted. */
  readonly matches?: number | undefined;
}

/** What is searched: every file below some directories that counts; a path of a file is that file. */
export interface SearchPlace {
  readonly directories: readonly DirectoryPath[];
  readonly selection?: Selection | undefined;
  /** True when the selection names files, which one file cannot be searched with. */
  readonly hasGlob: boolean;
}

/** A file to search, and where to begin in it. */
export interface PlannedFile extends SearchedFile {
  readonly kind: 'file';
  /** Which of the searched directories it lies in, from 0. */
  readonly place: number;
  /** Its path seen from that directory. */
  readonly name: string;
  readonly at: FilePosition;
  /** How many lines before `at` match. */
  readonly matches: number;
}

/** The end of a plan, and where the next one goes on; without a reason there are no more files. */
export interface PlanEnd {
  readonly kind: 'end';
  readonly reason?: 'files' | 'bytes' | 'names' | 'time';
  readonly position: SearchPosition;
}

/** A step of a plan: a file, a path where nothing is, or the end. */
export type PlanStep = PlannedFile | PlanEnd | { readonly kind: 'nothing'; readonly path: DirectoryPath };

/**
 * Plans the files of one call in the order of their names, within the limits, by what the listing tells of
 * them: the same call ends at the same file however fast the files come, unless the time is over before.
 */
export async function* planSearch(
  files: Pick<FileStore, 'list' | 'stat'>,
  { directories, selection, hasGlob }: SearchPlace,
  start: SearchPosition,
  limits: SearchLimits,
  time: WorkTime,
): AsyncGenerator<PlanStep> {
  const first = start.place ?? 0;
  let position: SearchPosition = start;
  let count = 0;
  let bytes = 0;
  let hasMoved = false;

  const end = (reason: NonNullable<PlanEnd['reason']>): PlanEnd => ({ kind: 'end', reason, position });

  /** What ends the plan before a file of this size; the first one is always searched. */
  function findEnd(size: number): PlanEnd['reason'] {
    if (count === limits.files) return 'files';
    if (bytes + size > limits.bytes) return 'bytes';
    return count > 0 && time.isOver() ? 'time' : undefined;
  }

  async function* planPlace(place: number, directory: DirectoryPath): AsyncGenerator<PlanStep> {
    const name = place === first ? start.after : undefined;
    const after = name === undefined ? undefined : ({ kind: 'file', name } as const);
    let isComplete = true;
    for await (const step of scan(files, directory, { recursive: true, selection, after, time })) {
      const { entry } = step;
      if (step.isMatch && entry?.kind === 'file') {
        const size = Math.min(entry.size, limits.bytesOfFile);
        const reason = findEnd(size);
        if (reason) return yield end(reason);
        count += 1;
        bytes += size;
        yield toPlanned(place, entry.name, { ...entry, path: toPath(directory, entry.name) }, start);
      }
      position = toPosition(place, step.place.name);
      hasMoved = true;
      isComplete = step.isLast;
    }
    if (!isComplete) yield end(time.isOver() ? 'time' : 'names');
    else if (directory !== '' && ((position.place ?? 0) !== place || position.after === undefined)) {
      yield* planEmpty(place, directory);
    }
  }

  /** Nothing was listed below the path: it is a file, or nothing, or a directory whose names are no paths. */
  async function* planEmpty(place: number, directory: DirectoryPath): AsyncGenerator<PlanStep> {
    const found = await findKind(files, directory, time.signal);
    if (found.kind === 'nothing') {
      // Of one path the failure is the answer; beside others it is told.
      if (directories.length === 1 && !hasGlob) {
        throw new FileStoreError({ code: 'not_found', path: readFilePath(directory) });
      }
      yield { kind: 'nothing', path: directory };
    }
    if (found.kind !== 'file') return;
    if (hasGlob) throw refuseGlobOfFile(directory);
    count += 1;
    yield toPlanned(place, '', found.facts, start);
  }

  try {
    for (const [place, directory] of directories.entries()) {
      if (place < first) continue;
      for await (const step of planPlace(place, directory)) {
        yield step;
        if (step.kind === 'end') return;
      }
      position = toPosition(place + 1, undefined);
    }
  } catch (error) {
    // What was found until the time was over is told, and the next call goes on from there.
    if (!time.isGivenUp() || !hasMoved) throw error;
    return yield end('time');
  }
  yield { kind: 'end', position };
}

/** A position behind a name, or at the start of a searched directory. */
export function toPosition(place: number, after: string | undefined): SearchPosition {
  return { ...(place > 0 && { place }), ...(after !== undefined && { after }) };
}

function toPlanned(
  place: number,
  name: string,
  { path, size, etag }: SearchedFile,
  start: SearchPosition,
): PlannedFile {
  const within = place === (start.place ?? 0) ? start.within : undefined;
  const isSame = within?.name === name && within.etag === etag;
  const { at, matches = 0 } = isSame ? within : { at: fileStart };
  return { kind: 'file', place, name, path, size, etag, at, matches };
}

/** Says that a path is a file, which a glob finds nothing in. */
export function refuseGlobOfFile(path: DirectoryPath): ToolFailure {
  return new ToolFailure(`"${path}" is a file: leave glob away and pass query to search it`);
}

/** The path of a name that is seen from a directory. */
export function toPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
