import * as z from 'zod';
import { readDirectoryPath } from '../files/file-path.ts';
import { searchContents } from './content-search.ts';
import { cursorInput, readCursor } from './cursor.ts';
import { globInput, readGlob } from './glob.ts';
import { maxQueryLength, readLinePattern } from './line-pattern.ts';
import { collect, scan } from './scan.ts';
import { type SearchAnswer, toLineAnswer, toSearchBlocks } from './search-answer.ts';
import { mebibyte, searchLimits } from './search-limits.ts';
import { type SearchPlace, type SearchPosition, toPath } from './search-plan.ts';
import { defineTool, type ToolContext, ToolFailure } from './tool.ts';

const count = (from: number) => z.number().int().min(from);

const position = z.strictObject({
  after: z.string().optional(),
  within: z
    .strictObject({
      name: z.string(),
      etag: z.string(),
      at: z.strictObject({ offset: count(0), line: count(1), from: count(1) }),
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
    path: z.string().default('').describe('Directory to search, or one file; default the root'),
    glob: globInput,
    query: z
      .string()
      .min(1)
      .max(maxQueryLength)
      .optional()
      .describe('Text to find within a line; leave it away to find names'),
    regex: z.boolean().default(false).describe('query is a regular expression (RE2 syntax)'),
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
    if (query === undefined) {
      return toSearchBlocks(asked, await searchNames(place, start, limit, tool));
    }
    const pattern = await readLinePattern(query, { regex, caseSensitive: case_sensitive });
    const search = { ...place, pattern, context, limit, start };
    const found = await searchContents(tool.files, search, {
      limits: searchLimits,
      signal: tool.signal,
      reportProgress: (files) => tool.reportProgress(files, searchLimits.files),
    });
    return toSearchBlocks(asked, toLineAnswer(found, context));
  },
});

async function searchNames(
  { directory, glob }: SearchPlace,
  { after: name }: SearchPosition,
  limit: number,
  { files, signal }: ToolContext,
): Promise<SearchAnswer> {
  if (!glob) throw new ToolFailure('there is nothing to search for: pass query, glob or both');
  const after = name === undefined ? undefined : ({ kind: 'file', name } as const);
  const found = await collect(scan(files, directory, { recursive: true, glob, after, signal }), limit);
  const names = found.entries.map((entry) => toPath(directory, entry.name));
  return {
    text: names.length === 0 ? 'No name matches.' : names.join('\n'),
    facts: { names: names.length, scanned: found.scanned },
    ...(found.next && { end: names.length === limit ? 'matches' : 'names' }),
    position: { after: found.next?.name },
  };
}
