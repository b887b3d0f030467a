import * as z from 'zod';
import { dryRunInput } from './changes/directories.ts';
import { type TransferredFile, transferDirectory } from './changes/transfer-directory.ts';
import { cursorInput } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { explainTaken } from './input/source-and-target.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** Copies the files below a directory to another one. */
export const copyDirectory = defineTool({
  name: 'copy_directory',
  title: 'Copy a directory',
  description:
    'Copy all files below a directory, as copy_file does. Copies nothing unless dry_run is false. When ' +
    'complete is false, next_cursor goes on.',
  input: z.strictObject({
    source: pathInput.describe('Directory, not the root'),
    target: pathInput.describe('Directory that the files go into; need not exist'),
    overwrite: z.boolean().default(false).describe('Replace files of the same name'),
    dry_run: dryRunInput,
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  run: (input, context) =>
    transferDirectory(context, input, {
      tool: 'copy_directory',
      verb: 'copy',
      done: 'Copied',
      transfer: copyOne,
    }),
});

async function copyOne(
  { from, to, condition }: TransferredFile,
  { files, signal }: Pick<ToolContext, 'files' | 'signal'>,
) {
  await files.copy({ path: from }, to, { condition, signal }).catch(explainTaken);
}
