import * as z from 'zod';
import type { FileFacts } from '../../files/file-store.ts';

/** What a tool answers of the file that it made. */
export const writtenFile = z.object({
  path: z.string(),
  size: z.number().int().describe('Bytes'),
  etag: z.string().describe('Changes with the content; pass it as if_match'),
  version_id: z.string().optional().describe('Names what was just written for ever'),
});

/** Tells programs of the file. */
export function toWrittenFile({ path, size, etag, versionId }: FileFacts): z.infer<typeof writtenFile> {
  return { path, size, etag, ...(versionId !== undefined && { version_id: versionId }) };
}

/** Tells a model the same: `"a.md" (5 bytes, etag "abc", version v1)`. */
export function toWrittenText({ path, size, etag, versionId }: FileFacts): string {
  const version = versionId === undefined ? '' : `, version ${versionId}`;
  return `"${path}" (${size} bytes, etag ${etag}${version})`;
}
