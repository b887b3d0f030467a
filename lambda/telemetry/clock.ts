/**
 * Starts a clock, which tells the milliseconds since then: to the tenth, which is finer than anything here is
 * decided by.
 */
export function startClock(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) * 10) / 10;
}
