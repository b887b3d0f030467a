import { atRandom, type Fault, type FaultProxy, internalError, slowDown } from '../../support/fault-proxy.ts';
import type { Part, PartResult } from '../part.ts';
import { runHistory, type Variant } from './run.ts';

/** The total number of calls, and how many of them share a bucket. */
const size = { operations: 10_000, ofOneHistory: 2_000 };

const changes = { method: ['PUT', 'DELETE'] };

/** Concurrent callers, without any fault. */
export const quietHistory = toPart('16 callers change 5 files at once', () => {});

/** For a fifth of all changes, S3 makes the change and the answer is lost. */
export const historyOfLostAnswers = toPart(
  'the same, and a fifth of the answers to changes is lost',
  loseAnswers,
);

/** Everything that S3 or the network sometimes does. */
export const faultyHistory = toPart('the same with drops, delays, errors and cut bodies', (proxy, seed) => {
  const faults: readonly [Fault, ...Fault[]] = [
    { kind: 'drop' },
    { kind: 'lose-answer' },
    { kind: 'delay-request', delay: 300 },
    { kind: 'delay-answer', delay: 300 },
    { kind: 'truncate' },
    internalError,
    slowDown,
  ];
  proxy.inject(atRandom({ seed, share: 0.15 }, faults));
});

/** Several users with a root each, in the same bucket. */
export const historyOfUsers = toPart('the same by 3 users who have a root each', () => {}, ownRoots());

/** The same with a role that reaches one root alone, while answers are lost. */
export const historyOfSessions = toPart(
  'the same with a session at STS for each root, and a fifth of the answers to changes is lost',
  loseAnswers,
  { ...ownRoots(), isolation: 'iam' },
);

/** Callers who ask for more than they may. */
export const historyOfQuotas = toPart(
  'the same with a quota that a third of the calls is above',
  () => {},
  quota(),
);

/** Three users, each with files of their own. */
export function ownRoots(): Variant {
  return { users: ['alice', 'bob', 'carol'], fileRoots: 'user' };
}

/** A quota that refuses a third of the calls. */
export function quota(): Variant {
  return { callsPerMinute: 66 };
}

/** Makes S3 do a fifth of all changes without answering. */
export function loseAnswers(proxy: FaultProxy, seed: number): void {
  proxy.inject(atRandom({ ...changes, seed, share: 0.2 }, [{ kind: 'lose-answer' }]));
}

function toPart(
  what: string,
  injectFaults: (proxy: FaultProxy, seed: number) => void,
  variant: Variant = {},
): Part {
  return {
    what: `${size.operations} calls: ${what}; judged by the versions that are left`,
    maxMinutes: 20,
    async run({ seed, share, onProgress }): Promise<PartResult> {
      const total = Math.ceil(size.operations * share);
      const failures: string[] = [];
      const sums = { calls: 0, changes: 0, faults: 0, unknown: 0, refused: 0, sessions: 0, worst: 0 };
      for (let history = 0; sums.calls < total; history += 1) {
        const before = sums.calls;
        const report = await runHistory(
          {
            seed: seed + history,
            callers: 16,
            files: 6,
            operations: Math.min(size.ofOneHistory, total - before),
            onProgress: (done) => onProgress(before + done, total),
          },
          variant,
          (proxy) => injectFaults(proxy, seed + history),
        );
        sums.calls += report.calls;
        sums.changes += report.outcomes.done + report.outcomes.counted + report.outcomes.copied;
        sums.faults += report.faults;
        sums.refused += report.refused;
        sums.sessions += report.sessions;
        sums.unknown += report.outcomes.unknown;
        sums.worst = Math.max(sums.worst, report.worst);
        for (const { invariant, path, detail } of report.violations) {
          failures.push(`seed ${seed + history}, ${path}: ${invariant}: ${detail}`);
        }
      }
      return {
        count: `${sums.calls} calls`,
        worst: sums.worst,
        notes: [
          `${sums.changes} changes acknowledged`,
          `${sums.faults} faults, ${sums.unknown} outcomes not known`,
          ...(variant.isolation === 'iam' ? [`${sums.sessions} sessions`] : []),
          ...(variant.callsPerMinute === undefined ? [] : [`${sums.refused} refused by the quota`]),
        ].join(', '),
        failures,
      };
    },
  };
}
