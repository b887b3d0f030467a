import { runHistory } from './run.ts';

describe('a history of callers who change a few files at the same time', () => {
  it('keeps every invariant over 500 operations without faults', async () => {
    const options = { seed: 1, callers: 12, files: 4, operations: 500, moves: false };
    const { violations, outcomes } = await runHistory(options);
    expect(violations).toEqual([]);
    // A run that changes little shows little.
    expect(outcomes.done).toBeGreaterThan(100);
    expect(outcomes.read).toBeGreaterThan(10);
  }, 60_000);
});
