import { atRandom, type Fault, type FaultProxy, internalError, slowDown } from '../../support/fault-proxy.ts';
import type { Part, PartResult } from '../part.ts';
import { runHistory } from './run.ts';

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

/** Makes S3 do a fifth of all changes without answering. */
export function loseAnswers(proxy: FaultProxy, seed: number): void {
  proxy.inject(atRandom({ ...changes, seed, share: 0.2 }, [{ kind: 'lose-answer' }]));
}

function toPart(what: string, injectFaults: (proxy: FaultProxy, seed: number) => void): Part {
  return {
    what: `${size.operations} calls: ${what}; judged by the versions that are left`,
    maxMinutes: 20,
    async run({ seed, share, onProgress }): Promise<PartResult> {
      const total = Math.ceil(size.operations * share);
      const failures: string[] = [];
      const sums = { calls: 0, faults: 0, unknown: 0, worst: 0 };
      for (let history = 0; sums.calls < total; history += 1) {
        const before = sums.calls;
        const report = await runHistory(
          {
            seed: seed + history,
            callers: 16,
            files: 5,
            operations: Math.min(size.ofOneHistory, total - before),
            onProgress: (done) => onProgress(before + done, total),
          },
          (proxy) => injectFaults(proxy, seed + history),
        );
        sums.calls += report.history.calls.length;
        sums.faults += report.faults;
        sums.unknown += report.outcomes.unknown;
        sums.worst = Math.max(sums.worst, report.worst);
        for (const { invariant, path, detail } of report.violations) {
          failures.push(`seed ${seed + history}, ${path}: ${invariant}: ${detail}`);
        }
      }
      return {
        count: `${sums.calls} calls`,
        worst: sums.worst,
        notes: `${sums.faults} faults, ${sums.unknown} outcomes not known`,
        failures,
      };
    },
  };
}
