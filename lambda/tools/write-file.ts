import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { toMediaType } from './media-type.ts';
import { defineTool, ToolFailure } from './tool.ts';

/** What fits into a request after JSON escaping: the endpoint takes 4 MiB. */
const maxBytes = 3 * 1024 * 1024;

/** Creates or overwrites one text file. */
export const writeFile = defineTool({
  name: 'write_file',
  title: 'Write a file',
  description: 'Create a UTF-8 text file or overwrite it whole. Directories need not exist first.',
  input: z.strictObject({
    path: z.string().describe('File, for example "notes/today.md"'),
    content: z.string().describe('The whole text of the file, at most 3 MiB'),
  }),
  output: z.object({
    path: z.string(),
    size: z.number().int().describe('Bytes'),
    etag: z.string().describe('Changes with every write'),
    version_id: z.string().optional().describe('Names what was just written for ever'),
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, content }, { files, signal }) {
    const file = readFilePath(path);
    const bytes = new TextEncoder().encode(content);
    if (bytes.length > maxBytes) {
      throw new ToolFailure(`the content is ${bytes.length} bytes long: write at most ${maxBytes}`);
    }
    const { size, etag, versionId } = await files.write(file, bytes, {
      mediaType: toMediaType(file),
      signal,
    });
    return {
      text: `Successfully wrote to ${file} (${size} bytes).`,
      structured: { path: file, size, etag, ...(versionId !== undefined && { version_id: versionId }) },
    };
  },
});
