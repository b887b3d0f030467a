import { type FilePath, InvalidPath, readFilePath } from './file-path.ts';

/** How the URI of a file begins; its path follows, percent-encoded. */
export const filesUri = 'files:///';

/** A file, and what is wanted of it, as its URI names them. */
export interface FileUri {
  readonly path: FilePath;
  /** The members of the query by their names, as texts. */
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Writes the URI of a file. Each segment of its path is percent-encoded (RFC 3986 section 2.1), so that every name a
 * file may have comes through whole, and the URI is ASCII, as the header `Mcp-Name` needs it.
 */
export function toFileUri(start: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const segments = path.split('/').map(encodeURIComponent).join('/');
  const members = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${start}${segments}${members.length > 0 ? `?${members.join('&')}` : ''}`;
}

/**
 * Reads the URI of a file, whatever of it a client has encoded: a template's `{path}` encodes the slashes too. The
 * path is read as every path is. Throws `InvalidPath`, also for a URI that is none of ours.
 */
export function readFileUri(start: string, uri: string): FileUri {
  if (!uri.startsWith(start)) {
    throw new InvalidPath(`the URI is none of this server: the URIs of its files begin with ${start}`);
  }
  if (uri.includes('#')) throw new InvalidPath('the URI has a fragment: write "#" in a name as %23');
  const [encoded = '', ...queries] = uri.slice(start.length).split('?');
  if (queries.length > 1) throw new InvalidPath('the URI holds two "?": write "?" in a name as %3F');
  return { path: readFilePath(decode(encoded)), query: readQuery(queries[0] ?? '') };
}

function readQuery(query: string): Record<string, string> {
  const members = query.split('&').filter((member) => member !== '');
  const entries = members.map((member): [string, string] => {
    const [name = '', ...value] = member.split('=');
    return [decode(name), decode(value.join('='))];
  });
  const names = entries.map(([name]) => name);
  if (new Set(names).size < names.length)
    throw new InvalidPath('the URI names an argument twice: name each once');
  return Object.fromEntries(entries);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidPath('the URI is not percent-encoded UTF-8: write "%" in a name as %25');
  }
}
