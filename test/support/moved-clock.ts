import { type Clock, startWork, type WorkTime } from '../../lambda/search/work-time.ts';

/** A clock that only a test moves. */
export interface MovedClock extends Clock {
  /** Lets time pass and fires the timeouts that have expired by then. */
  advance(milliseconds: number): void;
  /** Starts a call of 10 seconds, whose work is abandoned after 18. */
  start(signal?: AbortSignal): WorkTime;
}

/** Creates a clock that stands still until it is moved. */
export function createMovedClock(): MovedClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; run(): void }>();
  const clock: MovedClock = {
    now: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(milliseconds) {
      now += milliseconds;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    start: (signal = new AbortController().signal) =>
      startWork(signal, { begins: 10_000, ends: 18_000 }, clock),
  };
  return clock;
}
