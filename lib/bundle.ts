import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { ScopeTable } from '../lambda/tools/scopes.ts';
import { withoutUnusedSchemas } from './bundling/without-unused-schemas.ts';
import { withoutValidator } from './bundling/without-validator.ts';
import { buildConnectPage } from './connect-page.ts';
import { readOwnTools, toHandlerSource } from './own-tools.ts';

/** The functions of the deployment; each is `lambda/<name>/handler.ts`. */
export const functionNames = ['mcp', 'metadata'] as const;

/** The name of a function. */
export type FunctionName = (typeof functionNames)[number];

const project = join(import.meta.dirname, '..');

/** Of the sources, which are compiled in the package. */
const extension = extname(import.meta.filename);

/** The directory of a built function, which is what `cdk deploy` uploads and `npm start` runs. */
export function toFunctionDirectory(name: FunctionName): string {
  return join(project, 'dist', 'lambda', name);
}

/** The directory of a function's source maps, which are not uploaded: `npm run trace` reads them. */
export function toSourceMapDirectory(name: FunctionName): string {
  return join(project, 'dist', 'source-maps', name);
}

/** The directories of the built functions. */
export type ServerCode = Readonly<Record<FunctionName, string>>;

/** What the functions are built from, beside the sources of this project. */
export interface BundleOptions {
  /**
   * The path of a module with tools of your own, which exports `tools` and `scopesOfTools`.
   *
   * @default - the tools of this server alone
   */
  readonly tools?: string;
  /**
   * Where the functions are built; their source maps are beside them.
   *
   * @default dist/mcp-file-server
   */
  readonly directory?: string;
}

/**
 * Builds every function into `dist/lambda/<name>/index.mjs`, and returns esbuild's metafile of each. Code that a
 * function imports while it runs goes into files of its own, which a start does not read. The same sources give the
 * same bytes, and unchanged files are not rewritten, so that parallel builds do not disturb whoever reads them.
 */
export async function bundleFunctions(): Promise<Record<FunctionName, Metafile>> {
  const [mcp, metadata] = await Promise.all([
    bundleFunction('mcp', `lambda/mcp/handler${extension}`),
    bundleFunction('metadata', `lambda/metadata/handler${extension}`, await toPageFile()),
  ]);
  return { mcp, metadata };
}

/**
 * Builds the functions for an app of its own, as `bundleFunctions` does, with the tools of a module beside those of
 * this server. Throws `InvalidTools` for a module that cannot be served.
 */
export async function bundleFileServer({
  tools,
  directory = join('dist', 'mcp-file-server'),
}: BundleOptions = {}): Promise<ServerCode> {
  const path = tools === undefined ? undefined : resolve(tools);
  const own = path === undefined ? {} : await readOwnTools(path);
  const code = { mcp: resolve(directory, 'mcp'), metadata: resolve(directory, 'metadata') };
  const maps = resolve(directory, 'source-maps');
  const source = path === undefined ? undefined : toHandlerSource(path, project, extension);
  await bundleInto(code.mcp, join(maps, 'mcp'), source ?? `lambda/mcp/handler${extension}`);
  const handler = `lambda/metadata/handler${extension}`;
  await bundleInto(code.metadata, join(maps, 'metadata'), handler, await toPageFile(own));
  return code;
}

async function toPageFile(own: ScopeTable = {}): Promise<Files> {
  return { 'connect-page.json': await buildConnectPage(own) };
}

async function bundleFunction(name: FunctionName, entryPoint: string, files: Files = {}): Promise<Metafile> {
  return bundleInto(toFunctionDirectory(name), toSourceMapDirectory(name), entryPoint, files);
}

/** `entry` is the path of a handler within the project, or the source of one. */
async function bundleInto(
  directory: string,
  mapDirectory: string,
  entry: string,
  files: Files = {},
): Promise<Metafile> {
  const { metafile, code, maps } = await compile(entry, directory);
  await writeDirectory(directory, { ...code, ...files });
  await writeDirectory(mapDirectory, maps);
  return metafile;
}

/** Builds one handler, a path within the project, into `index.mjs` of the directory, as `bundleFunctions` does. */
export async function bundleHandler(entryPoint: string, directory: string): Promise<Metafile> {
  const { metafile, code } = await compile(entryPoint, directory);
  await writeDirectory(directory, code);
  return metafile;
}

/** The contents of files by their names. */
type Files = Readonly<Record<string, Uint8Array | string>>;

/**
 * What a function runs in threads of their own, by the name of the file: `lambda/documents/session.ts` starts it. Only
 * the metadata function reads no documents.
 */
function toThreads(entry: string): Readonly<Record<string, string>> {
  if (entry.startsWith('lambda/metadata/')) return {};
  return { 'document-worker': `lambda/documents/worker${extension}` };
}

async function compile(entry: string, directory: string) {
  const isSource = entry.includes('\n');
  const { metafile, outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: { index: isSource ? 'generated-handler' : entry, ...toThreads(entry) },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // Nothing in the code points to the maps, so a start does not read them.
    sourcemap: 'external',
    plugins: [withoutValidator, withoutUnusedSchemas, ...(isSource ? [fromSource(entry)] : [])],
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const isMap = (path: string) => path.endsWith('.map');
  const files = outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
  const outputs = Object.entries(metafile.outputs).filter(([path]) => !isMap(path));
  return {
    metafile: { ...metafile, outputs: Object.fromEntries(outputs) },
    code: Object.fromEntries(files.filter(([name]) => !isMap(name))),
    maps: Object.fromEntries(files.filter(([name]) => isMap(name))),
  };
}

/** Gives the source of the handler that is made for an app. */
function fromSource(contents: string): Plugin {
  return {
    name: 'generated-handler',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^generated-handler$/ }, ({ path }) => ({ path, namespace: 'generated' }));
      onLoad({ filter: /.*/, namespace: 'generated' }, () => ({
        contents,
        resolveDir: project,
        loader: 'js',
      }));
    },
  };
}

/** Removes what an earlier build left, so that it is not uploaded with this one. */
async function writeDirectory(directory: string, files: Files): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeIfChanged(join(directory, name), Buffer.from(content));
  }
  const others = (await readdir(directory)).filter((name) => !Object.hasOwn(files, name));
  for (const name of others) await rm(join(directory, name), { force: true });
}

async function writeIfChanged(path: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await writeFile(path, contents);
}

/** A file that Node reads before a function's first request, and what it holds. */
export interface StartFile {
  readonly path: string;
  readonly bytes: number;
  /** The Node modules that it imports statically. */
  readonly nodeModules: readonly string[];
  /** The bytes that each source takes in it, by its path within the project. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** The files that a start of a function reads: `index.mjs`, and all that is imported statically from there on. */
export function listStartFiles({ outputs }: Metafile): readonly StartFile[] {
  const index = Object.keys(outputs).find((path) => basename(path) === 'index.mjs');
  if (index === undefined) throw new Error('the bundle has no index.mjs');
  const paths = new Set([index]);
  for (const path of paths) {
    const statements = outputs[path]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    for (const { path, external } of statements) if (!external) paths.add(path);
  }
  return [...paths].map((path) => {
    const { bytes = 0, inputs = {}, imports = [] } = outputs[path] ?? {};
    const external = imports.filter((one) => one.external && one.kind === 'import-statement');
    const nodeModules = external.map((one) => one.path);
    const sizes = Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput]);
    return { path, bytes, nodeModules, inputs: Object.fromEntries(sizes) };
  });
}

/** Lists what the files of a start hold: one line per package or folder of our own, the largest first. */
export function toStartReport(files: readonly StartFile[]): string {
  const sizes = new Map<string, number>();
  for (const [input, bytes] of files.flatMap((file) => Object.entries(file.inputs))) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input) ?? [];
    const owner = name ?? dirname(input);
    sizes.set(owner, (sizes.get(owner) ?? 0) + bytes);
  }
  return [...sizes]
    .toSorted(([, one], [, other]) => other - one)
    .map(([owner, bytes]) => `${bytes.toLocaleString('en').padStart(9)} ${owner}`)
    .join('\n');
}
