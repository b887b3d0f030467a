import * as z from 'zod';
import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import { createAnswerRoom, largestAnswer, longestAnswer, ordinaryAnswer } from '../search/answer-room.ts';
import { searchContents } from '../search/contents.ts';
import { excludeInput, globInput } from '../search/glob.ts';
import { mebibyte, searchLimits } from '../search/limits.ts';
import { maxQueryLength, readLinePattern } from '../search/line-pattern.ts';
import { searchNames } from '../search/names.ts';
import { readSelection } from '../search/selection.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toMatchesAnswer, toNamesAnswer, toSearchBlocks } from './answer/search-answer.ts';
import { cursorInput, cursorName, cursorPlace, readCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { etagInCursor } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

const maxPaths = 20;

/** Matches of one answer, or files or names, unless the caller asks for another number. */
const ordinaryLimits = { content: 50, files: 200, count: 200 };

const count = (from: number) => z.number().int().min(from);

const position = z.strictObject({
  pathIndex: count(1).max(maxPaths).optional(),
  // The name is empty when the searched path is a file.
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
        encoding: z.enum(['utf-16le', 'utf-16be']).optional(),
      }),
      matches: count(1).optional(),
    })
    .optional(),
});

/** Finds files by their names, and lines in text files. */
export const searchFiles = defineTool({
  name: 'search_files',
  title: 'Search files',
  description:
    'Find lines with query, names with glob, or lines in the files that glob names. Answers path:line: text, then ' +
    `JSON facts. One call searches ${searchLimits.files} files and ${searchLimits.bytes / mebibyte} MiB, of each ` +
    `file the first ${searchLimits.bytesOfFile / mebibyte} MiB. When complete is false, next_cursor goes on.`,
  input: z.strictObject({
    path: pathInput.optional().describe('Directory or file; default the root'),
    paths: z.array(pathInput).min(1).max(maxPaths).optional().describe('Several, instead of path'),
    glob: globInput,
    exclude: excludeInput,
    query: z.string().min(1).max(maxQueryLength).optional().describe('Text within a line'),
    mode: z
      .enum(['content', 'files', 'count'])
      .default('content')
      .describe('Show matching lines, the files that have some, or how many each has'),
    regex: z
      .boolean()
      .default(false)
      .describe('query is an RE2 expression for one line: \\w, \\d and \\b are ASCII, \\p{L} any letter'),
    case_sensitive: z.boolean().default(true).describe('Of query; globs always are'),
    context: count(0).max(5).default(0).describe('Lines before and after each match'),
    limit: count(1).max(1_000).optional().describe('Default 50 lines, or 200 files or names'),
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  maxCharacters: longestAnswer,

  async run(
    { path, paths, glob, exclude, query, mode, regex, case_sensitive, context, limit, cursor },
    tool,
  ) {
    const { files, time } = tool;
    const directories = readPaths(path, paths);
    const asked = { tool: 'search_files', directories, glob, exclude, query, mode, regex, case_sensitive };
    const start = cursor === undefined ? {} : await readCursor(cursor, asked, position);
    const selection = await readSelection({ glob, exclude });
    const scope = { directories, selection, hasGlob: glob !== undefined };
    const ordinary = query === undefined ? ordinaryLimits.files : ordinaryLimits[mode];
    const bounds = {
      limit: limit ?? ordinary,
      room: createAnswerRoom((limit ?? 0) > ordinary ? largestAnswer : ordinaryAnswer),
      time,
    };
    if (query === undefined) {
      if (glob === undefined) {
        throw new ToolFailure('there is nothing to search for: pass query, glob or both');
      }
      return toSearchBlocks(asked, toNamesAnswer(await searchNames(files, scope, { ...bounds, start })));
    }
    const pattern = await readLinePattern(query, { regex, caseSensitive: case_sensitive });
    const search = { ...scope, patternOf: () => pattern, mode, context, limit: bounds.limit, start };
    const found = await searchContents(files, search, {
      ...bounds,
      limits: searchLimits,
      reportProgress: (looked) => tool.reportProgress(looked, searchLimits.files),
    });
    return toSearchBlocks(asked, toMatchesAnswer(found, { mode, context, pattern }));
  },
});

/** Reads the paths to search. Throws `InvalidPath`, and `ToolFailure` for one that lies in another. */
function readPaths(path: string | undefined, paths: readonly string[] | undefined): DirectoryPath[] {
  if (!paths) return [readDirectoryPath(path ?? '')];
  if (path !== undefined && path !== '') {
    throw new ToolFailure('path and paths exclude each other: leave one of them out');
  }
  const directories = paths.map((text) => readDirectoryPath(text));
  for (const [index, directory] of directories.entries()) {
    const outer = directories.find((other, at) => at !== index && isIn(directory, other));
    if (outer !== undefined)
      throw new ToolFailure(`"${directory}" lies in "${outer}": leave one of them out`);
  }
  return directories;
}

function isIn(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
