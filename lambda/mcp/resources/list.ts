import type { ListResourcesResult } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { readDirectoryPath, showName } from '../../files/file-path.ts';
import { filesUri, toFileUri } from '../../files/file-uri.ts';
import { toMediaType } from '../../tools/answer/media-type.ts';
import { cursorPlace, readCursor, toCursor } from '../../tools/input/cursor.ts';
import type { MethodContext } from '../method.ts';
import type { JsonObject } from '../params.ts';

/** The files on one page. */
const pageSize = 200;

const root = readDirectoryPath('');

const query = { tool: 'resources/list' };

const position = z.strictObject({ after: cursorPlace });

/**
 * Answers a page of `resources/list`: every file of the caller in the order of the names. A page may be empty and
 * have a next one, where keys stand that are no paths. The types are told by the names, as a listing knows no others.
 */
export async function listResources(
  { cursor }: JsonObject,
  { files, signal }: MethodContext,
  start: string = filesUri,
): Promise<ListResourcesResult> {
  const at = typeof cursor === 'string' ? await readCursor(cursor, query, position) : undefined;
  const after = at && ({ kind: 'file', name: at.after } as const);
  const page = await files.list(root, { recursive: true, limit: pageSize, ...(after && { after }), signal });
  const resources: ListResourcesResult['resources'] = [];
  for (const entry of page.entries) {
    if (entry.kind !== 'file') continue;
    const { name, size, modified } = entry;
    resources.push({
      uri: toFileUri(start, name),
      name: showName(name),
      mimeType: await toMediaType(name),
      size,
      annotations: { lastModified: modified.toISOString() },
    });
  }
  const last = page.truncated ? (page.entries.at(-1) ?? page.after) : undefined;
  return { resources, ...(last && { nextCursor: await toCursor(query, { after: last.name }) }) };
}
