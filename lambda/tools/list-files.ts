import * as z from 'zod';
import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry } from '../files/file-store.ts';
import { createAnswerRoom, largestAnswer, longestAnswer, ordinaryAnswer } from '../search/answer-room.ts';
import { excludeInput, globInput } from '../search/glob.ts';
import { findKind } from '../search/kind.ts';
import { collect } from '../search/page.ts';
import { scan } from '../search/scan.ts';
import { readSelection } from '../search/selection.ts';
import { collectTree, type TreeEntry } from '../search/tree.ts';
import { ToolFailure } from '../tool-failure.ts';
import { explainNothing } from './answer/empty-directory.ts';
import {
  type ListedEntry,
  listedEntry,
  toListedEntry,
  toListedLine,
  toListingText,
} from './answer/listing.ts';
import { cursorInput, cursorPlace, readCursor, toCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { defineTool, type RunningContext } from './tool.ts';

/** Entries of one answer, unless the caller asks for another number. */
const ordinaryLimit = 200;

/** Levels of a tree at most: a cursor holds a sum for each. */
const maxDepth = 10;

const sum = z.strictObject({ files: z.int().min(0), size: z.int().min(0) });
const place = z.strictObject({ kind: z.enum(['file', 'directory']), name: cursorPlace });
const position = z.strictObject({ after: place, open: z.array(sum).max(maxDepth).readonly().optional() });

const input = z.strictObject({
  path: pathInput.default('').describe('Directory, for example "notes"; default the root'),
  recursive: z.boolean().optional().describe('All files below it, no directories; the default with glob'),
  glob: globInput,
  exclude: excludeInput,
  depth: z.number().int().min(1).max(maxDepth).optional().describe('Levels of the tree'),
  details: z.boolean().default(false).describe('Add etags and times'),
  limit: z.number().int().min(1).max(1_000).optional().describe(`Entries; default ${ordinaryLimit}`),
  cursor: cursorInput,
});

/** Lists a directory, page by page. */
export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'List a directory by name; with recursive or glob all files below it; with depth a tree with summed sizes. ' +
    'When complete is false, next_cursor goes on, even if nothing matched yet.',
  input,
  output: z.object({
    path: z.string().describe('The listed directory; "" is the root'),
    entries: z.array(listedEntry),
    complete: z.boolean(),
    scanned: z.number().int().optional().describe('Entries looked at'),
    next_cursor: z.string().optional(),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  maxCharacters: longestAnswer,

  async run({ path, cursor, limit, ...asked }, context) {
    const directory = readDirectoryPath(path);
    const query = { tool: 'list_files', path: directory, ...asked };
    const start = cursor === undefined ? undefined : await readCursor(cursor, query, position);
    const found = await listPage({ ...asked, directory, start, limit }, context);
    const { entries, scanned } = found;
    const isEmpty = scanned === 0 && found.next === undefined && cursor === undefined;
    const { kind } = isEmpty
      ? await findKind(context.files, directory, context.signal)
      : { kind: 'directory' };
    if (kind === 'file') throw new ToolFailure(`"${directory}" is a file: call read_file to read it`);
    const next = found.next && (await toCursor(query, found.next));
    const { glob, exclude, depth, recursive } = asked;
    const isScan = glob !== undefined || exclude !== undefined || depth !== undefined;
    const isShallow = entries.length === 0 && glob !== undefined && recursive === false;
    const text = toListingText(entries, {
      directory,
      scanned: isScan ? scanned : undefined,
      isTree: depth !== undefined,
      note: isShallow ? 'What lies in its directories was not looked at: leave recursive out.' : undefined,
      next,
    });
    return {
      text: kind === 'nothing' ? await explainNothing(directory, context) : text,
      structured: {
        path: directory,
        entries: [...entries],
        complete: next === undefined,
        ...(isScan && { scanned }),
        ...(next !== undefined && { next_cursor: next }),
      },
    };
  },
});

/** What is listed of a directory, and from where on. */
type Listed = Omit<z.infer<typeof input>, 'path' | 'cursor'> & {
  readonly directory: DirectoryPath;
  readonly start: z.infer<typeof position> | undefined;
};

/** One page of a listing, and where the next one goes on. */
interface Page {
  readonly entries: readonly ListedEntry[];
  /** How many entries were looked at. */
  readonly scanned: number;
  readonly next?: z.infer<typeof position> | undefined;
}

async function listPage(
  { directory, start, glob, exclude, depth, details, limit = ordinaryLimit, ...asked }: Listed,
  { files, time }: Pick<RunningContext, 'files' | 'time'>,
): Promise<Page> {
  if (depth !== undefined && asked.recursive !== undefined) {
    throw new ToolFailure('depth and recursive exclude each other: leave one of them out');
  }
  const selection = await readSelection({ glob, exclude });
  const steps = scan(files, directory, {
    recursive: asked.recursive ?? (glob !== undefined || depth !== undefined),
    selection,
    after: start?.after,
    // Without a selection a page of the answer is a page of the store: one request.
    ...(!selection && depth === undefined && { pageSize: limit }),
    time,
  });
  const toEntry = (item: DirectoryEntry | TreeEntry) => toListedEntry(item, { details });
  const bounds = {
    entries: limit,
    room: createAnswerRoom(limit > ordinaryLimit ? largestAnswer : ordinaryAnswer),
    toTexts(item: DirectoryEntry | TreeEntry) {
      const entry = toEntry(item);
      return [toListedLine(entry, { isTree: depth !== undefined }), JSON.stringify(entry)];
    },
  };
  if (depth !== undefined) {
    const from = start && { after: start.after, open: start.open ?? [] };
    const { entries, ...tree } = await collectTree(steps, from, { ...bounds, depth });
    return { ...tree, entries: entries.map(toEntry) };
  }
  const found = await collect(steps, { ...bounds, looksOn: selection !== undefined });
  const { scanned, next } = found;
  return { entries: found.entries.map(toEntry), scanned, next: next && { after: next } };
}
