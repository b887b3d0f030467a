import * as z from 'zod';
import { readDirectoryPath, showName } from '../files/file-path.ts';
import { excludeInput, globInput } from '../search/glob.ts';
import { mebibyte } from '../search/limits.ts';
import { readSelection } from '../search/selection.ts';
import { type GlobalEdit, replaceEverywhere } from '../text/edits.ts';
import { rewriteText } from '../text/rewrite.ts';
import { maxTextBytes, NotText, readWholeText, type WholeText } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toChangesAnswer } from './changes/answer.ts';
import { changeEachFile, type FileChanges, type ListedFile } from './changes/each-file.ts';
import { cursorInput, cursorPlace, readCursor } from './input/cursor.ts';
import { toTextBytes } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** What one call looks at. Four files at once are held in memory, as they are and as they become. */
const limits = { files: 500, bytes: 32 * mebibyte, width: 4 };

/** How many changed files one answer tells of, and some more that were begun by then: about 6,000 tokens. */
const maxChanged = 150;

const position = z.strictObject({ after: cursorPlace });

/** What became of one file; nothing where the text does not occur in it. */
type Outcome =
  | { readonly kind: 'changed'; readonly replacements: number; readonly undo?: string | undefined }
  | { readonly kind: 'unchanged' | 'binary' };

/** Replaces one text in many files. */
export const editFiles = defineTool({
  name: 'edit_files',
  title: 'Edit many files',
  description:
    'Replace one exact text everywhere in the text files below a directory, for example to rename something. ' +
    'Writes nothing unless dry_run is false: look at the counts per file first. Answers for each file the ' +
    'version_id with which restore_file undoes the change. When complete is false, next_cursor goes on.',
  input: z.strictObject({
    path: pathInput.default('').describe('Directory; default the root'),
    glob: globInput,
    exclude: excludeInput,
    old_text: z.string().min(1).describe('Exactly as in the files'),
    new_text: z.string(),
    whole_word: z
      .boolean()
      .default(false)
      .describe('Only where no letter, digit or _ stands beside old_text'),
    dry_run: z.boolean().default(true).describe('Only count'),
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  async run({ path, glob, exclude, cursor, dry_run, ...edit }, context) {
    requireEdit(edit);
    const directory = readDirectoryPath(path);
    const query = { tool: 'edit_files', path: directory, glob, exclude, ...edit, dry_run };
    const { after } = cursor === undefined ? {} : await readCursor(cursor, query, position);
    const selected = { directory, selection: await readSelection({ glob, exclude }), after };
    let changed = 0;
    const bounds = { ...limits, isFull: () => changed >= maxChanged };
    const changes = await changeEachFile(context, selected, bounds, async (file, signal) => {
      const outcome = await editOne(file, edit, dry_run, { ...context, signal });
      if (outcome.kind === 'changed') changed += 1;
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
    const { replacements, undo } = isDryRun
      ? change(await readWholeText(path, undefined, { files, signal })).details
      : (await rewriteText({ path, change }, { files, signal })).details;
    return { kind: 'changed', replacements, undo };
  } catch (error) {
    if (error instanceof NotText) return { kind: 'binary' };
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

function toReport({ done, failed, next }: FileChanges<Outcome>, isDryRun: boolean) {
  const changed = done.flatMap(({ file, result }) =>
    result.kind === 'changed' ? [{ ...result, ...file }] : [],
  );
  const replacements = changed.reduce((sum, file) => sum + file.replacements, 0);
  const binary = done.filter(({ result }) => result.kind === 'binary').length;
  const lines = changed.map(({ path, replacements: count, undo }) =>
    isDryRun || undo === undefined
      ? `${showName(path)}: ${count}`
      : `${showName(path)}: ${count}, undo with ${undo}`,
  );
  const head = isDryRun
    ? `Would replace ${replacements} places in ${changed.length} files; nothing was written.`
    : `Replaced ${replacements} places in ${changed.length} files.`;
  return {
    text: [head, ...lines].join('\n'),
    facts: {
      dry_run: isDryRun,
      files: changed.length,
      replacements,
      files_searched: done.length - binary,
      ...(binary > 0 && { binary_files_skipped: binary }),
    },
    failed,
    next,
  };
}
