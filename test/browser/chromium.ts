import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The Chromium of this machine: `CHROMIUM`, or the first on the path. Undefined where there is none. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const directories = (process.env.PATH ?? '').split(delimiter);
  return directories.flatMap((directory) => names.map((name) => join(directory, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executablePath = findChromium();

/** `describe` where there is a Chromium; elsewhere one line says why its tests are skipped. */
export const describeInBrowser: typeof describe = executablePath === undefined ? skip() : describe;

function skip() {
  process.stderr.write(
    'No Chromium on this machine: browser tests are skipped. Install it, or set CHROMIUM.\n',
  );
  return describe.skip as typeof describe;
}

/** Runs one browser for all tests of a `describe`. It cannot use the sandbox of Chromium when it runs as root. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      chromiumSandbox: process.getuid?.() !== 0,
    });
  }, 60_000);
  afterAll(() => browser?.close());
  return () => {
    if (!browser) throw new Error('the browser did not start');
    return browser;
  };
}
