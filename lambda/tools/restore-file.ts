import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { FileStoreError } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './answer/written-file.ts';
import { pathInput } from './input/path-input.ts';
import { versionIdInput } from './input/version-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

/** Makes an old version of a file the current one again. */
export const restoreFile = defineTool({
  name: 'restore_file',
  title: 'Restore a version of a file',
  description:
    'Bring back an old version of a file, even of a deleted one. It becomes a new version on top, so nothing is ' +
    'lost. Answers its etag.',
  input: z.strictObject({
    path: pathInput,
    version_id: versionIdInput.describe('From list_file_versions or the answer of a change'),
    if_match: ifMatchInput,
  }),
  output: writtenFile,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, version_id: versionId, if_match: ifMatch }, { files, signal }) {
    const file = readFilePath(path);
    const condition = readWriteCondition(ifMatch);
    const restored = await files
      .copy({ path: file, versionId }, file, { condition, signal })
      .catch(explainDeleted);
    return {
      text: `Restored version ${versionId} as ${toWrittenText(restored)}.`,
      structured: toWrittenFile(restored),
    };
  },
});

/** The version was found, so it is `if_match` that finds no file. */
function explainDeleted(error: unknown): never {
  if (!(error instanceof FileStoreError && error.failure.code === 'not_found')) throw error;
  throw new ToolFailure(
    `"${error.failure.path}" is deleted and has no etag: leave if_match out to restore it`,
    { cause: error },
  );
}
