import * as z from 'zod';
import { showName } from '../files/file-path.ts';
import type { FileStore } from '../files/file-store.ts';
import { filesUri, toFileUri } from '../files/file-uri.ts';
import { createAnswerRoom, ordinaryAnswer } from '../search/answer-room.ts';
import { searchContents } from '../search/contents.ts';
import { mebibyte, searchLimits } from '../search/limits.ts';
import { searchNames } from '../search/names.ts';
import { maxScanned } from '../search/scan.ts';
import { createWordTally, readWords, type WordQuery } from '../search/words.ts';
import type { WorkTime } from '../search/work-time.ts';
import { ToolFailure } from '../tool-failure.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** Files of one answer. */
const maxResults = 20;

/** A file with all words ends its own search; so many of them end the whole. */
const maxComplete = 100;

const result = z.object({
  id: z.string().describe('For fetch'),
  title: z.string(),
  url: z.string(),
});

/**
 * Finds files by words, in the shape that ChatGPT's deep research and company knowledge call (OpenAI, "Building MCP
 * servers for ChatGPT and API integrations"): one query, and a list of results that has no place for anything else.
 */
export const search = defineTool({
  name: 'search',
  title: 'Search by words',
  description:
    'Find files by words in their paths, text and documents; no wildcards, and letters may be small or capital. ' +
    'Answers the best 20 files: those that hold rare words of the query, or hold them in their paths, come first. ' +
    '"several words" are found as they stand, and in:DIRECTORY or in:"My files" searches below a directory only. ' +
    `One call looks into ${searchLimits.files} files and ${searchLimits.bytes / mebibyte} MiB in the order of the ` +
    `paths, and at ${maxScanned} paths more: in a larger store name a directory.`,
  input: z.strictObject({
    query: z.string().min(1).max(1_000).describe('For example: travel expenses "per diem" in:policies'),
  }),
  output: z.object({ results: z.array(result) }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ query }, tool) {
    const wanted = readWords(query);
    const { paths, isComplete } = await findFiles(wanted, tool, tool.time);
    // The shape has no place to say so beside results, and an empty list would say that there is nothing.
    if (paths.length === 0 && !isComplete) {
      throw new ToolFailure(
        'nothing was found in the files that one call can look into, and there are more: name a directory by in:DIRECTORY',
      );
    }
    const room = createAnswerRoom(ordinaryAnswer);
    const results = paths
      .slice(0, maxResults)
      .map(toResult)
      .filter((one) => room.take([JSON.stringify(one)]));
    return { text: JSON.stringify({ results }), structured: { results } };
  },
});

/** Searches what the files hold first, and of the files behind those the names. */
async function findFiles(
  { words, directory }: WordQuery,
  { files, reportProgress }: ToolContext & { readonly files: FileStore },
  time: WorkTime,
): Promise<{ paths: readonly string[]; isComplete: boolean }> {
  const tally = createWordTally(words);
  const scope = { directories: [directory], hasGlob: false };
  // Here every file has room, as the best of them are chosen at the end.
  const bounds = { room: { take: () => true }, time };
  const ofFiles = { mode: 'files', context: 0, limit: maxComplete, start: {} } as const;
  const content = await searchContents(
    files,
    { ...scope, ...ofFiles, patternOf: tally.patternOf },
    {
      ...bounds,
      limits: searchLimits,
      reportProgress: (looked) => reportProgress(looked, searchLimits.files),
    },
  );
  if (content.end === undefined) return { paths: tally.rank(), isComplete: true };
  const toPath = (name: string) => (directory === '' ? name : `${directory}/${name}`);
  const selection = {
    directory: '',
    matches: (name: string) => tally.countName(toPath(name)),
    findExcluded: () => undefined,
  };
  const start = { start: content.position, limit: maxScanned };
  await searchNames(files, { ...scope, selection }, { ...bounds, ...start });
  return { paths: tally.rank(), isComplete: false };
}

/** A name in which something hides is told by its URI, which shows it. */
function toResult(path: string) {
  const [title, url] = [showName(path), toFileUri(filesUri, path)];
  return { id: title === path ? path : url, title, url };
}
