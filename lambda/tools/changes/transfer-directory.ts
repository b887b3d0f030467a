import * as z from 'zod';
import { type FilePath, readFilePath } from '../../files/file-path.ts';
import { toPath } from '../../search/plan.ts';
import { startWork } from '../../search/work-time.ts';
import { cursorInput, readCursor } from '../input/cursor.ts';
import { pathInput } from '../input/path-input.ts';
import type { ContentBlock, ToolContext } from '../tool.ts';
import { toChangesAnswer } from './answer.ts';
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

/** The arguments of a copy or a move of a directory. */
export const transferInput = z.strictObject({
  source: pathInput.describe('Directory, not the root'),
  target: pathInput.describe('Directory that the files go into; need not exist'),
  overwrite: z.boolean().default(false).describe('Replace files of the same name'),
  dry_run: dryRunInput,
  cursor: cursorInput,
});

/** One file of it. */
export interface TransferredFile {
  readonly from: FilePath;
  readonly to: FilePath;
  readonly overwrite: boolean;
}

/** How a tool transfers files, and what it calls that. */
export interface Transfer {
  readonly tool: string;
  /** For a dry run: `copy` or `move`. */
  readonly verb: string;
  /** For what is done: `Copied` or `Moved`. */
  readonly done: string;
  transfer(file: TransferredFile, context: Pick<ToolContext, 'files' | 'signal'>): Promise<unknown>;
}

/** Transfers the files below a directory to another one, or tells what would happen. Throws `ToolFailure`. */
export async function transferDirectory(
  context: ToolContext,
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
  const place = `from "${from}" to ${to === '' ? 'the root' : `"${to}"`}`;
  const facts = { dry_run, files: done.length, bytes };
  if (!dry_run) {
    const text = `${past} ${done.length} files (${bytes} bytes) ${place}.`;
    return toChangesAnswer(query, { text, facts, failed, next });
  }
  const listed = done.map(({ file }) => file);
  const taken = await findTaken(files, to, listed, { after, time: startWork(signal) });
  const fate = overwrite ? 'would be replaced' : 'exists at the target and would stay';
  // The names that need a decision come first, because not all are shown.
  const isTaken = ({ file }: { file: ListedFile }) => Number(taken.has(file.name));
  const shown = done.toSorted((one, other) => isTaken(other) - isTaken(one));
  const text = [
    `Would ${verb} ${done.length} files (${bytes} bytes) ${place}; nothing was changed.`,
    ...toNames(shown, ({ name }) => (taken.has(name) ? `${name} (${fate})` : name)),
  ];
  const existing = taken.size > 0 && { existing_targets: taken.size };
  return toChangesAnswer(query, { text: text.join('\n'), facts: { ...facts, ...existing }, failed, next });
}
