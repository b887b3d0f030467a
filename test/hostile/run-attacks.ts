import fc from 'fast-check';
import type { Attacks } from './attacks/attacks.ts';
import { findBroken } from './invariants.ts';
import type { Attack, Target } from './target.ts';

/** The result of the attacks of one kind. */
export interface AttackReport {
  readonly sent: number;
  /** The longest time that an answer took, in milliseconds. */
  readonly worst: number;
  /** Each invariant that was broken, and the attack that broke it. */
  readonly failures: readonly string[];
}

/** How much of an attack a failure message shows. */
const shown = 500;

/** Sends the corpus of one kind, and a `share` of its generated attacks. The same seed repeats them. */
export async function runAttacks(
  attacks: Attacks,
  target: Target,
  {
    seed,
    share,
    onProgress = () => {},
  }: { seed: number; share: number; onProgress?: (sent: number) => void },
): Promise<AttackReport> {
  const failures: string[] = [];
  let sent = 0;
  let worst = 0;

  async function send(attack: Attack): Promise<readonly string[]> {
    sent += 1;
    onProgress(sent);
    try {
      const exchange = await target.send(attack);
      worst = Math.max(worst, exchange.milliseconds);
      return findBroken(attack, exchange, target);
    } catch (error) {
      return [`the handler threw ${error}`];
    }
  }

  for (const attack of attacks.corpus(target)) {
    for (const broken of await send(attack)) failures.push(`${broken}: ${show(attack)}`);
  }
  const property = fc.asyncProperty(attacks.arbitrary(target), async (attack) => {
    const broken = await send(attack);
    if (broken.length > 0) throw new Error(broken.join('; '));
  });
  const numRuns = Math.ceil(attacks.runs * share);
  const { counterexample, errorInstance } = await fc.check(property, { seed, numRuns });
  if (counterexample) failures.push(`seed ${seed}: ${errorInstance}: ${show(counterexample[0])}`);
  return { sent, worst, failures };
}

function show(attack: Attack): string {
  const text = JSON.stringify(attack);
  return text.length > shown ? `${text.slice(0, shown)}... (${text.length} characters)` : text;
}
