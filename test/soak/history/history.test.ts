import { loseAnswers } from './parts.ts';
import { runHistory } from './run.ts';

describe('a history of callers who change a few files at the same time', () => {
  it('keeps every invariant over 500 operations without faults', async () => {
    const options = { seed: 1, callers: 12, files: 4, operations: 500 };
    const { violations, outcomes } = await runHistory(options);
    expect(violations).toEqual([]);
    // A run that changes little proves little.
    expect(outcomes.done).toBeGreaterThan(100);
    expect(outcomes.read).toBeGreaterThan(10);
  }, 60_000);

  it('keeps every invariant when a fifth of the answers to changes is lost', async () => {
    const options = { seed: 2, callers: 8, files: 4, operations: 400 };
    const { violations, outcomes, faults } = await runHistory(options, (proxy) => loseAnswers(proxy, 2));
    expect(violations).toEqual([]);
    expect(faults).toBeGreaterThan(20);
    // Unknown outcomes are not judged, so there must be few of them.
    expect(outcomes.unknown).toBeLessThan(faults / 2);
  }, 60_000);
});
