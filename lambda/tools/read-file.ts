import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { defineTool, ToolFailure } from './tool.ts';

/** Keeps the answer, which carries the text twice and escaped, below Lambda's 6 MB. */
const maxBytes = 1024 * 1024;

/** Reads one text file whole. */
export const readFile = defineTool({
  name: 'read_file',
  title: 'Read a file',
  description: 'Read a UTF-8 text file of at most 1 MiB.',
  input: z.strictObject({
    path: z.string().describe('File, for example "notes/today.md"'),
  }),
  output: z.object({
    path: z.string(),
    content: z.string(),
    size: z.number().int().describe('Bytes'),
    media_type: z.string(),
    modified: z.iso.datetime().describe('Last change, UTC'),
    etag: z.string().describe('Changes with every write'),
    version_id: z.string().optional(),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path }, { files, signal }) {
    const file = await files.read(readFilePath(path), { maxBytes, signal });
    const content = decodeText(file.path, file.content);
    return {
      text: content,
      structured: {
        path: file.path,
        content,
        size: file.size,
        media_type: file.mediaType,
        modified: file.modified.toISOString(),
        etag: file.etag,
        ...(file.versionId !== undefined && { version_id: file.versionId }),
      },
    };
  },
});

function decodeText(path: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new ToolFailure(`"${path}" is not UTF-8 text and cannot be read as text`, { cause });
  }
}
