import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { bundleHandler } from '../../lib/bundle.ts';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { type LocalSettings, readLocalSettings } from '../../local/settings.ts';
import { startLocalStack } from '../../local/stack.ts';
import { prepareStack } from '../support/local-stack.ts';
import { fixtureFiles } from './fixture-methods.ts';
import { startTokenProxy } from './token-proxy.ts';

const project = join(import.meta.dirname, '..', '..');
const suite = join(project, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
const bundle = join(project, 'dist', 'conformance', 'mcp');
const results = join(project, 'dist', 'conformance', 'results');

/** How long one run may take, in milliseconds. */
const limit = 180_000;

/**
 * Everything that the suite scores at the supported revisions, except the baseline of each (what a server of tools and
 * files does not offer); and what 2026-07-28 also requires of such a server but the suite does not score yet.
 */
const runs: Readonly<Record<string, readonly string[]>> = {
  '2025-11-25': ['--requirements', '2025-11-25', ...toBaseline('2025-11-25')],
  '2026-07-28': ['--requirements', '2026-07-28', ...toBaseline('2026-07-28')],
  'header validation': ['--scenario', 'http-header-validation', '--spec-version', '2026-07-28'],
  'header parameters': ['--scenario', 'http-custom-header-server-validation', '--spec-version', '2026-07-28'],
  'JSON Schema 2020-12': ['--scenario', 'json-schema-2020-12', '--spec-version', '2026-07-28'],
};

await rm(results, { recursive: true, force: true });
await bundleHandler('test/conformance/fixture-handler.ts', bundle);
const { environment, remove } = await prepareStack();
try {
  await runAll();
} finally {
  await remove();
}

/** Runs the suite against the local stack, whose MCP function has the fixture tools. */
async function runAll(): Promise<void> {
  const logged: string[] = [];
  const settings = readLocalSettings(environment);
  const stack = await startLocalStack(
    settings,
    { logged: (name, line) => logged.push(`${name} ${line}`) },
    { bundles: { mcp: bundle } },
  );
  try {
    const request = { issuer: stack.issuer, resource: stack.mcpUrl, scope: 'openid', user: 'alice' };
    const { access_token: token } = await requestToken(request);
    await putFiles(stack.s3Url, settings.credentials);
    const proxy = await startTokenProxy(settings.mcpPort, token);
    for (const [name, options] of Object.entries(runs))
      await runSuite(name, [...options, '--url', proxy.url]);
    await proxy.close();
  } finally {
    await stack.close();
    await mkdir(results, { recursive: true });
    await writeFile(join(results, 'functions.log'), logged.join('\n'));
    console.info(`details are in ${results}`);
  }
}

/** Puts the suite's files where every caller of the local stack finds them. */
async function putFiles(endpoint: string, credentials: LocalSettings['credentials']): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  for (const [path, { mediaType, content }] of Object.entries(fixtureFiles)) {
    const key = `files/shared/${path}`;
    const object = { Bucket: 'casdoor-mcp-files', Key: key, ContentType: mediaType, Body: content };
    await client.send(new PutObjectCommand(object));
  }
  client.destroy();
}

/** Prints the suite's summary. Sets the exit code to 1 if the suite fails, also because of a stale baseline. */
async function runSuite(name: string, options: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [suite, 'server', ...options, '--output-dir', join(results, name)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limit,
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const summary = printed.slice(Math.max(0, printed.search(/^(=== SUMMARY|Test Results)/m)));
  console.info(`\n${name}: exit code ${code}\n${summary}`);
  if (code !== 0) process.exitCode = 1;
}

function toBaseline(revision: string): string[] {
  return ['--expected-failures', join(import.meta.dirname, `baseline-${revision}.yml`)];
}
