/**
 * Starts a clock. It returns the milliseconds since then, to a tenth, which is finer than any decision here needs.
 */
export function startClock(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) * 10) / 10;
}
