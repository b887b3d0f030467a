import { type Command, readCommand } from '../doctor/command-line.ts';
import type { Surroundings } from '../doctor/doctor.ts';
import type { CheckResult } from '../doctor/finding.ts';
import { summarize, toClosingLine, toLines, toPrintable } from '../doctor/report.ts';
import { runCommand } from '../terminal/command.ts';
import { makeRoundTrip } from './round-trip.ts';

const help = `Makes a client's round trip through a deployed MCP file server: challenge and metadata, and with a token
writes, reads, lists, overwrites and deletes one file below .smoke/. Its old versions stay in the bucket until
the bucket's lifecycle ends them. Where deletion is off the file itself stays, and its path is printed.

  npm run --silent smoke -- MCP_URL [--token T] [--timeout SECONDS] [--json] [--verbose]

  MCP_URL    the output McpUrl of the deployment
  --token    an access token with files:list, files:read and files:write; better in the variable MCP_TOKEN,
             which keeps it out of the shell history. It is sent to MCP_URL and never printed
  --timeout  seconds that each request may take (default 10)
  --json     one JSON document with all results
  --verbose  tell where an error of this program comes from

Exit code: 0 when every step worked, 1 when one failed, 2 for wrong usage.
`;

/** Of the column of names, in characters. */
const width = 'metadata authorization_servers'.length;

/** Runs the smoke test; resolves to the exit code. An aborted `signal` ends it, and it still cleans up. */
export async function runSmoke(
  words: readonly string[],
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  const { variables, print, complain } = surroundings;
  return runCommand(words, { help, complain }, async () => {
    const command = readCommand(words, variables);
    if (command !== undefined) return travel(command, surroundings, signal);
    print(help);
    return 0;
  });
}

async function travel(
  command: Command,
  { isColoured, print }: Surroundings,
  signal: AbortSignal,
): Promise<0 | 1> {
  const { url, token, isJson } = command;
  const results: CheckResult[] = [];
  for await (const result of makeRoundTrip({ ...command, signal })) {
    const printable = toPrintable(result, token);
    results.push(printable);
    if (!isJson) print(toLines(printable, { width, isColoured }));
  }
  const summary = summarize(results);
  if (isJson) print(`${JSON.stringify({ url, summary, results }, null, 2)}\n`);
  else print(toClosingLine(results));
  return summary.fail === 0 ? 0 : 1;
}
