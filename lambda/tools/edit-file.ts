import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { toDiff } from '../text/diff.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import { maxTextBytes, readWholeText } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toWrittenFile } from './answer/written-file.ts';
import { toTextBytes } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

const edit = z.strictObject({
  old_text: z.string().min(1).describe('Exactly as in the file, with its white space'),
  new_text: z.string().describe('What takes its place; "" deletes it'),
  replace_all: z.boolean().default(false).describe('Replace every occurrence instead of just one'),
});

/** Replaces parts of one text file. */
export const editFile = defineTool({
  name: 'edit_file',
  title: 'Edit a file',
  description:
    'Replace exact texts in a text file of at most 4 MiB, all of them or none. Answers the unified diff and ' +
    'the new etag. An old_text that does not occur exactly once is refused, and a change that somebody else ' +
    'makes meanwhile is never overwritten. "\\n" matches "\\r\\n" too, and line ends stay as they are.',
  input: z.strictObject({
    path: pathInput.describe('File, for example "notes/today.md"'),
    edits: z.array(edit).min(1).max(50).describe('1 to 50, made in order, each on what the one before left'),
    dry_run: z.boolean().default(false).describe('Answer the diff and write nothing'),
    show_diff: z.boolean().default(true).describe('False to leave the diff out of the answer'),
    if_match: ifMatchInput,
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },

  async run({ path, edits, dry_run, show_diff, if_match }, context) {
    const { files, signal } = context;
    const file = readFilePath(path);
    const asked = readWriteCondition(if_match);
    const demanded = asked.kind === 'match' ? asked.etag : undefined;
    const { facts, bytes } = await readWholeText(file, demanded, context);
    // Keeps the byte order mark, which no edit touches unless it names it.
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const { text, content, replacements } = toEdited(before, edits);
    const condition = { kind: 'match' as const, etag: demanded ?? facts.etag };
    const options = { mediaType: facts.mediaType, condition, signal };
    const result = dry_run ? facts : await files.write(file, content, options);
    const answer = { ...toWrittenFile(result), replacements, dry_run };
    const shown = show_diff ? [toDiff(file, before, text)] : [];
    return { content: [...shown, JSON.stringify(answer)].map((part) => ({ type: 'text', text: part })) };
  },
});

function toEdited(before: string, edits: readonly TextEdit[]) {
  const { text, replacements } = applyEdits(before, edits, maxTextBytes);
  const content = toTextBytes(text);
  if (content.length > maxTextBytes) {
    throw new ToolFailure(
      `the file would become ${content.length} bytes long, more than the ${maxTextBytes} that can be edited, ` +
        'and nothing was changed: call create_upload_url and upload it',
    );
  }
  return { text, content, replacements };
}
