import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from './start-failure.ts';

/** Makes the directory of the local stack's data. Throws `StartFailure` when nothing can be written there. */
export async function makeDataDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    // A directory can exist and still refuse files, such as /proc, where a recursive mkdir would never return.
    await rmdir(await mkdtemp(join(directory, '.writable-')));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartFailure(
      `set LOCAL_DATA_DIR to a directory that can be written, ${directory} cannot: ${code}`,
      { cause },
    );
  }
}

/** Calls `tell` when the directory of a running stack disappears, because everything written from then on would be lost. */
export function onceDeleted(directory: string, tell: (message: string) => void): void {
  const watch = setInterval(() => {
    if (existsSync(directory)) return;
    clearInterval(watch);
    tell(`${directory} was deleted, and with it all files and keys: run npm start again to begin anew`);
  }, 500).unref();
}
