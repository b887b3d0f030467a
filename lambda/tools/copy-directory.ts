import { type TransferredFile, transferDirectory, transferInput } from './changes/transfer-directory.ts';
import { explainTaken } from './input/source-and-target.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** Copies the files below a directory to another one. */
export const copyDirectory = defineTool({
  name: 'copy_directory',
  title: 'Copy a directory',
  description:
    'Copy all files below a directory; only tells what would be copied, unless dry_run is false. When complete is ' +
    'false, next_cursor goes on.',
  input: transferInput,
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
  { from, to, overwrite }: TransferredFile,
  { files, signal }: Pick<ToolContext, 'files' | 'signal'>,
) {
  const condition = { kind: overwrite ? 'none' : 'absent' } as const;
  await files.copy({ path: from }, to, { condition, signal }).catch(explainTaken);
}
