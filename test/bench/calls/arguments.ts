import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    calls: { type: 'string' },
    before: { type: 'string' },
    profile: { type: 'string' },
  },
  strict: true,
});

/**
 * Reads `--rounds` or `--calls` from the command line. If the value is not a whole number above 0, throws an error that
 * says what to write instead.
 */
export function readNumber(name: 'rounds' | 'calls', byDefault: number): number {
  const value = Number(values[name] ?? byDefault);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`set --${name} to a whole number of at least 1, got "${values[name]}"`);
}

/** The commit that `--before` names. It is measured next to the current files. */
export const commitBefore: string | undefined = values.before;

/** The directory that `--profile` names. Every process writes its processor profile there. */
export const profileDirectory: string | undefined = values.profile;
