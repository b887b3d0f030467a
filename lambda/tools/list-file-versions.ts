import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import type { FileVersion } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
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
});

const position = z.strictObject({ after: versionIdInput });

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
    cursor: cursorInput,
  }),
  output: z.object({
    path: z.string(),
    versions: z.array(version),
    next_cursor: z.string().optional().describe('Present when there are more'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, limit, cursor }, { files, signal }) {
    const file = readFilePath(path);
    const query = { tool: 'list_file_versions', path: file };
    const start = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const { versions, truncated } = await files.listVersions(file, { limit, ...start, signal });
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

function toOutput({ versionId, modified, isLatest, isDeletion, size, etag }: FileVersion) {
  return {
    version_id: versionId,
    modified: modified.toISOString(),
    is_latest: isLatest,
    is_deletion: isDeletion,
    ...(!isDeletion && { size, etag }),
  };
}

function toText(path: string, versions: readonly FileVersion[], next: string | undefined): string {
  const lines = versions.map(({ versionId, modified, isLatest, isDeletion, size, etag }) => {
    const what = isDeletion ? 'deleted' : `${size} bytes, etag ${etag}`;
    return `${versionId} ${modified.toISOString()} ${what}${isLatest ? ' (latest)' : ''}`;
  });
  const more = next === undefined ? [] : [`There are more: call again with cursor ${next}`];
  return [`Versions of "${path}", the newest first:`, ...lines, ...more].join('\n');
}
