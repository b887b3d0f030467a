import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { allChecks } from './checks/all.ts';
import { startIssuer } from './issuer.ts';
import { mintTokens } from './mint-tokens.ts';
import { type CheckResult, runChecks } from './run-checks.ts';
import { createServerUnderTest, initialize } from './server.ts';
import { startThisServer } from './this-server.ts';

/*
 * Runs the suite against this server and its peers, and writes results/. Run this first: `npm ci` in peers/, and there
 * `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`.
 */

const peers = join(import.meta.dirname, 'peers');
const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '@modelcontextprotocol/express 2.0.2': [process.execPath, 'sdk-2.mjs'],
  '@modelcontextprotocol/sdk 1.32.2': [process.execPath, 'sdk-1.mjs'],
  'mcp-handler 2.4.0': [process.execPath, 'mcp-handler.mjs'],
  'FastMCP 4.2.3': [join(peers, '.venv/bin/python'), 'fastmcp_peer.py'],
};

const results: Record<string, readonly CheckResult[]> = {
  'this server': await checkThisServer('casdoor'),
  'this server, profile rfc9068': await checkThisServer('rfc9068'),
};
for (const [name, command] of Object.entries(commands)) results[name] = await checkPeer(command);
await writeFile(join(import.meta.dirname, 'results/results.md'), toTable(results));
console.info(toTable(results));

async function checkThisServer(profile: 'casdoor' | 'rfc9068'): Promise<readonly CheckResult[]> {
  const server = await startThisServer(profile);
  try {
    return await runChecks(allChecks, createServerUnderTest(server.url, server.knowledge));
  } finally {
    await server.close();
  }
}

async function checkPeer([command, ...words]: readonly [string, ...string[]]) {
  const issuer = await startIssuer();
  const port = await findPort();
  const child = spawn(command, words, {
    cwd: peers,
    env: { PATH: process.env.PATH, PORT: String(port), ISSUER: issuer.url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const resource = `http://127.0.0.1:${port}/mcp`;
    await waitFor(resource);
    const minted = mintTokens(issuer.certificate, { issuer: issuer.url, resource });
    // Nothing in the documentation of the peers gives them a scope that implies another.
    const tokens = { ...minted.tokens, broadScope: undefined };
    // Peers require their scope for every request, so any request will do.
    const knowledge = { ...minted, tokens, scopedCall: initialize };
    return await runChecks(allChecks, createServerUnderTest(new URL(resource), knowledge));
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    issuer.close();
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** Waits at most a minute for the first answer. */
async function waitFor(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answered = await fetch(url, { method: 'POST' }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await setTimeout(200);
  }
  throw new Error(`${url} does not answer: set up the peers first`);
}

function toTable(all: Readonly<Record<string, readonly CheckResult[]>>): string {
  const names = Object.keys(all);
  const marks = { pass: 'pass', fail: '**fail**', skip: 'skip' };
  const lines = allChecks.map(({ id, level }, index) => {
    const cells = names.map((name) => {
      const { outcome, message } = all[name]?.[index] ?? { outcome: 'skip' as const, message: '' };
      return outcome === 'pass' ? marks.pass : `${marks[outcome]}: ${message.replaceAll('|', '\\|')}`;
    });
    return `| \`${id}\` | ${level} | ${cells.join(' | ')} |`;
  });
  return [
    '# Results',
    '',
    'Each server as its documentation sets it up, with one required scope. `node test/protected-resource/compare.ts` writes this file.',
    '',
    `| Check | Level | ${names.join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(names.length)}`,
    ...lines,
    '',
  ].join('\n');
}
