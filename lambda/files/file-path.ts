declare const parsed: unique symbol;

/** The path of a file below the root: `notes/today.md`. Made only by `readFilePath`. */
export type FilePath = string & { readonly [parsed]: 'file' };

/** The path of a directory below the root: `notes`; the root itself is the empty string. */
export type DirectoryPath = string & { readonly [parsed]: 'directory' };

/** Thrown for a text that is not a path. The message says what is wrong and what to do about it. */
export class InvalidPath extends Error {
  readonly code = 'invalid_path';

  constructor(reason: string) {
    super(reason);
    this.name = 'InvalidPath';
  }
}

/** The longest path, in UTF-8 bytes: S3 keys have at most 1,024 bytes, and the rest is left for the prefix. */
export const maxPathBytes = 800;

/**
 * Reads the path of a file: segments joined by `/`, in Unicode NFC, without `.`, `..` or empty segments.
 * One leading `/` or `./` is taken as the root. Throws `InvalidPath`.
 */
export function readFilePath(text: string): FilePath {
  const path = normalize(text);
  if (path === '') throw new InvalidPath('the path is empty: name a file, for example "notes/today.md"');
  if (path.endsWith('/')) {
    throw new InvalidPath(`the path ends with "/" and so names a directory: remove the "/" for a file`);
  }
  requireSegments(path);
  // The brand exists only at compile time; this is the one place that gives it.
  return path as FilePath;
}

/**
 * Reads the path of a new file, whose name may hold no invisible character. Such a character changes the direction of
 * the text or takes no room, so the name can look like another one. Existing files with such names can be read.
 * Throws `InvalidPath`.
 */
export function readNewFilePath(text: string): FilePath {
  const path = readFilePath(text);
  requireVisible(path);
  return path;
}

/** Reads the path of a new directory, as `readNewFilePath` does. */
export function readNewDirectoryPath(text: string): DirectoryPath {
  const path = readDirectoryPath(text);
  requireVisible(path);
  return path;
}

/** Shows a name with every invisible character written as in JSON, such as `\\u202e`. */
export function showName(name: string): string {
  return name.replace(hidden, (character) =>
    Array.from({ length: character.length }, (_, index) => toEscape(character.charCodeAt(index))).join(''),
  );
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

/**
 * The characters that change the direction of a text or take no room: such format characters of Unicode, its
 * separators, and tags.
 */
const hidden = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

function requireVisible(path: string): void {
  const [character] = path.match(hidden) ?? [];
  if (character === undefined) return;
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  throw new InvalidPath(
    `the path holds the invisible character U+${code}: remove it from the name of a new file`,
  );
}

function toEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
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
