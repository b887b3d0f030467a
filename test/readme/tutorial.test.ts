import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const project = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(project, 'docs/add-a-tool.md'), 'utf8');

/** A block of code on the page that names the file it belongs to. */
interface Block {
  readonly language: string;
  readonly file: string;
  readonly code: string;
}

const blocks: readonly Block[] = [...page.matchAll(/^```(ts|diff) (\S+)\n(.*?)^```$/gms)].map(
  ([, language = '', file = '', code = '']) => ({ language, file, code }),
);

/** Puts the added lines of a diff between its other lines, which must stand in the text exactly once. */
function patch(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const before = lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
  const after = lines.map((line) => line.slice(1));
  const parts = text.split(before.join('\n'));
  if (parts.length !== 2) throw new Error(`${parts.length - 1} places for:\n${diff}`);
  return parts.join(after.join('\n'));
}

describe('the tutorial "Add a tool"', () => {
  let tree: string;

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'tutorial-'));
    for (const name of [
      'lambda',
      'lib',
      'local',
      'ops',
      'test',
      'package.json',
      'tsconfig.json',
      'cdk.json',
    ]) {
      cpSync(join(project, name), join(tree, name), {
        recursive: true,
        filter: (path) => !/[/\\](node_modules|results)$/.test(path),
      });
    }
    symlinkSync(join(project, 'node_modules'), join(tree, 'node_modules'));
    const tests = ['test/lambda/tools/count-words.test.ts', 'test/lambda/tools/catalogue.test.ts'];
    const include = ['lambda', ...tests, 'test/permissions/drive-tools.ts'];
    writeFileSync(
      join(tree, 'tsconfig.tutorial.json'),
      JSON.stringify({ extends: './tsconfig.json', include }),
    );
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  function apply({ language, file, code }: Block): void {
    const path = join(tree, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, language === 'diff' ? patch(readFileSync(path, 'utf8'), code) : code);
  }

  /** Runs a program of `node_modules` in the tree; answers its exit code and what it printed. */
  async function run(program: string, ...words: readonly string[]) {
    const options = { cwd: tree, env: { PATH: process.env.PATH, HOME: tree } };
    return promisify(execFile)(
      process.execPath,
      [join(project, 'node_modules', program), ...words],
      options,
    ).then(
      ({ stdout, stderr }) => ({ code: 0, printed: stdout + stderr }),
      (error) => ({ code: error.code, printed: error.stdout + error.stderr }),
    );
  }

  it('touches the files that it says', () => {
    expect(blocks.map(({ file }) => file)).toEqual([
      'lambda/tools/count-words.ts',
      'lambda/tools/catalogue.ts',
      'lambda/tools/scopes.ts',
      'test/lambda/tools/count-words.test.ts',
      'test/lambda/tools/catalogue.test.ts',
      'test/permissions/drive-tools.ts',
    ]);
  });

  it('does not compile before the tool has scopes, and the compiler names the tool', async () => {
    for (const block of blocks) if (block.file !== 'lambda/tools/scopes.ts') apply(block);
    const { code, printed } = await run('typescript/bin/tsc', '-p', 'tsconfig.tutorial.json');
    expect(code).not.toBe(0);
    expect(printed).toContain("'count_words'");
  }, 240_000);

  it('compiles with them, and its tests and those of the catalogue pass', async () => {
    for (const block of blocks) if (block.file === 'lambda/tools/scopes.ts') apply(block);
    expect(await run('typescript/bin/tsc', '-p', 'tsconfig.tutorial.json')).toEqual({ code: 0, printed: '' });
    const { code, printed } = await run(
      'jest/bin/jest.js',
      'count-words',
      'tools/catalogue',
      // The budget for what a model is given of all tools is the reader's to raise.
      '--testNamePattern',
      'count_words|^the catalogue',
    );
    expect(printed).toContain('PASS test/lambda/tools/count-words.test.ts');
    expect(printed).toContain('PASS test/lambda/tools/catalogue.test.ts');
    expect(code).toBe(0);
  }, 240_000);
});
