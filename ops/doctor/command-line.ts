import { readWords, WrongUsage } from '../terminal/command.ts';
import { readWebUrl } from './web-url.ts';

/** What the doctor was asked to do. */
export interface Command {
  /** The MCP URL as it was typed. */
  readonly url: string;
  readonly token: string | undefined;
  readonly isJson: boolean;
  /** Whether every check gets a line, also those that are skipped for one reason. */
  readonly isVerbose: boolean;
  /** Of each request, in milliseconds. */
  readonly timeout: number;
}

/** What `--help` prints, and wrong usage too. */
export const help = `Finds out why an MCP client cannot connect to an OAuth-protected MCP server.

  npm run --silent doctor -- MCP_URL [--token T] [--timeout SECONDS] [--json] [--verbose]

  MCP_URL    what you type into the client, such as https://mcp.example.com/mcp
  --token    an access token, to explain it and to call the server with it; better in the variable
             MCP_TOKEN, which keeps it out of the shell history. It is sent to MCP_URL, unless that is
             plain http of another machine, and never printed
  --timeout  seconds that each request may take (default 10)
  --json     one JSON document with all results
  --verbose  a line for every check, also for those that are skipped for the same reason

Nothing is changed on either server. Exit code: 0 when no check failed, 1 when one did, 2 for wrong usage.
`;

/** Reads the command line and the environment; undefined when help is wanted. Throws `WrongUsage`. */
export function readCommand(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Command | undefined {
  const { values, positionals } = readWords(
    words,
    { token: { type: 'string' }, timeout: { type: 'string', default: '10' } },
    { allowPositionals: true },
  );
  if (values.help) return undefined;
  const [url, ...others] = positionals;
  if (url === undefined || others.length > 0) {
    throw new WrongUsage(`give one MCP URL, got ${positionals.length}`);
  }
  return {
    url: readUrl(url),
    token: readToken(values.token ?? variables.MCP_TOKEN),
    isJson: values.json,
    isVerbose: values.verbose,
    timeout: readTimeout(values.timeout),
  };
}

function readUrl(text: string): string {
  const url = readWebUrl(text);
  if (url === undefined) {
    // Not quoted: it could be a token that was meant for --token.
    throw new WrongUsage('give the MCP URL with its scheme, such as https://mcp.example.com/mcp');
  }
  if (url.username !== '' || url.password !== '') {
    throw new WrongUsage('leave the user name and the password out of the MCP URL: clients do not send them');
  }
  return text;
}

/** What RFC 6750 section 2.1 lets into an `Authorization` header. */
function readToken(text: string | undefined): string | undefined {
  const token = text?.trim() ?? '';
  if (token === '') return undefined;
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) {
    throw new WrongUsage('give one access token, without "Bearer" and without quotes');
  }
  return token;
}

function readTimeout(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 600) return seconds * 1000;
  throw new WrongUsage(`set --timeout to seconds, more than 0 and at most 600, got "${text}"`);
}
