import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { pathInput } from './input/path-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

/** Deletes one file; its versions remain. */
export const deleteFile = defineTool({
  name: 'delete_file',
  title: 'Delete a file',
  description:
    'Delete one file; its directory goes with its last file. Answers the version_id with which restore_file ' +
    'brings it back.',
  input: z.strictObject({
    path: pathInput,
    if_match: ifMatchInput,
  }),
  output: z.object({
    path: z.string(),
    version_id: z.string().optional().describe('What was deleted; restore_file brings it back'),
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, if_match: ifMatch }, { files, signal }) {
    const file = readFilePath(path);
    const condition = readWriteCondition(ifMatch);
    const { deleted } = await files.delete(file, { condition, signal });
    const { versionId } = deleted;
    return {
      text: `Deleted "${file}". ${toRemedy(versionId)}`,
      structured: { path: file, ...(versionId !== undefined && { version_id: versionId }) },
    };
  },
});

function toRemedy(versionId: string | undefined): string {
  if (versionId === undefined)
    return 'Call list_file_versions to see which versions restore_file can bring back.';
  return `To bring it back, call restore_file with version_id ${versionId}.`;
}
