import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundle.ts';
import { readSection, toPackageTable } from '../readme/sections.ts';
import { readNamedTests } from '../support/named-tests.ts';
import { type DeployedPackage, listDeployedPackages } from './deployed-packages.ts';

const project = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(project, 'SECURITY.md'), 'utf8');
const [, afterHeading = ''] = page.split('## Threats\n');
const [threats = ''] = afterHeading.split('\n## ');
const shown = readNamedTests(threats, 'Threat');

describe('the threats in SECURITY.md', () => {
  it('are answered by a test each', () => {
    expect(shown.length).toBeGreaterThan(25);
    expect(shown.filter(({ file }) => file === undefined)).toEqual([]);
  });

  it.each(shown)('name a test that there is: $file "$title"', ({ file = '', title = '' }) => {
    expect(readFileSync(join(project, file), 'utf8')).toContain(title);
  });
});

describe('what is deployed', () => {
  let packages: readonly DeployedPackage[];
  let built: Awaited<ReturnType<typeof bundleFunctions>>;

  beforeAll(async () => {
    built = await bundleFunctions();
    packages = listDeployedPackages(built);
  });

  it('holds no package that runs a script when it is installed', () => {
    expect(packages.map(({ name }) => name)).toContain('@modelcontextprotocol/server');
    expect(packages.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
  });

  // `npm run readme` writes the table anew.
  it('holds the packages that SECURITY.md lists, with their versions and licences', () => {
    expect(readSection('packages')).toBe(toPackageTable(built));
  });
});

describe('the packages whose install scripts may run', () => {
  it('are Node itself, and none else', () => {
    const { allowScripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const allowed = Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([['node', true]]);
  });
});
