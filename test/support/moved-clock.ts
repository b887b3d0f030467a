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
  const timeouts: { readonly at: number; readonly end: AbortController }[] = [];
  const clock: MovedClock = {
    now: () => now,
    timeout(milliseconds) {
      const end = new AbortController();
      timeouts.push({ at: now + milliseconds, end });
      return end.signal;
    },
    advance(milliseconds) {
      now += milliseconds;
      for (const { at, end } of timeouts) {
        if (at <= now) end.abort(new DOMException('the time is over', 'TimeoutError'));
      }
    },
    start: (signal = new AbortController().signal) =>
      startWork(signal, { begins: 10_000, ends: 18_000 }, clock),
  };
  return clock;
}
