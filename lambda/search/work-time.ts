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

/** Where the time comes from; tests pass their own. */
export interface Clock {
  /** In milliseconds, from any starting point. */
  now(): number;
  /** A signal that is aborted after so many milliseconds. */
  timeout(milliseconds: number): AbortSignal;
}

const systemClock: Clock = {
  now: () => Date.now(),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};

/** Starts the time of a call. `signal` can end the call earlier. */
export function startWork(
  signal: AbortSignal,
  { begins, ends }: TimeLimits = timeLimits,
  clock: Clock = systemClock,
): WorkTime {
  const started = clock.now();
  const end = clock.timeout(ends);
  return {
    isOver: () => clock.now() >= started + begins,
    isUp: () => clock.now() >= started + ends,
    signal: AbortSignal.any([signal, end]),
    isGivenUp: () => end.aborted && !signal.aborted,
  };
}
