import * as z from 'zod';
import { type FilePath, readFilePath } from '../../files/file-path.ts';
import { toPath } from '../../search/plan.ts';
import { cursorInput, readCursor } from '../input/cursor.ts';
import { pathInput } from '../input/path-input.ts';
import type { ContentBlock, RunningContext, ToolContext } from '../tool.ts';
import { countOf, toChangesAnswer } from './answer.ts';
import {
  directoryPosition,
  dryRunInput,
  findTaken,
  readDirectories,
  requireDirectory,
  sumSizes,
  toDirectoryLimits,
  toNames,
} from './directories.ts';
import { changeEachFile, type ListedFile } from './each-file.ts';

/** The arguments of a tool that copies or moves a directory. */
export const transferInput = z.strictObject({
  source: pathInput.describe('Directory, not the root'),
  target: pathInput.describe('Directory for the files; need not exist'),
  overwrite: z.boolean().default(false).describe('Replace files of the same name'),
  dry_run: dryRunInput,
  cursor: cursorInput,
});

/** One file to copy or move. */
export interface TransferredFile {
  readonly from: FilePath;
  readonly to: FilePath;
  readonly overwrite: boolean;
}

/** How a tool transfers a file, and its words for that. */
export interface Transfer {
  readonly tool: string;
  /** For the report of a dry run: `copy` or `move`. */
  readonly verb: string;
  /** For the report of what was done: `Copied` or `Moved`. */
  readonly done: string;
  transfer(file: TransferredFile, context: Pick<ToolContext, 'files' | 'signal'>): Promise<unknown>;
}

/** Copies or moves the files below a directory to another one, or reports what would happen. Throws `ToolFailure`. */
export async function transferDirectory(
  context: RunningContext,
  { source, target, overwrite, dry_run, cursor }: z.infer<typeof transferInput>,
  { tool, verb, done: past, transfer }: Transfer,
): Promise<{ content: ContentBlock[] }> {
  const { files, signal } = context;
  const { from, to } = readDirectories(source, target);
  const query = { tool, source: from, target: to, overwrite, dry_run };
  const { after } = cursor === undefined ? {} : await readCursor(cursor, query, directoryPosition);
  const { done, failed, next } = await changeEachFile(
    context,
    { directory: from, after },
    toDirectoryLimits(dry_run),
    async ({ path, name }, fileSignal) => {
      const file = { from: path, to: readFilePath(toPath(to, name)), overwrite };
      if (!dry_run) await transfer(file, { files, signal: fileSignal });
    },
  );
  if (done.length + failed.length === 0 && after === undefined) await requireDirectory(from, context);
  const bytes = sumSizes(done);
  const count = countOf(done.length, 'file');
  const facts = { files: done.length, bytes };
  if (!dry_run) return toChangesAnswer(query, { text: `${past} ${count}.`, facts, failed, next });
  const listed = done.map(({ file }) => file);
  const taken = await findTaken(files, to, listed, { after, signal });
  const fate = overwrite ? 'would be replaced' : 'exists at the target and would stay';
  // Names that need a decision come first, because not all are shown.
  const isTaken = ({ file }: { file: ListedFile }) => Number(taken.names.has(file.name));
  const shown = done.toSorted((one, other) => isTaken(other) - isTaken(one));
  const text = [
    `Would ${verb} ${count} (${bytes} bytes); nothing was changed.`,
    ...toNames(shown, ({ name }) => (taken.names.has(name) ? `${name} (${fate})` : name)),
    ...(taken.isComplete
      ? []
      : ['Not all names at the target were looked at: more of these can exist there.']),
  ];
  const existing = taken.names.size > 0 && { existing_targets: taken.names.size };
  const dryFacts = { dry_run, ...facts, ...existing };
  return toChangesAnswer(query, { text: text.join('\n'), facts: dryFacts, failed, next });
}
