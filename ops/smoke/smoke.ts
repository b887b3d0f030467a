import { readCommand, WrongUsage } from '../doctor/command-line.ts';
import type { Surroundings } from '../doctor/doctor.ts';
import { toLines, toPrintable } from '../doctor/report.ts';
import { makeRoundTrip } from './round-trip.ts';

const help = `Makes a client's round trip through a deployed MCP file server: challenge and metadata, and with a token
writes, reads, lists, overwrites and deletes one file below .smoke/. Its old versions stay in the bucket until
the bucket's lifecycle ends them. Where deletion is off the file itself stays, and its path is printed.

  npm run --silent smoke -- MCP_URL [--token T] [--timeout SECONDS]

  MCP_URL    the output McpUrl of the deployment
  --token    an access token with files:list, files:read and files:write; better in the variable MCP_TOKEN,
             which keeps it out of the shell history. It is sent to MCP_URL and never printed
  --timeout  seconds that each request may take (default 10)

Exit code: 0 when every step worked, 1 when one failed, 2 for wrong usage.
`;

/** Of the column of names, in characters. */
const width = 'metadata authorization_servers'.length;

/** Runs the smoke test; resolves to the exit code. An aborted `signal` ends it, and it still cleans up. */
export async function runSmoke(
  words: readonly string[],
  { variables, isColoured, print, complain }: Surroundings,
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  try {
    const command = readCommand(words, variables);
    if (command?.isJson) throw new WrongUsage("unknown option '--json'");
    if (!command) {
      print(help);
      return 0;
    }
    let failures = 0;
    for await (const result of makeRoundTrip({ ...command, signal })) {
      if (result.status === 'fail') failures += 1;
      print(toLines(toPrintable(result, command.token), { width, isColoured }));
    }
    return failures === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    complain(`${error.message}\n\n${help}`);
    return 2;
  }
}
