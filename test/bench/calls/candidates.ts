import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleHandler, listStartFiles } from '../../../lib/bundle.ts';
import { commitBefore } from './arguments.ts';
import type { Era } from './events.ts';

/** A server that is measured, or that others are compared with. */
export interface Candidate {
  /** A letter for tables and charts. */
  readonly name: 'F' | 'A' | 'B' | 'C' | 'D' | 'E' | 'G' | 'M';
  readonly description: string;
  readonly eras: readonly Era[];
}

/** A candidate whose handler is ready to load. */
export interface BuiltCandidate extends Candidate {
  /** The module that exports `handler`. */
  readonly handler: string;
  /** The files that Node reads to load it: the module itself and everything that it imports statically. */
  readonly start: { readonly files: number; readonly bytes: number };
}

const both: readonly Era[] = ['2025-11-25', '2026-07-28'];

/** This server. */
export const product: Candidate = { name: 'B', description: 'this server', eras: both };

/** This server as it was at the commit of `--before`; none without that option. */
export const earlier: readonly Candidate[] =
  commitBefore === undefined
    ? []
    : [{ name: 'A', description: `this server at ${commitBefore}`, eras: both }];

/** What everything is compared with. It does not know revisions, so either of them will do. */
export const floor: Candidate = {
  name: 'F',
  description: 'the floor: jose and the S3 client by hand, no MCP SDK',
  eras: ['2025-11-25'],
};

/** The other servers. The 1.x SDK does not support 2026-07-28. */
export const peers: readonly Candidate[] = [
  { name: 'C', description: 'Express 5, SDK 1.x, serverless-http', eras: ['2025-11-25'] },
  { name: 'D', description: 'Hono, SDK 2.x', eras: both },
  { name: 'E', description: 'mcp-handler in Hono, SDK 2.x', eras: both },
];

/** The metadata function of this server, and the handler that it is compared with. */
export const metadata: Candidate = { name: 'M', description: 'the metadata function', eras: [] };
export const empty: Candidate = { name: 'G', description: 'an empty handler', eras: [] };

const sources: Readonly<Record<Candidate['name'], string>> = {
  A: 'lambda/mcp/handler.ts',
  B: 'lambda/mcp/handler.ts',
  M: 'lambda/metadata/handler.ts',
  F: 'floor.mjs',
  C: 'express.mjs',
  D: 'hono.mjs',
  E: 'mcp-handler.mjs',
  G: 'empty.mjs',
};

const project = join(import.meta.dirname, '..', '..', '..');
const peersDirectory = join(import.meta.dirname, '..', 'peers');

/** Installs the packages of the peers by their lock file, unless that is already done. */
export function installPeers(): void {
  const lock = readFileSync(join(peersDirectory, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock);
  const installed = join(peersDirectory, 'node_modules', '.package-lock.json');
  const isInstalled =
    existsSync(installed) &&
    Object.entries<{ version: string }>(JSON.parse(readFileSync(installed, 'utf8')).packages).every(
      ([path, { version }]) => packages[path]?.version === version,
    );
  if (!isInstalled) execFileSync('npm', ['ci'], { cwd: peersDirectory, stdio: 'inherit' });
}

/** The versions of the packages that the peers use. */
export function readPeerVersions(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(peersDirectory, 'package.json'), 'utf8')).dependencies;
}

/** Builds a candidate into a directory: this server as it is deployed, every other candidate as a single file. */
export async function buildCandidate(candidate: Candidate, directory: string): Promise<BuiltCandidate> {
  const { name } = candidate;
  const output = join(directory, name);
  const handler = join(output, 'index.mjs');
  const source = sources[name];
  if (source.startsWith('lambda/')) {
    const bundle =
      name === 'A' ? await checkOut(commitBefore ?? '', join(directory, 'before')) : bundleHandler;
    const start = listStartFiles(await bundle(source, output));
    const bytes = start.reduce((sum, file) => sum + file.bytes, 0);
    return { ...candidate, handler, start: { files: start.length, bytes } };
  }
  const { metafile } = await build({
    absWorkingDir: peersDirectory,
    entryPoints: [source],
    outfile: handler,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // CommonJS packages load Node's modules with `require`, which an ECMAScript module does not have.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const bytes = Object.values(metafile.outputs).reduce((sum, file) => sum + file.bytes, 0);
  return { ...candidate, handler, start: { files: 1, bytes } };
}

/** Puts the files of a commit into a directory and returns their own bundler; the packages are the current ones. */
async function checkOut(commit: string, directory: string): Promise<typeof bundleHandler> {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: project, stdio: 'ignore' });
  git('worktree', 'add', '--detach', directory, commit);
  symlinkSync(join(project, 'node_modules'), join(directory, 'node_modules'));
  const bundler = await import(pathToFileURL(join(directory, 'lib', 'bundle.ts')).href);
  return async (source, output) => {
    const metafile = await bundler.bundleHandler(source, output);
    git('worktree', 'remove', '--force', directory);
    return metafile;
  };
}
