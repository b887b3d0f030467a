import * as z from 'zod';
import { readDirectoryPath, showName } from '../files/file-path.ts';
import { createAnswerRoom, ordinaryAnswer } from '../search/answer-room.ts';
import { excludeInput, globInput } from '../search/glob.ts';
import { mebibyte } from '../search/limits.ts';
import { readSelection } from '../search/selection.ts';
import { listPaths } from '../search/skipped.ts';
import { type GlobalEdit, replaceEverywhere } from '../text/edits.ts';
import { rewriteText } from '../text/rewrite.ts';
import { maxTextBytes, NotText, readWholeText, type WholeText } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { countOf, toChangesAnswer } from './changes/answer.ts';
import { changeEachFile, type FileChanges, type ListedFile } from './changes/each-file.ts';
import { cursorInput, cursorPlace, readCursor } from './input/cursor.ts';
import { toTextBytes } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { defineTool, type ToolContext } from './tool.ts';

/**
 * What one call looks at. Four files at once are held in memory, as they are and as they become, and of the largest one
 * alone: four of those took 162 MiB.
 */
const limits = { files: 500, bytes: 32 * mebibyte, width: 4, bytesAtOnce: maxTextBytes };

const position = z.strictObject({ after: cursorPlace });

/** A file in which the text was found. Without `undo` it was only counted. */
interface ChangedFile {
  readonly kind: 'changed';
  readonly replacements: number;
  readonly undo?: string | undefined;
}

/** What became of one file. */
type Outcome = ChangedFile | { readonly kind: 'unchanged' | 'not_text' };

/** Replaces one text in many files. */
export const editFiles = defineTool({
  name: 'edit_files',
  title: 'Edit many files',
  description:
    'Replace one exact text everywhere in the text files below a directory, for example to rename something. ' +
    'Only counts, unless dry_run is false. Answers for each file the version_id that undoes it with restore_file. ' +
    'When complete is false, next_cursor goes on.',
  input: z.strictObject({
    path: pathInput.default('').describe('Directory; default the root'),
    glob: globInput,
    exclude: excludeInput,
    old_text: z.string().min(1).describe('Exactly as in the files'),
    new_text: z.string(),
    whole_word: z.boolean().default(false).describe('Not beside a letter, digit or _'),
    dry_run: z.boolean().default(true),
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  async run({ path, glob, exclude, cursor, dry_run, ...edit }, context) {
    requireEdit(edit);
    const directory = readDirectoryPath(path);
    const query = { tool: 'edit_files', path: directory, glob, exclude, ...edit, dry_run };
    const { after } = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const selected = { directory, selection: await readSelection({ glob, exclude }), after };
    const room = createAnswerRoom(ordinaryAnswer);
    let isFull = false;
    const bounds = { ...limits, isFull: () => isFull };
    const changes = await changeEachFile(context, selected, bounds, async (file, signal) => {
      const outcome = await editOne(file, edit, dry_run, { ...context, signal });
      // The answer names what was begun by then, too.
      if (outcome.kind === 'changed' && !room.take([toLine(file.path, outcome)])) isFull = true;
      return outcome;
    });
    return toChangesAnswer(query, toReport(changes, dry_run));
  },
});

function requireEdit(edit: GlobalEdit): void {
  if (edit.old_text === edit.new_text) {
    throw new ToolFailure('old_text and new_text are the same: pass a new_text that differs');
  }
  // Refuses what can be put into no file once, and not for each of them.
  replaceEverywhere('', edit, maxTextBytes);
}

async function editOne(
  { path, size }: ListedFile,
  edit: GlobalEdit,
  isDryRun: boolean,
  { files, signal }: Pick<ToolContext, 'files' | 'signal'>,
): Promise<Outcome> {
  if (size === 0) return { kind: 'unchanged' };
  const change = (present: WholeText) => toEdited(present, edit);
  try {
    if (isDryRun) {
      const { replacements } = change(await readWholeText(path, undefined, { files, signal })).details;
      return { kind: 'changed', replacements };
    }
    const { details } = await rewriteText({ path, change }, { files, signal });
    return { kind: 'changed', ...details };
  } catch (error) {
    if (error instanceof NotText) return { kind: 'not_text' };
    if (error instanceof NothingToReplace) return { kind: 'unchanged' };
    throw error;
  }
}

/** Ends the change of a file in which there is nothing to replace, before anything is written. */
class NothingToReplace extends Error {}

function toEdited({ facts, bytes }: WholeText, edit: GlobalEdit) {
  // Keeps the byte order mark, which no edit touches unless it names it.
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const { text, replacements } = replaceEverywhere(before, edit, maxTextBytes);
  if (text === before) throw new NothingToReplace();
  const content = toTextBytes(text);
  if (content.length > maxTextBytes) {
    throw new ToolFailure(
      `the file would become ${content.length} bytes long, more than the ${maxTextBytes} that can be edited`,
    );
  }
  return { content, details: { replacements, undo: facts.versionId } };
}

function toLine(path: string, { replacements, undo }: ChangedFile): string {
  return `${showName(path)}: ${replacements}${undo === undefined ? '' : `, undo with ${undo}`}`;
}

function toReport({ done, failed, next }: FileChanges<Outcome>, isDryRun: boolean) {
  const changed = done.flatMap(({ file, result }) =>
    result.kind === 'changed' ? [{ path: file.path, ...result }] : [],
  );
  const replacements = changed.reduce((sum, file) => sum + file.replacements, 0);
  const skipped = done.filter(({ result }) => result.kind === 'not_text').map(({ file }) => file);
  const counts = `${countOf(replacements, 'place')} in ${countOf(changed.length, 'file')}`;
  const head = isDryRun ? `Would replace ${counts}; nothing was written.` : `Replaced ${counts}.`;
  const notes = skipped.length === 0 ? [] : [`[not UTF-8 text, and left as it is: ${listPaths(skipped)}]`];
  return {
    text: [head, ...changed.map((file) => toLine(file.path, file)), ...notes].join('\n'),
    facts: {
      ...(isDryRun && { dry_run: true }),
      files: changed.length,
      replacements,
      files_searched: done.length - skipped.length,
    },
    failed,
    next,
  };
}
