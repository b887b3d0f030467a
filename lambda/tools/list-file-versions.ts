import * as z from 'zod';
import { type FilePath, readFilePath } from '../files/file-path.ts';
import type { FileFacts, FileStore, FileVersion } from '../files/file-store.ts';
import { inOrder } from '../search/in-order.ts';
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

/** Lists what can be restored of one file. */
export const listFileVersions = defineTool({
  name: 'list_file_versions',
  title: 'List the versions of a file',
  description:
    'List the versions of one file, the newest first, with its deletions. Works for deleted files too. ' +
    'restore_file brings a version back.',
  input: z.strictObject({
    path: pathInput.describe('File, for example "notes/today.md"'),
    limit: z.number().int().min(1).max(100).default(20).describe('Versions in one answer'),
    writers: z.boolean().default(false).describe('Say who wrote each version; of deletions it is not known'),
    cursor: cursorInput,
  }),
  output: z.object({
    path: z.string(),
    versions: z.array(version),
    next_cursor: z.string().optional().describe('Present when there are more'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, limit, writers, cursor }, { files, signal }) {
    const file = readFilePath(path);
    const query = { tool: 'list_file_versions', path: file };
    const start = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const page = await files.listVersions(file, { limit, ...start, signal });
    const { truncated } = page;
    const versions = writers ? await findWriters(files, file, page.versions, signal) : page.versions;
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

/** Asks each version for its writer, by one request each. A deletion carries no metadata. */
async function findWriters(
  files: Pick<FileStore, 'stat'>,
  path: FilePath,
  versions: readonly FileVersion[],
  signal: AbortSignal,
): Promise<readonly SignedVersion[]> {
  const ask = async (listed: FileVersion): Promise<SignedVersion> => {
    if (listed.isDeletion) return listed;
    const { writer } = await files.stat(path, { versionId: listed.versionId, signal });
    return { ...listed, ...(writer && { writer }) };
  };
  const signed: SignedVersion[] = [];
  for await (const version of inOrder(versions, width, ask)) signed.push(version);
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

function toText(path: string, versions: readonly SignedVersion[], next: string | undefined): string {
  const lines = versions.map(({ versionId, modified, isLatest, isDeletion, size, etag, ...rest }) => {
    const what = isDeletion ? 'deleted' : `${size} bytes, etag ${etag}${toWriterText(rest)}`;
    return `${versionId} ${modified.toISOString()} ${what}${isLatest ? ' (latest)' : ''}`;
  });
  const more = next === undefined ? [] : [`There are more: call again with cursor ${next}`];
  return [`Versions of "${path}", the newest first:`, ...lines, ...more].join('\n');
}
