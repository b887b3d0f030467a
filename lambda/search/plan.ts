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

/** Where a search continues: after a name, and inside the next file if that has not changed. */
export interface SearchPosition {
  /** Which of the searched paths the names are seen from, counted from 0; the first unless told. */
  readonly pathIndex?: number | undefined;
  readonly after?: string | undefined;
  readonly within?: PositionInFile | undefined;
}

/** A position in a file that was searched in part. */
export interface PositionInFile {
  readonly name: string;
  readonly etag: string;
  readonly at: FilePosition;
  /** How many lines before it match, when they are only counted. */
  readonly matches?: number | undefined;
}

/** What is searched: the selected files below some directories; the path of a file stands for that file. */
export interface SearchScope {
  readonly directories: readonly DirectoryPath[];
  readonly selection?: Selection | undefined;
  /** True when the caller passed a glob, which has no meaning for the path of a file. */
  readonly hasGlob: boolean;
}

/** A file to search, and where to start in it. */
export interface PlannedFile extends SearchedFile {
  readonly kind: 'file';
  /** Which of the searched paths it lies below, counted from 0. */
  readonly pathIndex: number;
  /** Its path relative to that one. */
  readonly name: string;
  readonly at: FilePosition;
  /** How many lines before `at` match. */
  readonly matches: number;
}

/** The end of a plan, and where the next one continues; without a reason there are no more files. */
export interface PlanEnd {
  readonly kind: 'end';
  readonly reason?: 'files' | 'bytes' | 'names' | 'time';
  readonly position: SearchPosition;
}

/** A step of a plan: a file, a path with nothing at it, or the end. */
export type PlanStep = PlannedFile | PlanEnd | { readonly kind: 'nothing'; readonly path: DirectoryPath };

/**
 * Plans the files of one call in the order of their names. The limits are applied to the sizes that the listing
 * gives, so the same call ends at the same file however fast the reads are, unless its time is over first.
 */
export async function* planSearch(
  files: Pick<FileStore, 'list' | 'stat'>,
  { directories, selection, hasGlob }: SearchScope,
  start: SearchPosition,
  limits: SearchLimits,
  time: WorkTime,
): AsyncGenerator<PlanStep> {
  const first = start.pathIndex ?? 0;
  let position: SearchPosition = start;
  let count = 0;
  let bytes = 0;
  let hasMoved = false;

  const end = (reason: NonNullable<PlanEnd['reason']>): PlanEnd => ({ kind: 'end', reason, position });

  /** What ends the plan before a file of this size. The first file of a call is always searched. */
  function findEnd(size: number): PlanEnd['reason'] {
    if (count === limits.files) return 'files';
    if (bytes + size > limits.bytes) return 'bytes';
    return count > 0 && time.isOver() ? 'time' : undefined;
  }

  async function* planPath(pathIndex: number, directory: DirectoryPath): AsyncGenerator<PlanStep> {
    const name = pathIndex === first ? start.after : undefined;
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
        yield toPlanned(pathIndex, entry.name, { ...entry, path: toPath(directory, entry.name) }, start);
      }
      position = toPosition(pathIndex, step.place.name);
      hasMoved = true;
      isComplete = step.isLast;
    }
    if (!isComplete) yield end(time.isOver() ? 'time' : 'names');
    else if (directory !== '' && ((position.pathIndex ?? 0) !== pathIndex || position.after === undefined)) {
      yield* planEmpty(pathIndex, directory);
    }
  }

  /** Nothing was listed below the path: it is a file, or nothing, or a directory without valid names. */
  async function* planEmpty(pathIndex: number, directory: DirectoryPath): AsyncGenerator<PlanStep> {
    const found = await findKind(files, directory, time.signal);
    if (found.kind === 'nothing') {
      // For a single path this is the answer; among several it is reported with the others.
      if (directories.length === 1 && !hasGlob) {
        throw new FileStoreError({ code: 'not_found', path: readFilePath(directory) });
      }
      yield { kind: 'nothing', path: directory };
    }
    if (found.kind !== 'file') return;
    if (hasGlob) throw refuseGlobOfFile(directory);
    count += 1;
    yield toPlanned(pathIndex, '', found.facts, start);
  }

  try {
    for (const [pathIndex, directory] of directories.entries()) {
      if (pathIndex < first) continue;
      for await (const step of planPath(pathIndex, directory)) {
        yield step;
        if (step.kind === 'end') return;
      }
      position = toPosition(pathIndex + 1, undefined);
    }
  } catch (error) {
    // The answer has what was found in time, and the next call continues from there.
    if (!time.isGivenUp() || !hasMoved) throw error;
    return yield end('time');
  }
  yield { kind: 'end', position };
}

/** The position after a name, or at the start of a searched path. */
export function toPosition(pathIndex: number, after: string | undefined): SearchPosition {
  return { ...(pathIndex > 0 && { pathIndex }), ...(after !== undefined && { after }) };
}

function toPlanned(
  pathIndex: number,
  name: string,
  { path, size, etag }: SearchedFile,
  start: SearchPosition,
): PlannedFile {
  const within = pathIndex === (start.pathIndex ?? 0) ? start.within : undefined;
  const isSame = within?.name === name && within.etag === etag;
  const { at, matches = 0 } = isSame ? within : { at: fileStart };
  return { kind: 'file', pathIndex, name, path, size, etag, at, matches };
}

/** The failure of a search with a glob whose path is a file. */
export function refuseGlobOfFile(path: DirectoryPath): ToolFailure {
  return new ToolFailure(`"${path}" is a file: leave glob out and pass query to search it`);
}

/** The path of a name that is relative to a directory. */
export function toPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
