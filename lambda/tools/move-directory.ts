import { transferDirectory, transferInput } from './changes/transfer-directory.ts';
import { moveOne } from './move-file.ts';
import { defineTool } from './tool.ts';

/** Moves the files below a directory to another one. */
export const moveDirectory = defineTool({
  name: 'move_directory',
  title: 'Move a directory',
  description:
    'Move or rename a directory, file by file as move_file does; only tells what would move, unless dry_run is ' +
    'false. When complete is false, next_cursor goes on.',
  input: transferInput,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  run: (input, context) =>
    transferDirectory(context, input, {
      tool: 'move_directory',
      verb: 'move',
      done: 'Moved',
      transfer: moveOne,
    }),
});
