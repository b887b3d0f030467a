import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

// What `npm pack` takes: Node strips no types below node_modules, so the sources are compiled.
const project = join(import.meta.dirname, '..');
const output = join(project, 'dist', 'package');
await rm(output, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(project, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.package.json'],
  {
    cwd: project,
    stdio: 'inherit',
  },
);
await cp(join(project, 'lib', 'connect-page'), join(output, 'lib', 'connect-page'), { recursive: true });
