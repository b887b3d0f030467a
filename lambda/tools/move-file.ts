import * as z from 'zod';
import type { FilePath } from '../files/file-path.ts';
import { type CopiedFile, type FileStore, FileStoreError } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toWrittenText } from './answer/written-file.ts';
import { type PlacedFile, placedFile, placeFile, toPlacedAnswer } from './answer/written-place.ts';
import { pathInput } from './input/path-input.ts';
import { explainTaken, readSourceAndTarget } from './input/source-and-target.ts';
import { defineTool } from './tool.ts';

/** What a move of one file needs. */
export interface Move {
  readonly from: FilePath;
  readonly to: FilePath;
  readonly overwrite: boolean;
}

/** What a move works with. */
interface MoveContext {
  readonly files: FileStore;
  readonly signal: AbortSignal;
}

/** Moves one file of many. Throws `ToolFailure` that says what exists now, and what the file store throws. */
export async function moveOne({ from, to, overwrite }: Move, { files, signal }: MoveContext): Promise<void> {
  const condition = { kind: overwrite ? 'none' : 'absent' } as const;
  const moved = await files.copy({ path: from }, to, { condition, signal }).catch(explainTaken);
  await deleteSource(files, moved, signal);
}

/** The same, and learns what the move replaced. */
export async function movePlaced(
  { from, to, overwrite }: Move,
  { files, signal }: MoveContext,
): Promise<PlacedFile<CopiedFile>> {
  const placed = await placeFile(to, { kind: overwrite ? 'none' : 'absent' }, (condition) =>
    files.copy({ path: from }, to, { condition, signal }),
  ).catch(explainTaken);
  await deleteSource(files, placed.file, signal);
  return placed;
}

/** Moves one file to another path, by a copy and a deletion. */
export const moveFile = defineTool({
  name: 'move_file',
  title: 'Move a file',
  description:
    'Move or rename a file of at most 5 GiB. Not atomic: a copy, then a deletion; if that fails, the answer says ' +
    'that both exist. An existing target is refused without overwrite. Old versions stay at the source path. ' +
    'Answers the etag.',
  input: z.strictObject({
    source: pathInput,
    target: pathInput.describe('New path, file name included'),
    overwrite: z.boolean().default(false),
  }),
  output: placedFile,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  async run({ source, target, overwrite }, context) {
    const { from, to } = readSourceAndTarget(source, target);
    const { files, signal } = context;
    const placed = await movePlaced({ from, to, overwrite }, context);
    const toSentence = (moved: string) => `Moved "${from}" to ${moved}.`;
    return toPlacedAnswer(files, placed, { signal, toSentence });
  },
});

/** Deletes the version that was copied, and nothing newer. Throws `ToolFailure` that says which files exist now. */
async function deleteSource(files: FileStore, moved: CopiedFile, signal: AbortSignal): Promise<void> {
  const { path, etag } = moved.source;
  try {
    await files.delete(path, { condition: { kind: 'match', etag }, seen: moved.source, signal });
  } catch (cause) {
    const copied = `copied "${path}" to ${toWrittenText(moved)}`;
    throw new ToolFailure(`${copied}, but ${toOutcome(path, cause)}`, { cause });
  }
}

function toOutcome(path: string, cause: unknown): string {
  const failure = cause instanceof FileStoreError ? cause.failure : undefined;
  switch (failure?.code) {
    case 'conflict':
      return `"${path}" changed meanwhile, its etag is now ${failure.etag}, and it was not deleted: both files exist; read both and call delete_file for the one you do not want`;
    case 'hidden':
      return `"${path}" changed meanwhile, and its newer version may have been deleted by mistake: look with list_file_versions, and call restore_file for "${path}" with version_id ${failure.versionId} to bring it back`;
    case 'not_found':
    case 'is_directory':
      return `"${path}" was deleted or moved by somebody else meanwhile: call list_files to see what is there`;
    case 'denied':
      return `this server is not allowed to delete "${path}": both files exist; tell its operator`;
    case 'wrong_clock':
      return `the clock of this server is wrong, and "${path}" was not deleted: both files exist; tell its operator`;
    default:
      return `it is not known whether "${path}" was deleted: call get_file_info for both files, and delete_file for "${path}" if it is still there`;
  }
}
