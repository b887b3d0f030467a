import * as z from 'zod';
import { readDirectoryPath } from '../files/file-path.ts';
import type { DirectoryEntry } from '../files/file-store.ts';
import { defineTool } from './tool.ts';

/** What one answer lists at most; S3 gives 1,000 keys a request. */
const maxEntries = 1_000;

const entry = z.object({
  name: z.string().describe('Name within the listed directory'),
  kind: z.enum(['file', 'directory']),
  size: z.number().int().optional().describe('Bytes; files only'),
  modified: z.iso.datetime().optional().describe('Last change, UTC; files only'),
  etag: z.string().optional().describe('Changes with every write; files only'),
});

/** Lists one directory. */
export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'List the files and directories in one directory, not the ones below them. ' +
    'Start with path "" for the root.',
  input: z.strictObject({
    path: z.string().describe('Directory, for example "notes"; "" or "/" is the root'),
  }),
  output: z.object({
    path: z.string(),
    entries: z.array(entry),
    truncated: z.boolean().describe(`True when there are more than ${maxEntries} entries`),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path }, { files, signal }) {
    const directory = readDirectoryPath(path);
    const { entries, truncated } = await files.list(directory, { limit: maxEntries, signal });
    return {
      text: toText(directory, entries, truncated),
      structured: { path: directory, entries: entries.map(toOutput), truncated },
    };
  },
});

function toOutput(item: DirectoryEntry): z.infer<typeof entry> {
  if (item.kind === 'directory') return { name: item.name, kind: 'directory' };
  const { name, kind, size, modified, etag } = item;
  return { name, kind, size, modified: modified.toISOString(), etag };
}

function toText(directory: string, entries: readonly DirectoryEntry[], truncated: boolean): string {
  const place = directory === '' ? 'the root' : directory;
  if (entries.length === 0) return `No files in ${place}.`;
  const lines = entries.map((item) =>
    item.kind === 'directory' ? `${item.name}/` : `${item.name} (${item.size} bytes)`,
  );
  const more = truncated ? `\nOnly the first ${maxEntries} entries are listed.` : '';
  return `Files in ${place}:\n${lines.join('\n')}${more}`;
}
