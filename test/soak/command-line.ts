import { parseArgs } from 'node:util';
import type { Part } from './part.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly names: readonly string[];
      readonly seed: number;
      readonly share: number;
    };

/** Thrown for a command line that cannot be followed; `message` says what to write instead. */
export class InvalidCommandLine extends Error {}

/** Reads the arguments after `npm run soak --`. Throws `InvalidCommandLine`. */
export function readCommandLine(words: readonly string[], parts: Readonly<Record<string, Part>>): Command {
  const { values, positionals } = parse(words);
  if (values.help) return { kind: 'help' };
  const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    throw new InvalidCommandLine(`there is no part "${unknown}": choose ${Object.keys(parts).join(', ')}`);
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidCommandLine(`set --seed to a whole number, got "${values.seed}"`);
  }
  const percent = Number(values.percent);
  if (!(percent > 0 && percent <= 100)) {
    throw new InvalidCommandLine(`set --percent to a number above 0 and up to 100, got "${values.percent}"`);
  }
  const names = positionals.length > 0 ? positionals : Object.keys(parts);
  return { kind: 'run', names, seed, share: percent / 100 };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seed: { type: 'string', default: '1' },
        percent: { type: 'string', default: '100' },
      },
    });
  } catch (cause) {
    throw new InvalidCommandLine(`${(cause as Error).message} (--help shows the options)`, { cause });
  }
}

/** What `--help` shows. */
export function toHelp(parts: Readonly<Record<string, Part>>): string {
  const width = Math.max(...Object.keys(parts).map((name) => name.length));
  const lines = Object.entries(parts).map(([name, { what, maxMinutes }]) => {
    return `  ${name.padEnd(width)}  ${what} (at most ${maxMinutes} minutes)`;
  });
  return [
    'Usage: npm run soak -- [part ...] [--seed N] [--percent N]',
    '',
    'Attacks the server for long and prints one table. Without names every part runs. Exits with 1 when one fails.',
    '',
    ...lines,
    '',
    '  --seed N     repeats the random choices of a run (default 1)',
    '  --percent N  does this share of every part (default 100)',
    '',
  ].join('\n');
}
