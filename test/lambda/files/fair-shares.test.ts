import * as fc from 'fast-check';
import { toFairShares } from '../../../lambda/files/fair-shares.ts';

describe('fair shares', () => {
  it.each([
    [[10, 20, 30], 100, [10, 20, 30]],
    [[100, 100], 50, [25, 25]],
    [[100, 4, 100], 50, [23, 4, 23]],
    [[0, 100], 50, [0, 50]],
    [[], 50, []],
  ])('of %j from %i are %j', (wants, total, shares) => {
    expect(toFairShares(wants, total)).toEqual(shares);
  });

  it('give nobody more than it wants, nor more to one than to another who wants more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(100), { maxLength: 20 }), fc.nat(500), async (wants, total) => {
        const shares = toFairShares(wants, total);
        const given = shares.reduce((sum, share) => sum + share, 0);
        expect(given).toBeLessThanOrEqual(total);
        const short = wants.flatMap((want, index) =>
          want > (shares[index] ?? 0) ? [shares[index] ?? 0] : [],
        );
        // Who is short has no less than any other, but for what does not divide.
        for (const share of shares) for (const least of short) expect(share).toBeLessThanOrEqual(least + 1);
      }),
    );
  });
});
