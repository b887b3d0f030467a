/** How long a call works, in milliseconds from its start. */
export interface TimeLimits {
  /** After this nothing more is begun. */
  readonly begins: number;
  /** After this, what was begun is given up. */
  readonly ends: number;
}

/** What a call works by: it ends early enough that the answer, and a look or two before it, reach the client. */
export const timeLimits: TimeLimits = { begins: 10_000, ends: 18_000 };

/** The time of one call. */
export interface WorkTime {
  /** True when nothing more is to be begun. */
  isOver(): boolean;
  /** True when what is under way must end: a computation looks here, because no signal reaches it. */
  isUp(): boolean;
  /** Aborted when what was begun is given up, and when the call itself is ended. */
  readonly signal: AbortSignal;
  /** True when the time was the reason of an abort, and not the end of the call. */
  isGivenUp(): boolean;
}

/** Where the time comes from; tests give one of their own. */
export interface Clock {
  /** In milliseconds since any moment. */
  now(): number;
  /** Aborted after so many milliseconds. */
  timeout(milliseconds: number): AbortSignal;
}

const systemClock: Clock = {
  now: () => Date.now(),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};

/** Starts the time of a call, which `signal` can end before. */
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
