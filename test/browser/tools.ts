import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What only the browser tests need; a package of its own, so that nobody else installs it. */
export const toolsDirectory = join(import.meta.dirname, 'tools');

/** The Chromium that `npm run browser-tools` brings from the npm registry. */
export const toolChromium = join(toolsDirectory, 'node_modules', '.chromium', 'chromium');

/** The program that starts the MCP Inspector. */
export const inspectorLauncher = join(
  toolsDirectory,
  'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
);

/** Installs the packages as their lock file says, unless they are there. Throws when that fails. */
export function installTools(): void {
  if (existsSync(inspectorLauncher)) return;
  execFileSync('npm', ['ci'], { cwd: toolsDirectory, stdio: 'ignore', timeout: 300_000 });
}
