import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, bundleHandler } from '../../lib/bundle.ts';

describe('the bundle of a function', () => {
  it('leaves nothing of an earlier build', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    writeFileSync(join(directory, 'old-ABCDEFGH.mjs'), '');
    await bundleHandler('lambda/metadata/handler.ts', directory);
    expect(readdirSync(directory)).toEqual(['index.mjs']);
    rmSync(directory, { recursive: true });
  });

  it('reads at a start neither STS nor DynamoDB, which few deployments use', async () => {
    const { outputs } = (await bundleFunctions()).mcp;
    const index = Object.keys(outputs).find((file) => file.endsWith('/index.mjs')) ?? '';
    const read = new Set([index]);
    for (const file of read) {
      const statements = outputs[file]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
      for (const { path, external } of statements) if (!external) read.add(path);
    }
    const inputs = [...read].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    expect(inputs).toContain('lambda/mcp/handler.ts');
    expect(inputs.filter((input) => /@aws-sdk\/client-(sts|dynamodb)\//.test(input))).toEqual([]);
  });
});
