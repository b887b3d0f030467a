import * as z from 'zod';
import { type FilePath, readFilePath, showName } from '../files/file-path.ts';
import type { FileFacts, FileStore, FileVersion } from '../files/file-store.ts';
import { createAnswerRoom, largestAnswer, longestAnswer, ordinaryAnswer } from '../search/answer-room.ts';
import { inOrder } from '../search/in-order.ts';
import type { WorkTime } from '../search/work-time.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toWriterFacts, toWriterText } from './answer/writer.ts';
import { cursorInput, readCursor, toCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { versionIdInput } from './input/version-input.ts';
import { defineTool } from './tool.ts';

const version = z.object({
  version_id: z.string().describe('For restore_file, read_file and copy_file'),
  modified: z.iso.datetime().describe('When it was written or deleted, UTC'),
  is_latest: z.boolean(),
  is_deletion: z.boolean().describe('True for a deletion, which has no content'),
  size: z.number().int().optional().describe('Bytes; not for a deletion'),
  etag: z.string().optional().describe('Not for a deletion'),
  written_by: z.string().optional(),
  written_with: z.string().optional().describe('OAuth client'),
});

const position = z.strictObject({ after: versionIdInput });

/** How many versions are asked for their writers at once. */
const width = 8;

/** Versions of one answer, unless the caller asks for another number. */
const ordinaryLimit = 20;

/** Lists what can be restored of one file. */
export const listFileVersions = defineTool({
  name: 'list_file_versions',
  title: 'List the versions of a file',
  description:
    'List the versions and deletions of a file, the newest first, also of a deleted one. restore_file brings a ' +
    'version back.',
  input: z.strictObject({
    path: pathInput,
    limit: z.number().int().min(1).max(100).default(ordinaryLimit).describe('Versions in one answer'),
    writers: z.boolean().default(false).describe('Say who wrote each version, not deletions'),
    cursor: cursorInput,
  }),
  output: z.object({
    path: z.string(),
    versions: z.array(version),
    next_cursor: z.string().optional().describe('Present when there are more'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  maxCharacters: longestAnswer,

  async run({ path, limit, writers, cursor }, { files, signal, time }) {
    const file = readFilePath(path);
    const query = { tool: 'list_file_versions', path: file };
    const start = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const page = await files.listVersions(file, { limit, ...start, signal });
    const signed = writers ? await findWriters(files, file, page.versions, time) : page.versions;
    const room = createAnswerRoom(limit > ordinaryLimit ? largestAnswer : ordinaryAnswer);
    const full = signed.findIndex((one) => !room.take([toLine(one), JSON.stringify(toOutput(one))]));
    const versions = full < 0 ? signed : signed.slice(0, full);
    const truncated = page.truncated || versions.length < page.versions.length;
    if (versions.length === 0 && cursor === undefined) {
      throw new ToolFailure(`there is no version of a file "${file}": call list_files to see what is there`);
    }
    const last = versions.at(-1);
    const next = truncated && last ? await toCursor(query, { after: last.versionId }) : undefined;
    return {
      text: toText(file, versions, next),
      structured: {
        path: file,
        versions: versions.map(toOutput),
        ...(next !== undefined && { next_cursor: next }),
      },
    };
  },
});

/** A version, and who wrote it where that is known. */
type SignedVersion = FileVersion & Pick<FileFacts, 'writer'>;

/**
 * Asks each version for its writer, by one request each, until the time is over: the next page goes on from there. A
 * deletion carries no metadata.
 */
async function findWriters(
  files: Pick<FileStore, 'stat'>,
  path: FilePath,
  versions: readonly FileVersion[],
  time: WorkTime,
): Promise<readonly SignedVersion[]> {
  const signed: SignedVersion[] = [];
  const ask = async (listed: FileVersion, index: number): Promise<SignedVersion | undefined> => {
    if (index >= width && time.isOver()) return undefined;
    if (listed.isDeletion) return listed;
    const { writer } = await files.stat(path, { versionId: listed.versionId, signal: time.signal });
    return { ...listed, ...(writer && { writer }) };
  };
  try {
    for await (const one of inOrder(versions.entries(), width, ([index, listed]) => ask(listed, index))) {
      if (!one) break;
      signed.push(one);
    }
  } catch (error) {
    if (!time.isGivenUp() || signed.length === 0) throw error;
  }
  return signed;
}

function toOutput({ versionId, modified, isLatest, isDeletion, size, etag, writer }: SignedVersion) {
  return {
    version_id: versionId,
    modified: modified.toISOString(),
    is_latest: isLatest,
    is_deletion: isDeletion,
    ...(!isDeletion && { size, etag }),
    ...toWriterFacts({ ...(writer && { writer }) }),
  };
}

function toLine({ versionId, modified, isLatest, isDeletion, size, etag, ...rest }: SignedVersion): string {
  const what = isDeletion ? 'deleted' : `${size} bytes, etag ${etag}${toWriterText(rest)}`;
  return `${versionId} ${modified.toISOString()} ${what}${isLatest ? ' (latest)' : ''}`;
}

function toText(path: string, versions: readonly SignedVersion[], next: string | undefined): string {
  const more = next === undefined ? [] : [`There are more: call again with cursor ${next}`];
  return [`Versions of "${showName(path)}", the newest first:`, ...versions.map(toLine), ...more].join('\n');
}
