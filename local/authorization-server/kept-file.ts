import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { StartFailure } from '../start-failure.ts';

/**
 * Reads a JSON file that `replaceFile` wrote, or returns undefined when there is none. Throws `StartFailure` when it
 * holds something else.
 */
export function readKeptFile<Content>(path: string, schema: z.ZodType<Content>): Content | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new StartFailure(`${path} is damaged: delete it, a new one is made at the next start`, { cause });
  }
}

/** Writes a private file whole or not at all: a reader sees the old content or the new, never half of it. */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}
