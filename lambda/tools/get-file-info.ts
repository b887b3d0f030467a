import * as z from 'zod';
import { readFilePath } from '../files/file-path.ts';
import { toFacts } from './answer/file-facts.ts';
import { toWriterFacts, toWriterText } from './answer/writer.ts';
import { pathInput } from './input/path-input.ts';
import { versionIdInput } from './input/version-input.ts';
import { defineTool } from './tool.ts';

type FindDocumentFacts = typeof import('./answer/document-info.ts').findDocumentFacts;

/** The documents of which the number of pages or sheets stands in a few places, by their names. */
const paged = /\.(pdf|docx|docm|xlsx|xlsm|pptx|pptm|odt|ods)$/i;

async function findDocument(...[facts, reading]: Parameters<FindDocumentFacts>) {
  if (facts.size === 0 || !paged.test(facts.path)) return undefined;
  const { findDocumentFacts } = await import('./answer/document-info.ts');
  return findDocumentFacts(facts, reading);
}

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
    document: z.record(z.string(), z.unknown()).optional().describe('Kind, pages or sheets, title'),
    written_by: z.string().optional(),
    written_with: z.string().optional().describe('OAuth client'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path, version_id: versionId }, { files, signal }) {
    const version = versionId !== undefined && { versionId };
    const facts = await files.stat(readFilePath(path), { ...version, signal });
    const { size, mediaType, modified, etag, versionId: present } = facts;
    const document = await findDocument(facts, { files, ...version, signal });
    const kind = document === undefined ? '' : `, ${JSON.stringify(document)}`;
    const named = present === undefined ? '' : `, version ${present}`;
    return {
      text: `"${facts.path}": ${size} bytes, ${mediaType}${kind}, changed ${modified.toISOString()}, etag ${etag}${named}${toWriterText(facts)}.`,
      structured: { ...toFacts(facts), ...(document && { document }), ...toWriterFacts(facts) },
    };
  },
});
