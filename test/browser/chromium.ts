import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

const executablePath = findChromium();

/** `describe` where there is a Chromium; elsewhere one line says why its tests are skipped. */
export const describeInBrowser: typeof describe = executablePath === undefined ? skip() : describe;

function skip() {
  process.stderr.write(
    'No Chromium on this machine: browser tests are skipped. Run npm run browser-tools, or set CHROMIUM.\n',
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
