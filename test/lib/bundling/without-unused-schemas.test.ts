import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, bundleHandler, listStartFiles } from '../../../lib/bundle.ts';

describe('a bundle without unused schemas', () => {
  it.each([
    ['an operation of S3 that no tool asks for', 'PutBucketLifecycleConfiguration'],
    ['a document of OAuth that the MCP SDK could check', 'introspection_endpoint_auth_methods_supported'],
  ])('holds nothing of %s', async (_what, name) => {
    const files = listStartFiles((await bundleFunctions()).mcp);
    const texts = await Promise.all(files.map(({ path }) => readFile(path, 'utf8')));
    expect(texts.join('\n')).toContain('GetObject');
    expect(texts.filter((text) => text.includes(name))).toEqual([]);
  });

  it('holds them again, and complete, where somebody uses them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    await bundleHandler('test/lib/bundling/spec-types.ts', directory);
    // In a process of its own, because the tests' own modules are of another form.
    const script = `
      const { isSpecType, specTypeSchemas } = await import(${JSON.stringify(join(directory, 'index.mjs'))});
      const tokens = { access_token: 'a', token_type: 'Bearer' };
      const answer = [
        Object.keys(specTypeSchemas).length === Object.keys(isSpecType).length,
        isSpecType.CallToolResult({ content: [{ type: 'text', text: 'a' }] }),
        isSpecType.CallToolResult({ content: 'a' }),
        specTypeSchemas.OAuthTokens['~standard'].validate(tokens).value,
      ];
      console.log(JSON.stringify(answer));`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(JSON.parse(String(answer))).toEqual([
      true,
      true,
      false,
      { access_token: 'a', token_type: 'Bearer' },
    ]);
    rmSync(directory, { recursive: true });
  });
});
