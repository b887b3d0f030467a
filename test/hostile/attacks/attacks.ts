import type fc from 'fast-check';
import type { Attack, Target } from '../target.ts';

/** Attacks of one sort: each of the corpus, and as many of the others as there is time for. */
export interface Attacks {
  readonly name: string;
  /** Those that have once done harm somewhere, or lie on a bound. Each is sent every time. */
  readonly corpus: (target: Target) => readonly Attack[];
  /** Makes others of the sort. */
  readonly arbitrary: (target: Target) => fc.Arbitrary<Attack>;
  /** How many of the others there are in a whole run. */
  readonly runs: number;
}
