import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { toolChromium } from './tools.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The Chromium of this machine: `CHROMIUM`, the one that `npm run browser-tools` brought, or the first on the path.
 * Undefined where none starts.
 */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const directories = (process.env.PATH ?? '').split(delimiter);
  const paths = directories.flatMap((directory) => names.map((name) => join(directory, name)));
  return [toolChromium, ...paths].find(starts);
}

/** Whether it starts: a Chromium without the libraries that it needs does not even tell its version. */
function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
