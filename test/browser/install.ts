/**
 * `npm run browser-tools`: installs the MCP Inspector and a Chromium for the browser tests from the npm registry, and
 * starts that Chromium once. One line tells how it went; the exit code is 1 where the browser tests will be skipped.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { findChromium } from './find-chromium.ts';
import { installTools, toolChromium, toolsDirectory } from './tools.ts';

/** Writes the program out of its package, which is made for Lambda and holds it compressed. */
function unpackChromium(): void {
  mkdirSync(dirname(toolChromium), { recursive: true });
  const code = "import('@sparticuz/chromium').then((module) => module.default.executablePath())";
  const env = { ...process.env, TMPDIR: dirname(toolChromium) };
  execFileSync(process.execPath, ['-e', code], { cwd: toolsDirectory, env, timeout: 120_000 });
}

try {
  installTools();
  if (findChromium() === undefined) unpackChromium();
  const path = findChromium() ?? '';
  const version = execFileSync(path, ['--no-sandbox', '--version'], {
    encoding: 'utf8',
    timeout: 60_000,
  }).trim();
  console.info(`browser tests run with ${version} (${path})`);
} catch (error) {
  rmSync(toolChromium, { force: true });
  const [reason] = String(error instanceof Error ? error.message : error).split('\n', 1);
  console.info(`browser tests are skipped: no Chromium or no Inspector can be had here (${reason})`);
  process.exitCode = 1;
}
