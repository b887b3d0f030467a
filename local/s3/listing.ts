import type { Position } from './object-store.ts';

/** What to list: keys under `prefix`, those with a `delimiter` after it rolled up, at most `limit`, after a marker. */
export type ListingOptions = {
  prefix: string;
  delimiter: string;
  limit: number;
  /** A key or a common prefix of an earlier page; empty for the first page. */
  marker: string;
  /** Continue within the versions of the marker's key, after this one. */
  versionIdMarker?: string;
};

type Named = { key: string; versionId: string };

/** One line of a listing: an entry or a common prefix of the entries it stands for. */
export type ListingLine<Entry> = { entry: Entry } | { commonPrefix: string };

/** Reads entries lazily in order, from after a position up to a key. */
type ReadEntries<Entry> = (from: Position, before: Buffer) => Iterable<Entry>;

/**
 * One page of a listing in UTF-8 byte order, and where the next page continues, if there is one. Reads one entry
 * per line of the page and one more: entries behind a common prefix are stepped over unread, and a common prefix is
 * never repeated on a later page.
 */
export function listPage<Entry extends Named>(
  readEntries: ReadEntries<Entry>,
  options: ListingOptions,
): { lines: ListingLine<Entry>[]; next: { marker: string; versionIdMarker?: string } | undefined } {
  const lines: ListingLine<Entry>[] = [];
  if (options.limit === 0) return { lines, next: undefined };
  for (const line of walk(readEntries, options)) {
    const last = lines.at(-1);
    if (last && lines.length === options.limit) return { lines, next: toMarkers(last) };
    lines.push(line);
  }
  return { lines, next: undefined };
}

function toMarkers(last: ListingLine<Named>): { marker: string; versionIdMarker?: string } {
  if ('commonPrefix' in last) return { marker: last.commonPrefix };
  return { marker: last.entry.key, versionIdMarker: last.entry.versionId };
}

function* walk<Entry extends Named>(
  readEntries: ReadEntries<Entry>,
  options: ListingOptions,
): Generator<ListingLine<Entry>, void> {
  const end = afterPrefix(options.prefix);
  let from: Position | undefined = toStart(options);
  while (from) {
    let rolledUp: string | undefined;
    for (const entry of readEntries(from, end)) {
      rolledUp = toCommonPrefix(entry.key, options);
      if (rolledUp !== undefined) break;
      yield { entry };
    }
    if (rolledUp !== undefined) yield { commonPrefix: rolledUp };
    from = rolledUp === undefined ? undefined : { key: afterPrefix(rolledUp), versionId: '' };
  }
}

const afterAllVersions = '~';

function toStart({ marker, versionIdMarker = afterAllVersions, ...options }: ListingOptions): Position {
  const first = { key: Buffer.from(options.prefix), versionId: '' };
  if (marker === '') return first;
  const isCommonPrefix = toCommonPrefix(marker, options) === marker;
  const next = isCommonPrefix
    ? { key: afterPrefix(marker), versionId: '' }
    : { key: Buffer.from(marker), versionId: versionIdMarker };
  return Buffer.compare(next.key, first.key) < 0 ? first : next;
}

function toCommonPrefix(
  key: string,
  { prefix, delimiter }: { prefix: string; delimiter: string },
): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The first key, in bytes, behind all keys with this prefix. No byte of UTF-8 is 0xff, so the last can be raised. */
function afterPrefix(prefix: string): Buffer {
  if (prefix === '') return Buffer.from([0xff]);
  const key = Buffer.from(prefix);
  key.writeUInt8(key.readUInt8(key.length - 1) + 1, key.length - 1);
  return key;
}
