import { inspect, type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Thrown for wrong usage; the message names what is wrong, and never quotes a secret. */
export class WrongUsage extends Error {}

/** The options that every command has. */
const shared = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const;

/** Reads the words of a command line. Throws `WrongUsage` for an option that the command does not have. */
export function readWords<const Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  options: Options,
  { allowPositionals = false } = {},
) {
  try {
    return parseArgs({ args: [...words], options: { ...shared, ...options }, allowPositionals });
  } catch (cause) {
    // `parseArgs` throws errors only, whose sentences begin with a capital.
    const { message } = cause as Error;
    throw new WrongUsage(message.charAt(0).toLowerCase() + message.slice(1), { cause });
  }
}

/**
 * Does a command's work and resolves to its exit code: what the work answers, 2 for wrong usage, and 1 for anything
 * else that it throws. Wrong usage is explained with the help text. An error takes one line, or with `--verbose` its stack.
 */
export async function runCommand(
  words: readonly string[],
  { help, complain }: { readonly help: string; readonly complain: (text: string) => void },
  work: () => Promise<0 | 1 | 2>,
): Promise<0 | 1 | 2> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WrongUsage) {
      complain(`${error.message}\n\n${help}`);
      return 2;
    }
    complain(`${explainError(error, words.includes('--verbose'))}\n`);
    return 1;
  }
}

/** What a person reads of an error: its message, or with `isVerbose` all that is known of it. */
export function explainError(error: unknown, isVerbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return isVerbose ? inspect(error) : `${error.message || error.name} (--verbose tells more)`;
}
