import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const project = join(import.meta.dirname, '..');
const folders = ['bin', 'lib', 'lambda', 'local', 'ops'];

/** A small project in which every rule is broken once: each file with the modules that it imports. */
const broken: Readonly<Record<string, readonly string[]>> = {
  'lambda/settings.ts': ['./tool-failure.ts'],
  'lambda/tool-failure.ts': [],
  'lambda/files/file-path.ts': ['../text/window.ts'],
  'lambda/text/window.ts': ['../search/plan.ts'],
  'lambda/search/plan.ts': ['../tools/tool.ts'],
  'lambda/tools/tool.ts': ['../mcp/server.ts'],
  'lambda/tools/scopes.ts': ['./tool.ts'],
  'lambda/auth/principal.ts': ['./jwks.ts'],
  'lambda/auth/jwks.ts': ['../files/file-path.ts'],
  'lambda/telemetry/log.ts': ['../mcp/server.ts'],
  'lambda/mcp/server.ts': ['../aws/http-api.ts'],
  'lambda/aws/http-api.ts': ['../tools/tool.ts'],
  'lambda/metadata/endpoint.ts': ['../settings.ts'],
  'lambda/mcp/handler.ts': ['../../ops/one.ts'],
  'lib/stack.ts': ['../lambda/mcp/server.ts'],
  'ops/one.ts': ['./two.ts', '../test/three.ts'],
  'ops/two.ts': ['./one.ts', './absent.ts'],
  'ops/unused.ts': [],
  'test/three.ts': [],
  'bin/app.ts': ['../lib/stack.ts'],
};

function runImportCheck(directory: string) {
  const command = join(project, 'node_modules', '.bin', 'depcruise');
  const config = join(project, '.dependency-cruiser.mjs');
  return spawnSync(command, [...folders, '--config', config, '--output-type', 'json'], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(project, 'node_modules', '.bin')}:${process.env.PATH}` },
    maxBuffer: 64 * 1024 ** 2,
  });
}

describe('the import rule', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'import-rules-'));
    for (const folder of folders) mkdirSync(join(directory, folder));
    for (const [file, imports] of Object.entries(broken)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      const lines = imports.map((from, index) => `import type { A${index} } from '${from}';`);
      writeFileSync(join(directory, file), `${lines.join('\n')}\nexport type A = 1;\n`);
    }
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is red for each of its rules that is broken', () => {
    const { stdout } = runImportCheck(directory);
    const { violations } = JSON.parse(stdout).summary;
    const names: string[] = violations.map(({ rule }: { rule: { name: string } }) => rule.name);
    expect([...new Set(names)].sort()).toEqual(
      [
        'lib-knows-names-of-lambda-only',
        'no-circles',
        'no-file-without-a-caller',
        'no-tests-outside-test',
        'no-unresolved-import',
        'room-auth',
        'room-auth-keys',
        'room-aws',
        'room-composition-roots',
        'room-files',
        'room-ground-floor',
        'room-mcp',
        'room-metadata',
        'room-scopes',
        'room-search',
        'room-telemetry',
        'room-text',
        'room-tools',
        'what-ships-stands-alone',
      ].sort(),
    );
  });

  it('is green for this project, and has a rule for every room of lambda/', () => {
    const { status, stdout } = runImportCheck(project);
    const { violations } = JSON.parse(stdout).summary;
    expect({ status, violations }).toEqual({ status: 0, violations: [] });
    const rules = readFileSync(join(project, '.dependency-cruiser.mjs'), 'utf8');
    const rooms = readdirSync(join(project, 'lambda'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name } of rooms) expect(rules).toMatch(new RegExp(`room\\(\\s*'${name}'`));
  });

  it('lets lib/ take types only from the settings of the functions', () => {
    const imports = execFileSync('git', ['grep', '-hE', 'lambda/settings', '--', 'lib'], {
      cwd: project,
      encoding: 'utf8',
    });
    for (const line of imports.trim().split('\n')) expect(line).toMatch(/^import type /);
  });
});
