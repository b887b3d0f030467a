declare const parsed: unique symbol;

/** A path of a file below the root: `notes/today.md`. Made only by `readFilePath`. */
export type FilePath = string & { readonly [parsed]: 'file' };

/** A path of a directory below the root: `notes`; the root itself is the empty string. */
export type DirectoryPath = string & { readonly [parsed]: 'directory' };

/** Thrown for a text that is no path. The message names the text's fault and the remedy. */
export class InvalidPath extends Error {
  readonly code = 'invalid_path';

  constructor(reason: string) {
    super(reason);
    this.name = 'InvalidPath';
  }
}

/** The longest path, in UTF-8 bytes: S3 keys end at 1,024 bytes, and the rest is left for the prefix. */
export const maxPathBytes = 800;

/**
 * Reads the path of a file: segments joined by `/`, in Unicode NFC, without `.`, `..` or empty segments.
 * One leading `/` or `./` is taken as the root. Throws `InvalidPath`.
 */
export function readFilePath(text: string): FilePath {
  const path = normalize(text);
  if (path === '') throw new InvalidPath('the path is empty: name a file, for example "notes/today.md"');
  if (path.endsWith('/')) {
    throw new InvalidPath(`the path ends with "/" and so names a directory: leave the "/" away for a file`);
  }
  requireSegments(path);
  // The brand exists only at compile time; this is the one place that gives it.
  return path as FilePath;
}

/** Tells whether a name that somebody else wrote is a path exactly as it stands. */
export function isFilePath(text: string): text is FilePath {
  try {
    return readFilePath(text) === text;
  } catch (error) {
    if (error instanceof InvalidPath) return false;
    throw error;
  }
}

/** Reads the path of a directory; the empty text, `/` and `.` are the root, one trailing `/` is dropped. */
export function readDirectoryPath(text: string): DirectoryPath {
  const path = text === '.' ? '' : normalize(text).replace(/(?<=[^/])\/$/, '');
  if (path !== '') requireSegments(path);
  return path as DirectoryPath;
}

function normalize(text: string): string {
  if (!text.isWellFormed())
    throw new InvalidPath('the path holds half of a character pair: send valid Unicode');
  const path = text.normalize('NFC').replace(/^\.?\//, '');
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > maxPathBytes) {
    throw new InvalidPath(`the path is ${bytes} bytes long: use at most ${maxPathBytes}`);
  }
  if (/\p{Cc}/u.test(path)) throw new InvalidPath('the path holds a control character: remove it');
  if (path.includes('\\'))
    throw new InvalidPath(String.raw`the path holds "\": separate directories with "/"`);
  return path;
}

function requireSegments(path: string): void {
  for (const segment of path.split('/')) {
    if (segment === '') throw new InvalidPath('the path holds an empty segment: write one "/" between names');
    if (segment === '.' || segment === '..') {
      throw new InvalidPath(`the path holds the segment "${segment}": write the path from the root`);
    }
  }
}
