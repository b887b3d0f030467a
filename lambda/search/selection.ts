import { type Glob, readGlob } from './glob.ts';

/** Which names count: those that a glob matches, without those that another one leaves out. */
export interface Selection {
  /** The directory, seen from the listed one, that every name lies in; empty for the listed one itself. */
  readonly directory: string;
  /** Tells whether a path, seen from the listed directory, counts. Takes linear time. */
  matches(path: string): boolean;
  /** The highest directory above a path of which nothing counts, because it is left out as a whole. */
  findExcluded(path: string): string | undefined;
}

/** The arguments that a selection is read from. */
export interface SelectionInput {
  readonly glob?: string | undefined;
  readonly exclude?: string | undefined;
}

/** Reads which names count; undefined when all do. Throws `ToolFailure`. */
export async function readSelection({ glob, exclude }: SelectionInput): Promise<Selection | undefined> {
  if (glob === undefined && exclude === undefined) return undefined;
  const included = glob === undefined ? undefined : await readGlob(glob);
  // A directory is often written with a slash at its end, and means the same without it.
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

/** A directory that was found is remembered: names come in order, and its others follow. */
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
