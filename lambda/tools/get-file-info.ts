import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { toFacts } from './answer/file-facts.ts';
import { toWriterFacts, toWriterText } from './answer/writer.ts';
import { pathInput } from './input/path-input.ts';
import { versionIdInput } from './input/version-input.ts';
import { defineTool } from './tool.ts';

/** Tells the facts of one file without its content. */
export const getFileInfo = defineTool({
  name: 'get_file_info',
  title: 'Get file info',
  description: 'Tell size, type, last change, writer, etag and version of one file without reading it.',
  input: z.strictObject({
    path: pathInput,
    version_id: versionIdInput.optional().describe('Default the current version'),
  }),
  output: z.object({
    path: z.string(),
    size: z.number().int().describe('Bytes'),
    media_type: z.string(),
    modified: z.iso.datetime().describe('When this version was written, UTC'),
    etag: z.string().describe('Changes with the content; pass it as if_match'),
    version_id: z.string().optional().describe('Names this version for ever'),
    written_by: z.string().optional(),
    written_with: z.string().optional().describe('OAuth client'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, version_id: versionId }, { files, signal }) {
    const version = versionId !== undefined && { versionId };
    const facts = await files.stat(readFilePath(path), { ...version, signal });
    const { size, mediaType, modified, etag, versionId: present } = facts;
    const named = present === undefined ? '' : `, version ${present}`;
    return {
      text: `"${facts.path}": ${size} bytes, ${mediaType}, changed ${modified.toISOString()}, etag ${etag}${named}${toWriterText(facts)}.`,
      structured: { ...toFacts(facts), ...toWriterFacts(facts) },
    };
  },
});
