import { createPaint } from '../ops/terminal/paint.ts';
import { createRequestLines } from './request-lines.ts';
import type { StackObserver } from './stack.ts';

/** What `npm start -- --help` prints. */
export const help = `Runs the deployed thing on this machine, with an S3 server and an authorization server in place of AWS and Casdoor.

  npm start [-- OPTIONS]

  --json     print the lines of the functions' log as they come, and nothing else, on the standard output
  --verbose  print them beside the short lines, and what the CDK says about the stack

docs/local.md lists the variables that set ports, directory and a Casdoor of your own. Ctrl-C stops everything.
Exit code: 0 when it was stopped, 1 when it could not start or its files were deleted, 2 for wrong usage.
`;

interface Options {
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  readonly isColoured: boolean;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * Prints how the stack starts and what it serves: short lines for people, or with `isJson` the functions' own lines.
 * What people read goes to the standard error then.
 */
export function createOutput(options: Options): StackObserver & { tell(text: string): void } {
  const { isJson, isVerbose, isColoured, stdout, stderr } = options;
  const paint = createPaint(isColoured);
  const people = isJson ? stderr : stdout;
  const tell = (text: string) => void people.write(`${text}\n`);
  const started = (part: string, milliseconds: number) =>
    tell(`${paint('green', '+')} ${part.padEnd(26)}${paint('gray', toSeconds(milliseconds))}`);
  if (isJson) {
    const logged = (functionName: string, line: string) =>
      void stdout.write(
        `${isObject(line) ? line : JSON.stringify({ event: 'output', function: functionName, line })}\n`,
      );
    return { tell, started, logged };
  }
  return { tell, started, ...createRequestLines({ print: tell, paint, isVerbose }) };
}

function toSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).padStart(5)} s`;
}

/** What Node itself or a package writes is no JSON. */
function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
