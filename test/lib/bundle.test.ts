import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, bundleHandler, listStartFiles } from '../../lib/bundle.ts';

describe('the bundle of a function', () => {
  it('leaves nothing of an earlier build', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    writeFileSync(join(directory, 'old-ABCDEFGH.mjs'), '');
    await bundleHandler('lambda/metadata/handler.ts', directory);
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/^connect-page-\w+\.mjs$/), 'index.mjs']);
    rmSync(directory, { recursive: true });
  });

  // What every start pays for; `npm run build -- --report` tells what takes them.
  it('lets a start of the MCP function read at most 650,000 bytes', async () => {
    const files = listStartFiles((await bundleFunctions()).mcp);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(650_000);
  });

  it.each([
    ['a validator of JSON Schemas', /ajv|cfWorkerProvider/],
    ['what makes diffs', /node_modules\/diff\//],
    ['the table of media types', /node_modules\/mrmime\//],
    ['what signs URLs', /s3-request-presigner/],
    ['a tool', /lambda\/tools\/(?!catalogue|scopes|enter-tool|answer\/file-failure|input\/json-bounds)/],
    ['searches and texts', /lambda\/(search|text)\//],
    ['documents', /lambda\/documents\/|node_modules\/(unpdf|htmlparser2|postal-mime)\//],
    ['regular expressions of its own', /node_modules\/re2js\//],
  ])('reads at a start nothing of %s', async (_what, module) => {
    const files = listStartFiles((await bundleFunctions()).mcp);
    const inputs = files.flatMap((file) => Object.keys(file.inputs));
    expect(inputs.filter((input) => module.test(input))).toEqual([]);
  });

  it('reads at a start one HTTP stack, that of the S3 client', async () => {
    const files = listStartFiles((await bundleFunctions()).mcp);
    const stacks = files.flatMap((file) => file.nodeModules).filter((name) => /http|undici/.test(name));
    expect(stacks).toEqual(['node:https']);
    const inputs = files.flatMap((file) => Object.keys(file.inputs));
    expect(inputs.filter((input) => /undici|fetch-http-handler/.test(input))).toEqual([]);
  });

  it('reads at a start neither STS nor DynamoDB, which few deployments use', async () => {
    const files = listStartFiles((await bundleFunctions()).mcp);
    const inputs = files.flatMap((file) => Object.keys(file.inputs));
    expect(inputs).toContain('lambda/mcp/handler.ts');
    expect(inputs.filter((input) => /@aws-sdk\/client-(sts|dynamodb)\//.test(input))).toEqual([]);
  });
});

describe('the bundles', () => {
  it('hold in the metadata function its own few files and no package', async () => {
    const { metadata } = await bundleFunctions();
    expect(Object.keys(metadata.inputs).sort()).toEqual([
      'lambda/aws/document-handler.ts',
      'lambda/metadata/authorization-server.ts',
      'lambda/metadata/connect-page.ts',
      'lambda/metadata/endpoint.ts',
      'lambda/metadata/handler.ts',
      'lambda/metadata/protected-resource.ts',
      'lambda/metadata/registration.ts',
      'lambda/settings.ts',
      'lambda/tools/scopes.ts',
    ]);
  });

  it('let a start of the metadata function read below 8 KB, and no connect page', async () => {
    const { outputs } = (await bundleFunctions()).metadata;
    const index = Object.entries(outputs).find(([file]) => file.endsWith('/index.mjs'))?.[1];
    const others = index?.imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
    expect(others).toEqual([]);
    expect(Object.keys(index?.inputs ?? {})).not.toContain('lambda/metadata/connect-page.ts');
    expect(index?.bytes).toBeLessThan(8 * 1024);
  });

  it('hold in the MCP function nothing of local/, test/ or the 1.x SDK', async () => {
    const { mcp } = await bundleFunctions();
    const foreign = Object.keys(mcp.inputs).filter((input) =>
      /^(local|test|ops|lib|bin)\/|modelcontextprotocol\/(sdk|client)\//.test(input),
    );
    expect(foreign).toEqual([]);
  });

  it('load the clients of STS and DynamoDB only where a deployment uses them', async () => {
    const { mcp } = await bundleFunctions();
    const optional = ['lambda/aws/quota-table.ts', 'lambda/aws/tenant-files.ts'];
    const isClient = (path: string) => /@aws-sdk\/client-(sts|dynamodb)\//.test(path);
    for (const [from, { imports }] of Object.entries(mcp.inputs)) {
      for (const { path, kind } of imports) {
        if (isClient(path)) expect(isClient(from) || optional.includes(from)).toBe(true);
        if (optional.includes(path)) expect(kind).toBe('dynamic-import');
      }
    }
    expect(Object.keys(mcp.inputs)).toEqual(expect.arrayContaining(optional));
  });

  it('need nothing at run time but Node itself', async () => {
    for (const { outputs } of Object.values(await bundleFunctions())) {
      const external = Object.values(outputs).flatMap(({ imports }) =>
        imports.filter(({ external }) => external).map(({ path }) => path),
      );
      expect(external.filter((path) => !/^node:/.test(path) && !isBuiltinModule(path))).toEqual([]);
    }
  });
});

function isBuiltinModule(name: string): boolean {
  return process.getBuiltinModule(name) !== undefined;
}
