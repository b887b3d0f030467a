import * as z from 'zod';
import { readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry } from '../files/file-store.ts';
import { globInput, readGlob } from '../search/glob.ts';
import { collect, type Found, maxScanned, scan } from '../search/scan.ts';
import { ToolFailure } from '../tool-failure.ts';
import { findKind, toNothingThere } from './answer/empty-directory.ts';
import { maxAnswerBytes } from './answer/text-answer.ts';
import { cursorInput, cursorPlace, readCursor, toCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { defineTool } from './tool.ts';

const entry = z.object({
  name: z.string().describe('Seen from the listed directory'),
  kind: z.enum(['file', 'directory']),
  size: z.number().int().optional().describe('Bytes; files only'),
  modified: z.iso.datetime().optional().describe('Last change, UTC; files only'),
  etag: z.string().optional().describe('Changes with the content; files only'),
});

const position = z.strictObject({
  after: z.strictObject({ kind: z.enum(['file', 'directory']), name: cursorPlace }),
});

/** Lists a directory, page by page. */
export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'List the files and directories of a directory, or with recursive all files below it, in the order of ' +
    'their names. A glob with "/" or "**" lists recursively. One answer ends at about 64 KiB of text: when there ' +
    'are more, complete is false and next_cursor goes on; with a glob that can be before anything matched: ' +
    `one call scans at most ${maxScanned} entries.`,
  input: z.strictObject({
    path: pathInput.default('').describe('Directory, for example "notes"; default the root'),
    recursive: z.boolean().default(false).describe('List all files below it, and no directories'),
    glob: globInput,
    limit: z.number().int().min(1).max(1_000).default(200).describe('Entries in one answer, if they fit'),
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
    const listing = { recursive: recursive || (glob?.isDeep ?? false), glob, ...start, signal };
    // Without a glob a page of the answer is a page of the store: one request.
    const pages = scan(files, directory, { ...listing, ...(!glob && { pageSize: limit }) });
    const found = await collect(pages, { entries: limit, characters: maxAnswerBytes, toLine });
    const isEmpty = found.scanned === 0 && found.next === undefined && cursor === undefined;
    const kind = isEmpty ? await findKind(files, directory, signal) : 'directory';
    if (kind === 'file') throw new ToolFailure(`"${directory}" is a file: call read_file to read it`);
    const next = found.next && (await toCursor(query, { after: found.next }));
    return {
      text:
        kind === 'nothing' ? toNothingThere(directory) : toText(directory, found, { next, isScan: !!glob }),
      structured: {
        path: directory,
        entries: found.entries.map(toOutput),
        complete: next === undefined,
        ...(glob && { scanned: found.scanned }),
        ...(next !== undefined && { next_cursor: next }),
      },
    };
  },
});

function toOutput(item: DirectoryEntry): z.infer<typeof entry> {
  if (item.kind === 'directory') return { name: item.name, kind: 'directory' };
  const { name, kind, size, modified, etag } = item;
  return { name, kind, size, modified: modified.toISOString(), etag };
}

function toText(
  directory: string,
  { entries, lines, scanned }: Found,
  { next, isScan }: { readonly next: string | undefined; readonly isScan: boolean },
): string {
  const place = directory === '' ? 'the root' : `"${directory}"`;
  const all = isScan ? ` of ${scanned} scanned` : '';
  const head = `${entries.length === 0 ? 'None' : entries.length} listed${all} in ${place}:`;
  const more = next === undefined ? [] : [`There can be more: call again with cursor ${next}`];
  return [head, ...lines, ...more].join('\n');
}

function toLine(item: DirectoryEntry): string {
  if (item.kind === 'directory') return `${item.name}/`;
  return `${item.name} (${item.size} bytes, ${item.modified.toISOString()}, etag ${item.etag})`;
}
