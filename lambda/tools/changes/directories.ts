import * as z from 'zod';
import {
  type DirectoryPath,
  readDirectoryPath,
  readNewDirectoryPath,
  showName,
} from '../../files/file-path.ts';
import type { FileStore } from '../../files/file-store.ts';
import { createAnswerRoom } from '../../search/answer-room.ts';
import { findKind } from '../../search/kind.ts';
import { maxScanned, scan } from '../../search/scan.ts';
import { startWork } from '../../search/work-time.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { explainNothing } from '../answer/empty-directory.ts';
import { cursorPlace } from '../input/cursor.ts';
import type { ToolContext } from '../tool.ts';
import type { ChangeLimits, ListedFile } from './each-file.ts';

/** How many files one call works on. A dry run needs only listings. */
export function toDirectoryLimits(isDryRun: boolean): ChangeLimits {
  return { files: isDryRun ? maxScanned : 500, width: 8 };
}

/** How many names a dry run shows, if they are not very long. */
const shownNames = 50;
const namesSize = { tokens: 4_000, characters: 16_000 };

/** The position in the cursor of a directory tool: after a name, relative to the directory. */
export const directoryPosition = z.strictObject({ after: cursorPlace });

/** The `dry_run` argument of a tool that works on a directory. */
export const dryRunInput = z.boolean().default(true);

/** Reads a directory that is not the root. Throws `InvalidPath` and `ToolFailure`. */
export function readNamedDirectory(text: string): DirectoryPath {
  const directory = readDirectoryPath(text);
  if (directory !== '') return directory;
  throw new ToolFailure('the path is the root, which stays as it is: name a directory in it');
}

/** Reads the directories of a copy or a move. Throws as `readNamedDirectory`, and for a target in the source. */
export function readDirectories(source: string, target: string): { from: DirectoryPath; to: DirectoryPath } {
  const from = readNamedDirectory(source);
  const to = readNewDirectoryPath(target);
  if (to === from || to.startsWith(`${from}/`)) {
    throw new ToolFailure(`the target "${to}" is the source or lies in it: choose another target`);
  }
  return { from, to };
}

/** Throws `ToolFailure` for a path that is a file, or where nothing is. */
export async function requireDirectory(
  directory: DirectoryPath,
  context: Pick<ToolContext, 'files' | 'principal' | 'signal'>,
): Promise<void> {
  const { kind } = await findKind(context.files, directory, context.signal);
  if (kind === 'file') {
    throw new ToolFailure(`"${directory}" is a file: use the tool of the same name for one file`);
  }
  if (kind === 'nothing') throw new ToolFailure(await explainNothing(directory, context));
}

/** How long the target may be looked at, in milliseconds: by then a dry run has used most of its time. */
const lookLimits = { begins: 3_000, ends: 6_000 };

/** The names that a copy or a move would meet at its target. */
export interface TakenNames {
  readonly names: ReadonlySet<string>;
  /** False when the time was over before all names were looked at. */
  readonly isComplete: boolean;
}

/**
 * Finds which of the listed names exist in another directory too. The listed files are in the order of their names,
 * and all come after `after`.
 */
export async function findTaken(
  files: Pick<FileStore, 'list'>,
  directory: DirectoryPath,
  listed: readonly ListedFile[],
  { after, signal }: { readonly after: string | undefined; readonly signal: AbortSignal },
): Promise<TakenNames> {
  const wanted = new Set(listed.map(({ name }) => name));
  const last = Buffer.from(listed.at(-1)?.name ?? '');
  const names = new Set<string>();
  if (wanted.size === 0) return { names, isComplete: true };
  const from = after === undefined ? undefined : ({ kind: 'file', name: after } as const);
  const time = startWork(signal, lookLimits);
  let isComplete = true;
  try {
    for await (const { place, isLast } of scan(files, directory, { recursive: true, after: from, time })) {
      if (Buffer.compare(Buffer.from(place.name), last) > 0) return { names, isComplete: true };
      if (wanted.has(place.name)) names.add(place.name);
      isComplete = isLast;
    }
  } catch (error) {
    if (!time.isGivenUp()) throw error;
    isComplete = false;
  } finally {
    time.end();
  }
  return { names, isComplete };
}

/** Sums the sizes of files, in bytes. */
export function sumSizes(listed: readonly { readonly file: ListedFile }[]): number {
  return listed.reduce((sum, { file }) => sum + file.size, 0);
}

/** The first names of a dry run, one on each line, and how many more there are. */
export function toNames(
  listed: readonly { readonly file: ListedFile }[],
  toLine: (file: ListedFile) => string,
): string[] {
  const room = createAnswerRoom(namesSize);
  const lines = listed.slice(0, shownNames).map(({ file }) => showName(toLine(file)));
  const full = lines.findIndex((line) => !room.take([line]));
  const shown = full < 0 ? lines : lines.slice(0, full);
  const more = listed.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more`];
}
