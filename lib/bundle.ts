import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { withoutUnusedSchemas } from './bundling/without-unused-schemas.ts';
import { withoutValidator } from './bundling/without-validator.ts';
import { buildConnectPage } from './connect-page.ts';

/** The functions of the deployment; each is `lambda/<name>/handler.ts`. */
export const functionNames = ['mcp', 'metadata'] as const;

/** The name of a function. */
export type FunctionName = (typeof functionNames)[number];

const project = join(import.meta.dirname, '..');

/** The directory of a built function, which is what `cdk deploy` uploads and `npm start` runs. */
export function toFunctionDirectory(name: FunctionName): string {
  return join(project, 'dist', 'lambda', name);
}

/** The directory of a function's source maps, which are not uploaded: `npm run trace` reads them. */
export function toSourceMapDirectory(name: FunctionName): string {
  return join(project, 'dist', 'source-maps', name);
}

/**
 * Builds every function into `dist/lambda/<name>/index.mjs`, and answers esbuild's account of each. What a
 * function imports while it runs lies in files of its own, which a start does not read. The same sources give the
 * same bytes, and a file that has them already is left alone, so that builds side by side do not disturb whoever
 * reads it.
 */
export async function bundleFunctions(): Promise<Record<FunctionName, Metafile>> {
  const [mcp, metadata] = await Promise.all(functionNames.map(bundleFunction));
  if (!mcp || !metadata) throw new Error('a function was not built');
  return { mcp, metadata };
}

async function bundleFunction(name: FunctionName): Promise<Metafile> {
  const files = name === 'metadata' ? { 'connect-page.json': await buildConnectPage() } : {};
  const { metafile, code, maps } = await compile(`lambda/${name}/handler.ts`, toFunctionDirectory(name));
  await writeDirectory(toFunctionDirectory(name), { ...code, ...files });
  await writeDirectory(toSourceMapDirectory(name), maps);
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

async function compile(entryPoint: string, directory: string) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: { index: entryPoint },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // Nothing in the code points to the maps, so that they take no time of a start.
    sourcemap: 'external',
    plugins: [withoutValidator, withoutUnusedSchemas],
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

/** What an earlier build left must not be uploaded with this one. */
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

/** A file that Node reads before a function's first request, and what lies in it. */
export interface StartFile {
  readonly path: string;
  readonly bytes: number;
  /** The modules of Node that it imports statically. */
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

/** Writes down what the files of a start hold, a package or a folder of our own a line, the largest first. */
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
