import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Tokens } from './check.ts';
import { allChecks } from './checks/all.ts';
import { runChecks, toTap } from './run-checks.ts';
import { createServerUnderTest } from './server.ts';

const help = `Usage: node test/protected-resource/run.ts URL [--tokens FILE] [--call FILE] [--json]

Checks a protected MCP server from outside. Prints TAP, and exits with 1 when something that MUST be is not.

  --tokens FILE  JSON: { good, expired, otherAudience, otherIssuer, otherKey, lessScope }, each may be missing
  --call FILE    JSON: a JSON-RPC request that the token lessScope does not suffice for
  --json         prints JSON instead of TAP
  --list         prints the checks, and makes none
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tokens: { type: 'string' },
    call: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const [url = ''] = positionals;
const read = (file: string | undefined) =>
  file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'));

if (values.list) {
  for (const { id, level, source, title } of allChecks) console.info(`${id}\t${level}\t${source}\t${title}`);
} else if (values.help || !URL.canParse(url)) {
  console.info(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  const tokens: Tokens = read(values.tokens) ?? {};
  const results = await runChecks(allChecks, createServerUnderTest(new URL(url), tokens, read(values.call)));
  console.info(values.json ? JSON.stringify(results, undefined, 2) : toTap(results));
  const hasFailed = results.some(({ outcome, level }) => outcome === 'fail' && level === 'MUST');
  process.exitCode = hasFailed ? 1 : 0;
}
