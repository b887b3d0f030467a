import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions, toFunctionDirectory, toSourceMapDirectory } from '../../lib/bundle.ts';
import { toSourcePositions } from '../../ops/source-positions.ts';

describe('the positions of a stack trace', () => {
  it('are those of the sources', async () => {
    await bundleFunctions();
    const code = readFileSync(join(toFunctionDirectory('metadata'), 'index.mjs'), 'utf8');
    const lines = code.split('\n');
    const line = lines.findIndex((one) => one.includes('the environment of the function is wrong'));
    const column = lines[line]?.indexOf('the environment of the function is wrong') ?? -1;
    const trace = `Error: wrong\\n    at k (file:///var/task/index.mjs:${line + 1}:${column + 1})\\n at b.mjs:1:1`;
    const readMap = (file: string) =>
      file === 'index.mjs'
        ? JSON.parse(readFileSync(join(toSourceMapDirectory('metadata'), 'index.mjs.map'), 'utf8'))
        : undefined;
    const source = readFileSync(join(import.meta.dirname, '../../lambda/settings.ts'), 'utf8').split('\n');
    const expected = source.findIndex((one) => one.includes('the environment of the function is wrong')) + 1;
    expect(toSourcePositions(trace, readMap)).toMatch(
      new RegExp(
        `^Error: wrong\\\\n    at k \\(lambda/settings\\.ts:${expected}:\\d+\\)\\\\n at b\\.mjs:1:1$`,
      ),
    );
  });
});
