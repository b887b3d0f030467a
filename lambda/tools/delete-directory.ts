import * as z from 'zod';
import { countOf, toChangesAnswer } from './changes/answer.ts';
import {
  directoryPosition,
  dryRunInput,
  readNamedDirectory,
  requireDirectory,
  sumSizes,
  toDirectoryLimits,
  toNames,
} from './changes/directories.ts';
import { changeEachFile } from './changes/each-file.ts';
import { cursorInput, readCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { defineTool } from './tool.ts';

/** Deletes the files below a directory; their versions remain. */
export const deleteDirectory = defineTool({
  name: 'delete_directory',
  title: 'Delete a directory',
  description:
    'Delete all files below a directory; only tells what would go, unless dry_run is false. A file that changes ' +
    'meanwhile stays. restore_file brings each file back. When complete is false, next_cursor goes on.',
  input: z.strictObject({
    path: pathInput.describe('Directory, not the root'),
    dry_run: dryRunInput,
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, dry_run, cursor }, context) {
    const directory = readNamedDirectory(path);
    const query = { tool: 'delete_directory', path: directory, dry_run };
    const { after } = cursor === undefined ? {} : await readCursor(cursor, query, directoryPosition);
    const { files } = context;
    const { done, failed, next } = await changeEachFile(
      context,
      { directory, after },
      toDirectoryLimits(dry_run),
      async ({ path: file, etag }, signal) => {
        if (!dry_run) await files.delete(file, { condition: { kind: 'match', etag }, signal });
      },
    );
    if (done.length + failed.length === 0 && after === undefined) await requireDirectory(directory, context);
    const bytes = sumSizes(done);
    const count = countOf(done.length, 'file');
    const text = dry_run
      ? [`Would delete ${count} (${bytes} bytes); nothing was deleted.`, ...toNames(done, ({ name }) => name)]
      : [`Deleted ${count}. list_file_versions and restore_file bring one back.`];
    const facts = { ...(dry_run && { dry_run }), files: done.length, bytes };
    return toChangesAnswer(query, { text: text.join('\n'), facts, failed, next });
  },
});
