import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Failed, revisions, type Tokens } from './check.ts';
import { allChecks } from './checks/all.ts';
import { createMint, deriveTokens } from './derive-tokens.ts';
import { runChecks, toTap } from './run-checks.ts';
import { createServerUnderTest } from './server.ts';

const help = `Usage: MCP_TOKEN=... npm run --silent protected-resource -- URL [options]

Checks a protected MCP server from outside. Prints TAP, and exits with 1 when something that MUST be is not.
MCP_TOKEN is an access token that may list tools. Without it, only what needs no token is checked.

  --call FILE         JSON: a JSON-RPC request that a token with few scopes does not suffice for
  --key FILE          the private key of a test issuer, as PEM or JWK: signs the tokens that the checks need
  --less-scope TEXT   with --key: scopes that do not suffice for the call
  --broad-scope TEXT  with --key: a broader scope that implies what the call needs
  --tokens FILE       JSON: tokens by name, as the README lists them; they come before those that are made
  --revision DATE     only what this revision of MCP requires: ${revisions.join(', ')}
  --json              prints JSON instead of TAP
  --list              prints the checks, and makes none
`;

/** A mistake in how the command was called. */
class UsageError extends Error {}

function read<Result>(file: string | undefined, what: string, parse: (text: string) => Result) {
  if (file === undefined) return undefined;
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is not ${what}: ${error instanceof Error ? error.message : error}`);
  }
}

function readKey(text: string): KeyObject {
  const isJwk = text.trimStart().startsWith('{');
  return isJwk ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' }) : createPrivateKey(text);
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        call: { type: 'string' },
        key: { type: 'string' },
        'less-scope': { type: 'string' },
        'broad-scope': { type: 'string' },
        tokens: { type: 'string' },
        revision: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<number> {
  const { values, positionals } = readOptions();
  const { revision, key: keyFile, 'less-scope': lessScope, 'broad-scope': broadScope } = values;
  if (values.help) {
    console.info(help);
    return 0;
  }
  if (revision !== undefined && !revisions.some((known) => known === revision))
    throw new UsageError(`${revision} is no revision: take ${revisions.join(', ')}`);
  const checks = allChecks.filter(
    ({ revisions: some = revisions }) => revision === undefined || some.some((one) => one === revision),
  );
  if (values.list) {
    for (const { id, level, source, title } of checks) console.info(`${id}\t${level}\t${source}\t${title}`);
    return 0;
  }
  const [url = ''] = positionals;
  if (positionals.length !== 1 || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(`name one server by its URL, got ${JSON.stringify(positionals.join(' '))}`);
  const given = read(values.tokens, 'a JSON file with tokens', (text): Tokens => JSON.parse(text)) ?? {};
  const key = read(keyFile, 'a private key as PEM or JWK', readKey);
  const good = given.good ?? process.env.MCP_TOKEN;
  if (key !== undefined && good === undefined)
    throw new UsageError('--key signs tokens like the good one: put that into MCP_TOKEN');
  const derived = good === undefined ? {} : deriveTokens(good, { key, lessScope, broadScope });
  const server = createServerUnderTest(new URL(url), {
    tokens: { ...derived, ...given },
    scopedCall: read(values.call, 'a JSON-RPC request', (text): object => JSON.parse(text)),
    mint: good === undefined ? undefined : createMint(good, key),
  });
  await server.send({});
  const results = await runChecks(checks, server);
  console.info(values.json ? JSON.stringify(results, undefined, 2) : toTap(results));
  return results.some(({ outcome, level }) => outcome === 'fail' && level === 'MUST') ? 1 : 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  // Nothing answers.
  if (error instanceof Failed) console.error(error.message);
  else if (error instanceof UsageError) console.error(`${error.message}\n\n${help}`);
  else throw error;
  process.exitCode = error instanceof Failed ? 1 : 2;
}
