import * as z from 'zod';
import { placedFile, placeFile, toPlacedAnswer } from './answer/written-place.ts';
import { pathInput } from './input/path-input.ts';
import { explainTaken, readSourceAndTarget } from './input/source-and-target.ts';
import { versionIdInput } from './input/version-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

/** Copies one file, or an old version of it, to another path. */
export const copyFile = defineTool({
  name: 'copy_file',
  title: 'Copy a file',
  description:
    'Copy a file, or an old version of it, to another path. An existing target is refused unless you pass ' +
    'overwrite true or if_match. Copies at most 5 GiB.',
  input: z.strictObject({
    source: pathInput.describe('File to copy, for example "notes/today.md"'),
    target: pathInput.describe('Path of the copy with its file name; its directories need not exist'),
    version_id: versionIdInput
      .optional()
      .describe('Version of the source, from list_file_versions; default the present one'),
    overwrite: z.boolean().default(false).describe('Replace the target if it exists'),
    if_match: ifMatchInput.describe('etag of the target: replace it only if this is still its etag'),
  }),
  output: placedFile,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ source, target, version_id: versionId, overwrite, if_match: ifMatch }, { files, signal }) {
    const { from, to } = readSourceAndTarget(source, target);
    const condition = readWriteCondition(ifMatch, ifMatch === undefined && !overwrite);
    const version = { path: from, ...(versionId !== undefined && { versionId }) };
    const placed = await placeFile(to, condition, (demanded) =>
      files.copy(version, to, { condition: demanded, signal }),
    ).catch(explainTaken);
    const toSentence = (copied: string) => `Copied "${from}" to ${copied}.`;
    return toPlacedAnswer(files, placed, { signal, toSentence });
  },
});
