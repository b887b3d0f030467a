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

/**
 * Installs the packages as their lock file says, unless they are there. Throws when that fails. `npm ci` would not do: it
 * refuses the whole lock file for one optional package, for Windows only, that not every registry has.
 */
export function installTools(): void {
  if (existsSync(inspectorLauncher)) return;
  const options = { cwd: toolsDirectory, stdio: 'ignore', timeout: 480_000 } as const;
  execFileSync('npm', ['install', '--no-save'], options);
}
