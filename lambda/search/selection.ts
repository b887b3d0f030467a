import { type Glob, readGlob } from './glob.ts';

/** Which names are selected: those that match one glob and not another. */
export interface Selection {
  /** The directory, relative to the listed one, that holds all selected names; empty for the listed one itself. */
  readonly directory: string;
  /** Tells whether a path relative to the listed directory is selected. Takes linear time. */
  matches(path: string): boolean;
  /** The outermost directory above a path that is excluded as a whole. */
  findExcluded(path: string): string | undefined;
}

/** The arguments that a selection is read from. */
export interface SelectionInput {
  readonly glob?: string | undefined;
  readonly exclude?: string | undefined;
}

/** Reads a selection; undefined when every name is selected. Throws `ToolFailure`. */
export async function readSelection({ glob, exclude }: SelectionInput): Promise<Selection | undefined> {
  if (glob === undefined && exclude === undefined) return undefined;
  const included = glob === undefined ? undefined : await readGlob(glob);
  // A directory is often written with a trailing slash, which makes no difference here.
  const excluded = exclude === undefined ? undefined : await readGlob(exclude.replace(/(?<=[^/\\])\/$/, ''));
  const findExcluded = createExclusion(excluded);
  return {
    directory: included?.directory ?? '',
    matches: (path) =>
      (included?.matches(path) ?? true) &&
      !(excluded?.matches(path) ?? false) &&
      findExcluded(path) === undefined,
    findExcluded,
  };
}

/** Remembers the last excluded directory: names come in order, so its other files follow. */
function createExclusion(excluded: Glob | undefined): Selection['findExcluded'] {
  let known: string | undefined;
  return (path) => {
    if (!excluded) return undefined;
    if (known !== undefined && path.startsWith(`${known}/`)) return known;
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const directory = path.slice(0, end);
      if (!excluded.matches(directory)) continue;
      known = directory;
      return directory;
    }
    return undefined;
  };
}
