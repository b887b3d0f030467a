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
    'Copy a file of at most 5 GiB, or an old version of it, to another path. An existing target is refused ' +
    'without overwrite or if_match. Answers the etag of the copy and which version it replaced.',
  input: z.strictObject({
    source: pathInput,
    target: pathInput.describe('Path of the copy, file name included'),
    version_id: versionIdInput.optional().describe('Old version of the source'),
    overwrite: z.boolean().default(false),
    if_match: ifMatchInput.describe('etag that the target must still have'),
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
