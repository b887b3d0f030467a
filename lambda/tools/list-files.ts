import * as z from 'zod';
import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry, EntryName, FileStore } from '../files/file-store.ts';
import { cursorInput, readCursor, toCursor } from './cursor.ts';
import { globInput, readGlob } from './glob.ts';
import { collect, type Found, maxScanned, scan } from './scan.ts';
import { defineTool } from './tool.ts';

const entry = z.object({
  name: z.string().describe('Seen from the listed directory'),
  kind: z.enum(['file', 'directory']),
  size: z.number().int().optional().describe('Bytes; files only'),
  modified: z.iso.datetime().optional().describe('Last change, UTC; files only'),
  etag: z.string().optional().describe('Changes with the content; files only'),
});

const position = z.strictObject({
  after: z.strictObject({ kind: z.enum(['file', 'directory']), name: z.string() }),
});

/** Lists a directory, page by page. */
export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'List the files and directories of a directory, or with recursive all files below it, in the order of ' +
    'their names. A glob with "/" lists recursively. When there are more, complete is false and next_cursor ' +
    `goes on; with a glob that can be before anything matched: one call scans at most ${maxScanned} entries.`,
  input: z.strictObject({
    path: z.string().default('').describe('Directory, for example "notes"; default the root'),
    recursive: z.boolean().default(false).describe('List all files below it, and no directories'),
    glob: globInput,
    limit: z.number().int().min(1).max(1_000).default(200).describe('Entries in one answer'),
    cursor: cursorInput,
  }),
  output: z.object({
    path: z.string().describe('The listed directory; "" is the root'),
    entries: z.array(entry),
    complete: z.boolean().describe('False when there can be more'),
    scanned: z.number().int().optional().describe('Entries that the glob was matched with'),
    next_cursor: z.string().optional().describe('Present when complete is false'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, recursive, glob: pattern, limit, cursor }, { files, signal }) {
    const directory = readDirectoryPath(path);
    const query = { tool: 'list_files', path: directory, recursive, glob: pattern };
    const start = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const glob = pattern === undefined ? undefined : await readGlob(pattern);
    const found = glob
      ? await collect(
          scan(files, directory, { recursive: recursive || glob.isPath, glob, ...start, signal }),
          limit,
        )
      : await listPage(files, directory, { recursive, limit, ...start, signal });
    const next = found.next && (await toCursor(query, { after: found.next }));
    return {
      text: toText(directory, found, next),
      structured: {
        path: directory,
        entries: found.entries.map(toOutput),
        complete: next === undefined,
        ...(found.scanned !== undefined && { scanned: found.scanned }),
        ...(next !== undefined && { next_cursor: next }),
      },
    };
  },
});

/** Without a glob a page of the answer is a page of the store: one request. */
async function listPage(
  files: FileStore,
  directory: DirectoryPath,
  options: { recursive: boolean; limit: number; after?: EntryName; signal: AbortSignal },
): Promise<Found> {
  const { entries, truncated, after } = await files.list(directory, options);
  const last = entries.at(-1) ?? after;
  const next = truncated && last && { next: { kind: last.kind, name: last.name } };
  return { entries, ...next };
}

function toOutput(item: DirectoryEntry): z.infer<typeof entry> {
  if (item.kind === 'directory') return { name: item.name, kind: 'directory' };
  const { name, kind, size, modified, etag } = item;
  return { name, kind, size, modified: modified.toISOString(), etag };
}

function toText(directory: string, { entries, scanned }: Found, next: string | undefined): string {
  const place = directory === '' ? 'the root' : `"${directory}"`;
  const all = scanned === undefined ? '' : ` of ${scanned} scanned`;
  const head = `${entries.length === 0 ? 'None' : entries.length} listed${all} in ${place}:`;
  const more = next === undefined ? [] : [`There can be more: call again with cursor ${next}`];
  return [head, ...entries.map(toLine), ...more].join('\n');
}

function toLine(item: DirectoryEntry): string {
  if (item.kind === 'directory') return `${item.name}/`;
  return `${item.name} (${item.size} bytes, ${item.modified.toISOString()}, etag ${item.etag})`;
}
