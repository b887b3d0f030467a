import { type DirectoryPath, readDirectoryPath, showName } from '../../files/file-path.ts';
import type { DirectoryEntry, FileStore } from '../../files/file-store.ts';
import { startWork, type TimeLimits } from '../../search/work-time.ts';
import { findNearestNames } from '../../text/nearest-name.ts';
import { holdsScope } from '../scopes.ts';
import type { ToolContext } from '../tool.ts';

/** Names of one directory that are looked at: one request. */
const maxNames = 1_000;

/** Directories that are looked into: that of the missing path, and the ones above it while they are missing too. */
const maxDirectories = 3;

/** Names that are told. */
const maxNearest = 3;

/** How long an answer that is certain already waits for the names. */
const patience: TimeLimits = { begins: 2_000, ends: 2_000 };

/** Who asks, and where it is looked up. */
export type NearestContext = Pick<ToolContext, 'files' | 'principal' | 'signal'>;

/**
 * Names the existing paths that are nearest to one with nothing at it. Empty when none is near, for a caller who may
 * not list, and when the file store cannot answer or takes two seconds: what is missing is missing all the same.
 */
export async function nameNearest(
  path: string,
  { files, principal, signal }: NearestContext,
): Promise<string> {
  if (!holdsScope(principal.scopes, 'files:list')) return '';
  const time = startWork(signal, patience);
  const nearest = await findNearest(path, files, time.signal)
    .catch(() => [])
    .finally(() => time.end());
  return nearest.map((name) => `"${showName(name)}"`).join(', ');
}

async function findNearest(path: string, files: Pick<FileStore, 'list'>, signal: AbortSignal) {
  const segments = path.split('/');
  for (let depth = segments.length - 1; depth >= Math.max(0, segments.length - maxDirectories); depth -= 1) {
    const directory = readDirectoryPath(segments.slice(0, depth).join('/'));
    const { entries } = await files.list(directory, { recursive: false, limit: maxNames, signal });
    if (entries.length === 0) continue;
    // A file cannot stand in for a directory on the way.
    const isLast = depth === segments.length - 1;
    const known = isLast ? entries : entries.filter(({ kind }) => kind === 'directory');
    return findNearestEntries(segments[depth] ?? '', known).map((entry) => toShownPath(directory, entry));
  }
  return [];
}

/** Names with the same beginning and another ending are near too: `report.docx` to `report.pdf`. */
function findNearestEntries(wanted: string, entries: readonly DirectoryEntry[]): readonly string[] {
  const names = entries.map(({ kind, name }) => (kind === 'directory' ? `${name}/` : name));
  const stem = toStem(wanted);
  const sameStem = names.filter((name) => toStem(name) === stem);
  return [...new Set([...findNearestNames(wanted, names), ...sameStem])].slice(0, maxNearest);
}

function toStem(name: string): string {
  return name.toLowerCase().replace(/(?<=.)\.[^.]*$|\/$/, '');
}

function toShownPath(directory: DirectoryPath, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
