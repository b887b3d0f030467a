import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { McpEnvironment, MetadataEnvironment } from '../../../lambda/settings.ts';
import { toFlags, toVariables } from '../../../local/lambda/node-runtime.ts';
import { profileDirectory } from './arguments.ts';
import { type BuiltCandidate, buildCandidate, type Candidate, installPeers } from './candidates.ts';

/** What samples need: built candidates, a backend and a token. */
export interface Bench {
  /** An access token that every candidate accepts; valid for three hours. */
  readonly token: string;
  /** Whether the candidate has a processor to itself and everything else shares another one. */
  readonly isPinned: boolean;
  build(candidate: Candidate): Promise<BuiltCandidate>;
  /** Writes a value to a file for the processes, and returns its path. */
  keep(value: unknown): string;
  /**
   * Runs a program (a file of `programs/`) with a candidate in a fresh process, and returns the figures that it
   * wrote. Throws when it fails or takes longer than the limit.
   */
  sample(program: string, candidate: BuiltCandidate, options: SampleOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** How one process is run. */
export interface SampleOptions {
  /** The arguments after the path of the handler. */
  readonly argv: readonly string[];
  /** The memory of the function in MB, which decides V8's flags. */
  readonly memorySize: number;
  /** Milliseconds. */
  readonly limit: number;
  /** The command that starts Node, for example `taskset` with its options. */
  readonly prefix?: readonly string[];
}

const issuer = 'https://door.example.com';
const resource = 'https://mcp.example.com/mcp';
const profileFlags =
  profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profileDirectory)}`];
const programs = ['cold', 'warm', 'memory'];

/** Builds the programs, installs the peers and starts the backend. */
export async function openBench(): Promise<Bench> {
  installPeers();
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  await buildPrograms(directory);
  const { token, keySet } = await createToken();
  const isPinned = canPin();
  const backend = await startBackend(keySet, isPinned);
  const built = new Map<Candidate, Promise<BuiltCandidate>>();
  let kept = 0;
  return {
    token,
    isPinned,
    build(candidate) {
      const known = built.get(candidate) ?? buildCandidate(candidate, join(directory, 'candidates'));
      built.set(candidate, known);
      return known;
    },
    keep(value) {
      kept += 1;
      const path = join(directory, `${kept}.json`);
      writeFileSync(path, JSON.stringify(value));
      return path;
    },
    async sample(program, candidate, { argv, memorySize, limit, prefix = isPinned ? pin(1) : [] }) {
      const script = join(directory, `${program}.mjs`);
      const node = [
        process.execPath,
        ...toFlags(memorySize),
        ...profileFlags,
        script,
        candidate.handler,
        ...argv,
      ];
      const [command = '', ...words] = [...prefix, ...node];
      const child = spawn(command, words, {
        cwd: directory,
        env: toEnvironment(backend.url, memorySize),
        // The function's log goes where only the writing costs time; the figures have their own pipe.
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        timeout: limit,
        killSignal: 'SIGKILL',
      });
      const [, , errors, figures] = child.stdio.map((stream) => stream && text(stream as Readable));
      const [code, signal] = await once(child, 'exit');
      // Node first quotes the line of the error, which in a bundle may be the whole file.
      const reason = (await errors)?.slice(-1_000);
      if (code !== 0)
        throw new Error(`${program} of ${candidate.name} ended with ${code ?? signal}: ${reason}`);
      return JSON.parse((await figures) ?? '');
    },
    async close() {
      await backend.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The command that limits a process to one processor. */
function pin(processor: number): readonly string[] {
  return ['taskset', '--cpu-list', String(processor)];
}

function canPin(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['--cpu-list', '1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Built to JavaScript, so that no process of a sample has to strip types. */
async function buildPrograms(directory: string): Promise<void> {
  await build({
    entryPoints: programs.map((name) => join(import.meta.dirname, 'programs', `${name}.ts`)),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
}

/** An access token as Casdoor writes it (JWT-Standard), and the key set that verifies it. */
async function createToken(): Promise<{ token: string; keySet: string }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'cert-bench';
  const claims = {
    owner: 'acme',
    preferred_username: 'alice',
    tokenType: 'access-token',
    azp: 'bench-client',
    scope: 'files:read files:list files:write',
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(issuer)
    .setAudience([resource])
    .setSubject('3b0c0a4e-6f0d-4f5f-9d5e-1c1f8f1d2a3b')
    .setIssuedAt()
    .setExpirationTime('3h')
    .sign(privateKey);
  const key = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { token, keySet: JSON.stringify({ keys: [key] }) };
}

async function startBackend(keySet: string, isPinned: boolean) {
  const node = [process.execPath, join(import.meta.dirname, 'backend.ts'), keySet];
  const [command = '', ...words] = [...(isPinned ? pin(0) : []), ...node];
  const child: ChildProcess = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the backend has no output');
  const [url]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  const exited = once(child, 'exit');
  return {
    url: url ?? '',
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}

/** The variables of this server's functions; the peers read the same names where they need them. */
function toEnvironment(backend: string, memorySize: number): Record<string, string> {
  const functions: McpEnvironment & MetadataEnvironment = {
    RESOURCE_URL: resource,
    RESOURCE_NAME: 'Files',
    DOCUMENTATION_URL: 'https://mcp.example.com',
    ISSUER: issuer,
    JWKS_URL: `${backend}/jwks`,
    KEY_SET_MAX_AGE_HOURS: '24',
    PRINCIPAL_CACHE_SECONDS: '60',
    TOKEN_PROFILE: 'casdoor',
    TOKEN_ALGORITHMS: 'RS256',
    INITIAL_SCOPES: 'files:list files:read',
    FILES_BUCKET: 'bench',
    FILES_PREFIX: 'files/',
    FILE_ROOTS: 'shared',
    DELETION: 'off',
    MAX_WRITE_BYTES: '3145728',
    SERVICE_NAME: 'bench',
    LOG_PATHS: 'off',
    TOOL_VISIBILITY: 'all',
    WRITER_METADATA: 'off',
  };
  const environment = {
    ...functions,
    AWS_ENDPOINT_URL_S3: backend,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench-secret',
    AWS_SESSION_TOKEN: 'bench-session',
  };
  const definition = {
    name: 'bench',
    directory: tmpdir(),
    handler: 'index.handler',
    environment,
    memorySize,
    timeoutSeconds: 28,
  };
  return toVariables(definition, '127.0.0.1:0');
}
