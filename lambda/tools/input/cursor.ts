import * as z from 'zod';
import { isFilePath } from '../../files/file-path.ts';
import { ToolFailure } from '../../tool-failure.ts';

/** What a cursor belongs to: the name of the tool, and every argument that decides what comes next. */
export type CursorQuery = { readonly tool: string } & Readonly<Record<string, unknown>>;

/** Above any cursor that this server makes: the longest hold two paths and an etag. */
const maxLength = 8192;

/** The `cursor` argument of a tool that answers page by page. */
export const cursorInput = z
  .string()
  .max(maxLength, 'the cursor is not one of this server: call again without cursor')
  .optional()
  // Some clients write an empty string where there is none.
  .transform((cursor) => (cursor === '' ? undefined : cursor))
  .describe('next_cursor of the last answer');

/** The name of a file in a cursor: one that a listing can have shown. */
export const cursorName = z.string().refine(isFilePath);

/** How far a listing got. It can be any name that a key may have, because a listing also passes keys that no path leads to. */
export const cursorPlace = z
  .string()
  .min(1)
  .max(1024)
  .refine((name) => name.isWellFormed());

const envelope = z.strictObject({ query: z.string(), position: z.unknown() });

/**
 * Writes a position, which is plain JSON data, as an opaque string that only the same query accepts. It is not signed:
 * its holder could have asked for any other position anyway.
 */
export async function toCursor(query: CursorQuery, position: object): Promise<string> {
  const text = JSON.stringify({ query: await toHash(query), position });
  return toBase64Url(new TextEncoder().encode(text));
}

/** Reads the position of a cursor that `toCursor` wrote for the same query. Throws `ToolFailure`. */
export async function readCursor<Position extends z.ZodType>(
  cursor: string,
  query: CursorQuery,
  position: Position,
): Promise<z.infer<Position>> {
  const opened = envelope.safeParse(decode(cursor));
  if (!opened.success) throw refuse('is not one of this server');
  if (opened.data.query !== (await toHash(query))) throw refuse('was made for other arguments');
  const read = position.safeParse(opened.data.position);
  if (!read.success) throw refuse('is too old');
  return read.data;
}

function refuse(fault: string): ToolFailure {
  return new ToolFailure(`the cursor ${fault}: call again without cursor`);
}

function decode(cursor: string): unknown {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Nine bytes of SHA-256 are enough to tell queries apart: nobody gains anything from a collision. */
async function toHash(query: CursorQuery): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(query));
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 9));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
