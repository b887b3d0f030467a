import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleFunctions } from '../../lib/bundle.ts';

const project = join(import.meta.dirname, '..', '..');

/** Every import of a source file, those on first use among them: the module it names, and whether only types come from it. */
function readImports(file: string): { from: string; typeOnly: boolean }[] {
  const source = readFileSync(join(project, file), 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gms);
  const onFirstUse = source.matchAll(/\b(import)\(\s*['"`]([^'"`]+)/g);
  return [...statements, ...onFirstUse].map(([, kind = '', name = '']) => ({
    from: name.startsWith('.') ? relative(project, join(project, dirname(file), name)) : name,
    typeOnly: kind.startsWith('type'),
  }));
}

function listSources(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

const isRoot = (file: string) => /^lambda\/(\w+\/handler|mcp\/function)\.ts$/.test(file);

/** Files that decide and do nothing else: no network, no clock, no package. */
const pure = [
  /^lambda\/files\//,
  /^lambda\/auth\/(?!jwks|verifier)/,
  /^lambda\/tools\/scopes\.ts$/,
  /^lambda\/metric-names\.ts$/,
  /^lambda\/metadata\/(?!handler)/,
];

/** What each folder may import from; the composition roots may join everything. */
const allowed: readonly [RegExp, RegExp][] = [
  [/^lambda\/auth\//, /^(lambda\/auth\/|lambda\/log\.ts$|jose$)/],
  [
    /^lambda\/tools\//,
    /^(lambda\/tools\/|lambda\/files\/|lambda\/auth\/principal\.ts$|zod$|re2js$|diff$|mrmime$)/,
  ],
  [
    /^lambda\/mcp\//,
    /^(lambda\/(mcp|auth|tools|files)\/|lambda\/(log|embedded-metrics|metric-names|invocation)\.ts$|@modelcontextprotocol\/server$|zod$|node:crypto$)/,
  ],
  [/^lambda\/aws\//, /^(lambda\/(aws|files)\/|lambda\/invocation\.ts$|node:crypto$|@aws-sdk\/|aws-lambda$)/],
  [/^lambda\/(settings|metric-names|invocation)\.ts$/, /^$/],
  [/^lambda\/(log|embedded-metrics)\.ts$/, /^lambda\/(embedded-metrics|metric-names)\.ts$/],
  [/^lambda\/(files|metadata)\//, /^lambda\/(files|metadata)\/|^lambda\/tools\/scopes\.ts$/],
];

describe('the import rule of lambda/', () => {
  const files = listSources('lambda');

  it('reads the imports it judges', () => {
    expect(readImports('lambda/mcp/function.ts')).toContainEqual({
      from: 'node:crypto',
      typeOnly: false,
    });
    expect(readImports('lambda/mcp/handler.ts')).toContainEqual({
      from: 'lambda/tools/catalogue.ts',
      typeOnly: false,
    });
    expect(readImports('lambda/tools/catalogue.ts')).toContainEqual({
      from: 'lambda/tools/read-file.ts',
      typeOnly: false,
    });
    expect(readImports('lambda/tools/regular-expression.ts')).toContainEqual({
      from: 're2js',
      typeOnly: false,
    });
    expect(readImports('lambda/tools/tool.ts')).toContainEqual({
      from: 'lambda/auth/principal.ts',
      typeOnly: true,
    });
  });

  it.each(files.filter((file) => pure.some((pattern) => pattern.test(file))))('keeps %s pure', (file) => {
    for (const { from } of readImports(file)) {
      expect(pure.some((pattern) => pattern.test(from))).toBe(true);
    }
  });

  it.each(files.filter((file) => !isRoot(file)))('lets %s import only what its folder may', (file) => {
    const rule = allowed.find(([pattern]) => pattern.test(file));
    for (const { from } of readImports(file))
      expect({ from, by: file }).toMatchObject({ from: expect.stringMatching(rule?.[1] ?? /^$/) });
  });

  it.each(listSources('lib'))(
    'lets %s import nothing of lambda/ but the scopes, the names of the metrics and the type of the settings',
    (file) => {
      const imports = readImports(file).filter(({ from }) => from.startsWith('lambda/'));
      for (const { from, typeOnly } of imports) {
        const isShared = ['lambda/tools/scopes.ts', 'lambda/metric-names.ts'].includes(from);
        expect(isShared || (from === 'lambda/settings.ts' && typeOnly)).toBe(true);
      }
    },
  );

  it.each([...files, ...listSources('lib')])('keeps local/ and test/ out of %s', (file) => {
    for (const { from } of readImports(file)) expect(from).not.toMatch(/^(local|test|ops|bin)\//);
  });
});

describe('the bundles', () => {
  it('hold in the metadata function its own few files and no package', async () => {
    const { metadata } = await bundleFunctions();
    expect(Object.keys(metadata.inputs).sort()).toEqual([
      'lambda/aws/http-api.ts',
      'lambda/metadata/endpoint.ts',
      'lambda/metadata/handler.ts',
      'lambda/metadata/protected-resource.ts',
      'lambda/settings.ts',
      'lambda/tools/scopes.ts',
    ]);
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
