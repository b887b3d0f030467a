import { renameSync, writeFileSync } from 'node:fs';

/** Writes a private file whole or not at all: a reader sees the old content or the new, never half of it. */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}
