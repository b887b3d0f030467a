/** How long a call may work, in milliseconds from its start. */
export interface TimeLimits {
  /** After this nothing new is started. */
  readonly begins: number;
  /** After this, work that is under way is given up. */
  readonly ends: number;
}

/** The limits of an ordinary call. They leave enough time for one or two more requests and for the answer. */
export const timeLimits: TimeLimits = { begins: 10_000, ends: 18_000 };

/** The time of one call. */
export interface WorkTime {
  /** True when nothing new should be started. */
  isOver(): boolean;
  /** True when work under way must end. Computations ask this, because no signal interrupts them. */
  isUp(): boolean;
  /** Aborted when work under way is given up, and when the call itself is ended. */
  readonly signal: AbortSignal;
  /** True when the signal was aborted because the time is over, and not because the call was ended. */
  isGivenUp(): boolean;
}

/** A time that has begun. */
export interface StartedTime extends WorkTime {
  /** Ends it: the work is done, and nothing is given up any more. */
  end(): void;
}

/** Where the time comes from; tests pass their own. */
export interface Clock {
  /** In milliseconds, from any starting point. */
  now(): number;
  /** Calls `run` after so many milliseconds. What it returns cancels that. */
  after(milliseconds: number, run: () => void): () => void;
}

const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * Starts the time of a call. `signal` can end the call earlier. Its timer runs until `end`, because timers that every
 * call leaves behind cost more than the call's own.
 */
export function startWork(
  signal: AbortSignal,
  { begins, ends }: TimeLimits = timeLimits,
  clock: Clock = systemClock,
): StartedTime {
  const started = clock.now();
  const over = new AbortController();
  let isExpired = false;
  const abort = () => over.abort(signal.reason);
  const cancel = clock.after(ends, () => {
    isExpired = true;
    over.abort(new DOMException('the time of the call is over', 'TimeoutError'));
  });
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    isOver: () => clock.now() >= started + begins,
    isUp: () => clock.now() >= started + ends,
    signal: over.signal,
    isGivenUp: () => isExpired && !signal.aborted,
    end() {
      cancel();
      signal.removeEventListener('abort', abort);
    },
  };
}
