import * as z from 'zod';
import { readDirectoryPath } from '../files/file-path.ts';
import { searchContents } from '../search/contents.ts';
import { globInput, readGlob } from '../search/glob.ts';
import { mebibyte, searchLimits } from '../search/limits.ts';
import { maxQueryLength, readLinePattern } from '../search/line-pattern.ts';
import { type SearchPlace, type SearchPosition, toPath } from '../search/plan.ts';
import { collect, scan } from '../search/scan.ts';
import { ToolFailure } from '../tool-failure.ts';
import { findKind, toNothingThere } from './answer/empty-directory.ts';
import { type SearchAnswer, toLineAnswer, toSearchBlocks } from './answer/search-answer.ts';
import { cursorInput, cursorName, cursorPlace, readCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { etagInCursor } from './input/write-condition.ts';
import { defineTool, type ToolContext } from './tool.ts';

const count = (from: number) => z.number().int().min(from);

const position = z.strictObject({
  // Of the searched path itself, when that is a file, the name is empty.
  after: z.union([z.literal(''), cursorPlace]).optional(),
  within: z
    .strictObject({
      name: z.union([z.literal(''), cursorName]),
      etag: etagInCursor,
      at: z.strictObject({
        offset: count(0),
        line: count(1),
        from: count(1),
        isInside: z.boolean().optional(),
      }),
    })
    .optional(),
});

/** Finds files by their names, and lines in text files. */
export const searchFiles = defineTool({
  name: 'search_files',
  title: 'Search files',
  description:
    'Search all files below a directory: with query for lines in text files, with glob for names, with both ' +
    'for lines in the files whose names match. Answers path:line: text, and one line of JSON facts. One call ' +
    `searches at most ${searchLimits.files} files and ${searchLimits.bytes / mebibyte} MiB, and about the first ` +
    `${searchLimits.bytesOfFile / mebibyte} MiB of a file. When complete is false, next_cursor goes on.`,
  input: z.strictObject({
    path: pathInput.default('').describe('Directory to search, or one file; default the root'),
    glob: globInput,
    query: z
      .string()
      .min(1)
      .max(maxQueryLength)
      .optional()
      .describe('Text to find within a line; leave it away to find names'),
    regex: z
      .boolean()
      .default(false)
      .describe(
        'query is a regular expression (RE2: \\w, \\d and \\b are ASCII, \\p{L} any letter); lines over 16 KiB come in pieces',
      ),
    case_sensitive: z.boolean().default(true).describe('For query; a glob always is'),
    context: count(0).max(5).default(0).describe('Lines to show before and after each match'),
    limit: count(1).max(200).default(50).describe('Matching lines, or names, in one answer'),
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, glob, query, regex, case_sensitive, context, limit, cursor }, tool) {
    const directory = readDirectoryPath(path);
    const asked = { tool: 'search_files', path: directory, glob, query, regex, case_sensitive };
    const start = cursor === undefined ? {} : await readCursor(cursor, asked, position);
    const place = { directory, ...(glob !== undefined && { glob: await readGlob(glob) }) };
    const answer =
      query === undefined
        ? await searchNames(place, start, limit, tool)
        : await searchLines(place, start, { query, regex, case_sensitive, context, limit }, tool);
    const isEmpty = answer.looked === 0 && answer.end === undefined && cursor === undefined;
    const kind = isEmpty ? await findKind(tool.files, directory, tool.signal) : 'directory';
    if (kind === 'file')
      throw new ToolFailure(`"${directory}" is a file: leave glob away and pass query to search it`);
    return toSearchBlocks(
      asked,
      kind === 'nothing' ? { ...answer, text: toNothingThere(directory) } : answer,
    );
  },
});

interface LineQuery {
  readonly query: string;
  readonly regex: boolean;
  readonly case_sensitive: boolean;
  readonly context: number;
  readonly limit: number;
}

async function searchLines(
  place: SearchPlace,
  start: SearchPosition,
  { query, regex, case_sensitive, context, limit }: LineQuery,
  { files, signal, reportProgress }: ToolContext,
): Promise<SearchAnswer> {
  const pattern = await readLinePattern(query, { regex, caseSensitive: case_sensitive });
  const search = { ...place, pattern, context, limit, start };
  const found = await searchContents(files, search, {
    limits: searchLimits,
    signal,
    reportProgress: (count) => reportProgress(count, searchLimits.files),
  });
  return toLineAnswer(found, { context, needsWholeLines: pattern.needsWholeLine });
}

async function searchNames(
  { directory, glob }: SearchPlace,
  { after: name }: SearchPosition,
  limit: number,
  { files, signal }: ToolContext,
): Promise<SearchAnswer> {
  if (!glob) throw new ToolFailure('there is nothing to search for: pass query, glob or both');
  const after = name === undefined ? undefined : ({ kind: 'file', name } as const);
  const steps = scan(files, directory, { recursive: true, glob, after, signal });
  const { lines, scanned, next, isFull } = await collect(steps, {
    entries: limit,
    characters: searchLimits.characters,
    toLine: (entry) => toPath(directory, entry.name),
  });
  const full = lines.length === limit ? 'matches' : 'characters';
  return {
    text: lines.length === 0 ? 'No name matches.' : lines.join('\n'),
    facts: { names: lines.length, scanned },
    ...(next && { end: isFull ? full : 'names' }),
    position: { after: next?.name },
    looked: scanned,
  };
}
