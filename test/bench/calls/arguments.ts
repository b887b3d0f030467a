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

/** Reads `--rounds` or `--calls` of the command line. Throws with the remedy when it is no whole number above 0. */
export function readNumber(name: 'rounds' | 'calls', byDefault: number): number {
  const value = Number(values[name] ?? byDefault);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`set --${name} to a whole number of at least 1, got "${values[name]}"`);
}

/** The commit that `--before` names, which is measured beside the present files. */
export const commitBefore: string | undefined = values.before;

/** The directory that `--profile` names, to which every process writes its processor profile. */
export const profileDirectory: string | undefined = values.profile;
