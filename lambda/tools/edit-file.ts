import * as z from 'zod';
import { type FilePath, readFilePath } from '../files/file-path.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import { type NewText, rewriteText } from '../text/rewrite.ts';
import { maxTextBytes, readWholeText, type WholeText } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toWrittenFile } from './answer/written-file.ts';
import { toTextBytes } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool, type ToolContext } from './tool.ts';

const edit = z.strictObject({
  old_text: z.string().min(1).describe('Exactly as in the file, white space included'),
  new_text: z.string(),
  replace_all: z.boolean().default(false).describe('Replace every occurrence'),
});

/** Replaces parts of one text file. */
export const editFile = defineTool({
  name: 'edit_file',
  title: 'Edit a file',
  description:
    'Replace exact texts in one text file of at most 4 MiB, all or none; for many files use edit_files. An ' +
    'old_text that does not occur exactly once is refused, unless replace_all. "\\n" matches "\\r\\n" too; line ' +
    'ends stay. Without if_match it is made on whatever is there now, and no change of others is lost. Answers ' +
    'the unified diff, and as JSON the etag.',
  input: z.strictObject({
    path: pathInput,
    edits: z.array(edit).min(1).max(50).describe('Made in order, each on what the one before left'),
    dry_run: z.boolean().default(false).describe('Answer the diff and write nothing'),
    show_diff: z.boolean().default(true),
    if_match: ifMatchInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  async run({ path, edits, dry_run, show_diff, if_match }, context) {
    const file = readFilePath(path);
    const condition = readWriteCondition(if_match);
    const etag = condition.kind === 'match' ? condition.etag : undefined;
    const change = (present: WholeText) => toEdited(present, edits);
    const { written, details } = dry_run
      ? await preview(file, etag, change, context)
      : await rewriteText({ path: file, etag, change }, context);
    const { before, text, replacements, replaced } = details;
    const undo = !dry_run && replaced !== undefined && { replaced_version_id: replaced };
    const answer = { ...toWrittenFile(written), replacements, dry_run, ...undo };
    const shown = show_diff ? [await showDiff(file, before, text)] : [];
    return { content: [...shown, JSON.stringify(answer)].map((part) => ({ type: 'text', text: part })) };
  },
});

/** Imported here, so that a start does not read what makes diffs. */
async function showDiff(path: FilePath, before: string, after: string): Promise<string> {
  const { toDiff } = await import('../text/diff.ts');
  return toDiff(path, before, after);
}

/** Tells what an edit would write, without writing it. */
async function preview<Details>(
  path: FilePath,
  etag: string | undefined,
  change: (present: WholeText) => NewText<Details>,
  context: Pick<ToolContext, 'files' | 'signal'>,
) {
  const present = await readWholeText(path, etag, context);
  return { written: present.facts, details: change(present).details };
}

function toEdited({ facts, bytes }: WholeText, edits: readonly TextEdit[]) {
  // Keeps the byte order mark, which no edit touches unless it names it.
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const { text, replacements } = applyEdits(before, edits, maxTextBytes);
  const content = toTextBytes(text);
  if (content.length > maxTextBytes) {
    throw new ToolFailure(
      `the file would become ${content.length} bytes long, more than the ${maxTextBytes} that can be edited, ` +
        'and nothing was changed: call create_upload_url and upload it',
    );
  }
  return { content, details: { before, text, replacements, replaced: facts.versionId } };
}
