import * as z from 'zod';
import { showName } from '../../files/file-path.ts';
import type { DirectoryEntry } from '../../files/file-store.ts';
import type { TreeEntry } from '../../search/tree.ts';

/** An entry of a listing as data. */
export const listedEntry = z.object({
  name: z
    .string()
    .describe('Seen from path; of a directory with "/" at its end; hidden characters as \\u202e'),
  size: z.number().int().optional().describe('Bytes; of a directory with depth only'),
  files: z.number().int().optional().describe('Files in a directory, with depth'),
  partial: z.literal(true).optional().describe('The next page has the whole sum of this directory'),
  modified: z.iso.datetime().optional(),
  etag: z.string().optional(),
});

/** An entry of a listing as data. */
export type ListedEntry = z.infer<typeof listedEntry>;

/** Tells of an entry what is asked for. */
export function toListedEntry(
  item: DirectoryEntry | TreeEntry,
  { details }: { readonly details: boolean },
): ListedEntry {
  if (item.kind === 'directory') {
    const name = `${showName(item.name)}/`;
    if (!('files' in item)) return { name };
    return { name, size: item.size, files: item.files, ...(item.isPartial && { partial: true }) };
  }
  const { size, modified, etag } = item;
  return { name: showName(item.name), size, ...(details && { modified: modified.toISOString(), etag }) };
}

/** Writes an entry as a line: the size and the name, which in a tree is indented and without those above it. */
export function toListedLine(
  { name, size, files, partial, modified, etag }: ListedEntry,
  { isTree }: { readonly isTree: boolean },
): string {
  const names = name.split('/');
  const level = isTree ? names.length - (name.endsWith('/') ? 2 : 1) : 0;
  const indent = '  '.repeat(level);
  const bytes = size === undefined ? '' : `${size} `;
  const facts = [
    ...(files === undefined
      ? []
      : [`${partial ? 'at least ' : ''}${files} ${files === 1 ? 'file' : 'files'}`]),
    ...(modified === undefined ? [] : [modified, `etag ${etag}`]),
  ];
  const more = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${indent}${bytes}${names.slice(level).join('/')}${more}`;
}

/** What the text of a listing tells beside its entries. */
export interface ListingText {
  /** "" is the root. */
  readonly directory: string;
  /** How many entries were looked at, where that is more than what is listed. */
  readonly scanned?: number | undefined;
  readonly isTree: boolean;
  /** A sentence behind the entries. */
  readonly note?: string | undefined;
  readonly next: string | undefined;
}

/** Writes a listing for a model: a head, one line for each entry, and the cursor to go on. */
export function toListingText(
  entries: readonly ListedEntry[],
  { directory, scanned, isTree, note, next }: ListingText,
): string {
  const place = directory === '' ? 'the root' : `"${directory}"`;
  const all = scanned === undefined ? '' : ` of ${scanned} scanned`;
  const sizes = entries.some(({ size }) => size !== undefined) ? ', sizes in bytes' : '';
  const head = `${entries.length === 0 ? 'None' : entries.length} listed${all} in ${place}${sizes}:`;
  const more = next === undefined ? [] : [`There can be more: call again with cursor ${next}`];
  const lines = entries.map((item) => toListedLine(item, { isTree }));
  return [head, ...lines, ...(note === undefined ? [] : [note]), ...more].join('\n');
}
