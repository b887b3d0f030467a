import { type DirectoryPath, readFilePath } from '../files/file-path.ts';
import type { FileStore } from '../files/file-store.ts';
import type { SearchedFile } from './file.ts';
import type { Glob } from './glob.ts';
import type { SearchLimits } from './limits.ts';
import { type FilePosition, fileStart } from './lines.ts';
import { scan } from './scan.ts';

/** Where a search goes on: behind a name, and inside the file that comes next if that is still the same. */
export interface SearchPosition {
  readonly after?: string | undefined;
  readonly within?: { readonly name: string; readonly etag: string; readonly at: FilePosition } | undefined;
}

/** What is searched: every file below a directory whose path matches; a path of a file is that file. */
export interface SearchPlace {
  readonly directory: DirectoryPath;
  readonly glob?: Glob | undefined;
}

/** A file to search, and where to begin in it. `name` is its path seen from the directory. */
export interface PlannedFile extends SearchedFile {
  readonly kind: 'file';
  readonly name: string;
  readonly at: FilePosition;
}

/** The end of a plan, and where the next one goes on; without a reason there are no more files. */
export interface PlanEnd {
  readonly kind: 'end';
  readonly reason?: 'files' | 'bytes' | 'names';
  readonly after?: string | undefined;
}

/**
 * Plans the files of one call in the order of their names, within the limits, by what the listing tells of
 * them: the same call ends at the same file however fast the files come.
 */
export async function* planSearch(
  files: Pick<FileStore, 'list' | 'stat'>,
  { directory, glob }: SearchPlace,
  start: SearchPosition,
  limits: Pick<SearchLimits, 'files' | 'bytes' | 'bytesOfFile'>,
  signal: AbortSignal,
): AsyncGenerator<PlannedFile | PlanEnd> {
  const from = start.after === undefined ? undefined : ({ kind: 'file', name: start.after } as const);
  let after = start.after;
  let isComplete = true;
  let count = 0;
  let bytes = 0;
  for await (const step of scan(files, directory, { recursive: true, glob, after: from, signal })) {
    const { entry } = step;
    if (step.isMatch && entry?.kind === 'file') {
      count += 1;
      bytes += Math.min(entry.size, limits.bytesOfFile);
      if (count > limits.files) return yield { kind: 'end', reason: 'files', after };
      if (bytes > limits.bytes) return yield { kind: 'end', reason: 'bytes', after };
      yield toPlanned(entry.name, { ...entry, path: toPath(directory, entry.name) }, start);
    }
    after = step.place.name;
    isComplete = step.isLast;
  }
  const isFile = after === undefined && directory !== '' && glob === undefined;
  if (isFile) yield toPlanned('', await files.stat(readFilePath(directory), { signal }), start);
  yield { kind: 'end', ...(!isComplete && { reason: 'names' }), after };
}

function toPlanned(
  name: string,
  { path, size, etag }: SearchedFile,
  { within }: SearchPosition,
): PlannedFile {
  const isSame = within?.name === name && within.etag === etag;
  return { kind: 'file', name, path, size, etag, at: isSame ? within.at : fileStart };
}

/** The path of a name that is seen from a directory. */
export function toPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
