import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
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

/**
 * Builds every function into `dist/lambda/<name>/index.mjs`, and answers esbuild's account of each. What a
 * function imports while it runs lies in files of its own, which a start does not read. Names are kept whole,
 * so that a stack trace in the log can be read. The same sources give the same bytes, and a file that has them
 * already is left alone, so that builds side by side do not disturb whoever reads it.
 */
export async function bundleFunctions(): Promise<Record<FunctionName, Metafile>> {
  const [mcp, metadata] = await Promise.all(functionNames.map(bundleFunction));
  if (!mcp || !metadata) throw new Error('a function was not built');
  return { mcp, metadata };
}

async function bundleFunction(name: FunctionName): Promise<Metafile> {
  const files = name === 'metadata' ? { 'connect-page.json': await buildConnectPage() } : {};
  return bundleHandler(`lambda/${name}/handler.ts`, toFunctionDirectory(name), files);
}

/**
 * Builds one handler, a path within the project, into `index.mjs` of the directory, as `bundleFunctions` does. `files`
 * are put beside it, by their names.
 */
export async function bundleHandler(
  entryPoint: string,
  directory: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Metafile> {
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
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  await mkdir(directory, { recursive: true });
  for (const { path, contents } of outputFiles) await writeIfChanged(path, contents);
  for (const [name, content] of Object.entries(files))
    await writeIfChanged(join(directory, name), Buffer.from(content));
  const names = [...outputFiles.map(({ path }) => basename(path)), ...Object.keys(files)];
  await removeOthers(directory, new Set(names));
  return metafile;
}

/** What an earlier build left must not be uploaded with this one. */
async function removeOthers(directory: string, names: ReadonlySet<string>): Promise<void> {
  const others = (await readdir(directory)).filter((name) => !names.has(name));
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
    const { bytes = 0, inputs = {} } = outputs[path] ?? {};
    const sizes = Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput]);
    return { path, bytes, inputs: Object.fromEntries(sizes) };
  });
}
