import { loseAnswers, ownRoots, quota } from './parts.ts';
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
    const { violations, outcomes, faults } = await runHistory(options, {}, (proxy) => loseAnswers(proxy, 2));
    expect(violations).toEqual([]);
    expect(faults).toBeGreaterThan(20);
    // Unknown outcomes are not judged, so there must be few of them.
    expect(outcomes.unknown).toBeLessThan(faults / 2);
  }, 60_000);

  it('keeps every root apart when each user has one', async () => {
    const options = { seed: 3, callers: 9, files: 4, operations: 240 };
    const { violations, outcomes } = await runHistory(options, ownRoots());
    expect(violations).toEqual([]);
    expect(outcomes.done).toBeGreaterThan(50);
    // What others have is asked for, and not found.
    expect(outcomes['not done']).toBeGreaterThan(10);
  }, 60_000);

  it('keeps every invariant when each root has a session of its own, and answers are lost', async () => {
    const options = { seed: 4, callers: 9, files: 4, operations: 240 };
    const variant = { ...ownRoots(), isolation: 'iam' } as const;
    const { violations, outcomes, sessions } = await runHistory(options, variant, (proxy) =>
      loseAnswers(proxy, 4),
    );
    expect(violations).toEqual([]);
    expect(outcomes.done).toBeGreaterThan(50);
    // Sessions are renewed while calls are under way.
    expect(sessions).toBeGreaterThan(3);
  }, 60_000);

  it('leaves nothing behind of what a quota refuses', async () => {
    const options = { seed: 5, callers: 8, files: 4, operations: 300 };
    const { violations, outcomes, refused } = await runHistory(options, quota());
    expect(violations).toEqual([]);
    expect(outcomes.done).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(30);
  }, 60_000);
});
