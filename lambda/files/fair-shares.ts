/**
 * Splits `total` in whole numbers among those who want some of it. Nobody gets more than they want, and what one
 * leaves is there for those who want more.
 */
export function toFairShares(wants: readonly number[], total: number): number[] {
  const shares = new Map<number, number>();
  const smallestFirst = [...wants.entries()].sort(([, one], [, other]) => one - other);
  let left = total;
  for (const [index, want] of smallestFirst) {
    const share = Math.min(want, Math.floor(left / (wants.length - shares.size)));
    shares.set(index, share);
    left -= share;
  }
  return wants.map((_, index) => shares.get(index) ?? 0);
}
