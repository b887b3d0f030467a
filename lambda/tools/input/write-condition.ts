import * as z from 'zod';
import type { WriteCondition } from '../../files/file-store.ts';
import { ToolFailure } from '../../tool-failure.ts';

/** The `if_match` argument of a tool that replaces a file. */
export const ifMatchInput = z.string().optional().describe('etag that the file must still have');

/** An etag as the file store names it, in a cursor: it becomes a header. */
export const etagInCursor = z
  .string()
  .max(202)
  .regex(/^"[\x21\x23-\x7e]+"$/);

/** The `create_only` argument of a tool that writes a file. */
export const createOnlyInput = z.boolean().default(false).describe('Refuse if the file exists');

/** Reads what a write demands of what is there. Throws `ToolFailure` for what is no etag, and for both at once. */
export function readWriteCondition(ifMatch: string | undefined, createOnly = false): WriteCondition {
  if (ifMatch === undefined) return { kind: createOnly ? 'absent' : 'none' };
  if (createOnly) {
    throw new ToolFailure('if_match and create_only exclude each other: leave one of them out');
  }
  return { kind: 'match', etag: readEtag(ifMatch) };
}

/**
 * Reads an entity tag (RFC 9110 section 8.8.3), with its quotes or without them, as models often send it. `*` is
 * refused however it is written: it stands for any content, and who guards a write does not want that.
 */
function readEtag(text: string): string {
  const [, tag] = /^"?([\x21\x23-\x7e]{1,200})"?$/.exec(text) ?? [];
  if (tag !== undefined && tag !== '*') return `"${tag}"`;
  throw new ToolFailure('if_match is no etag: pass the etag of the file from an earlier answer');
}
