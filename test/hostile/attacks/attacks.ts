import type fc from 'fast-check';
import type { Attack, Target } from '../target.ts';

/** Attacks of one kind: all of the corpus, and as many generated ones as there is time for. */
export interface Attacks {
  readonly name: string;
  /** Attacks that have once done harm somewhere, or that lie on a limit. Each is sent every time. */
  readonly corpus: (target: Target) => readonly Attack[];
  /** Generates other attacks of this kind. */
  readonly arbitrary: (target: Target) => fc.Arbitrary<Attack>;
  /** How many generated attacks a whole run sends. */
  readonly runs: number;
}
