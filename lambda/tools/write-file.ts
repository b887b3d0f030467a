import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { readContent } from './file-content.ts';
import { toMediaType, toTextMediaType } from './media-type.ts';
import { defineTool } from './tool.ts';
import { createOnlyInput, ifMatchInput, readWriteCondition } from './write-condition.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './written-file.ts';

/** Creates or overwrites one file. */
export const writeFile = defineTool({
  name: 'write_file',
  title: 'Write a file',
  description:
    'Create a file or overwrite it whole; its directories need not exist. To change a part use edit_file, to ' +
    'add to the end append_file, for more than 3 MiB create_upload_url. Pass if_match with the etag you read ' +
    'so that no change of somebody else is lost.',
  input: z.strictObject({
    path: z.string().describe('File, for example "notes/today.md"'),
    content: z.string().describe('The whole content, up to 3 MiB'),
    encoding: z
      .enum(['utf8', 'base64'])
      .default('utf8')
      .describe('How content stands for bytes; base64 for other files than text'),
    if_match: ifMatchInput,
    create_only: createOnlyInput,
  }),
  output: writtenFile,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, content, encoding, if_match, create_only }, { files, maxWriteBytes, signal }) {
    const file = readFilePath(path);
    const condition = readWriteCondition(if_match, create_only);
    const mediaType = encoding === 'utf8' ? toTextMediaType(file) : toMediaType(file);
    const bytes = readContent(content, encoding, maxWriteBytes);
    const written = await files.write(file, bytes, { mediaType, condition, signal });
    return {
      text: `Successfully wrote to ${toWrittenText(written)}.`,
      structured: toWrittenFile(written),
    };
  },
});
