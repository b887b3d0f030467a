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

/** Reads the condition of a write. Throws `ToolFailure` for an `if_match` that is not an etag, and for both conditions at once. */
export function readWriteCondition(ifMatch: string | undefined, createOnly = false): WriteCondition {
  if (ifMatch === undefined) return { kind: createOnly ? 'absent' : 'none' };
  if (createOnly) {
    throw new ToolFailure('if_match and create_only exclude each other: leave one of them out');
  }
  return { kind: 'match', etag: readEtag(ifMatch) };
}

/**
 * Reads an entity tag (RFC 9110 section 8.8.3), with or without its quotes, which models often leave out. `*` is refused
 * in both forms: it matches any content, which is not what the caller of a guarded write wants.
 */
function readEtag(text: string): string {
  const [, tag] = /^"?([\x21\x23-\x7e]{1,200})"?$/.exec(text) ?? [];
  if (tag !== undefined && tag !== '*') return `"${tag}"`;
  throw new ToolFailure('if_match is not an etag: pass the etag of the file from an earlier answer');
}
