/** How a part is run. */
export interface PartOptions {
  /** The same seed repeats the random choices of a run. */
  readonly seed: number;
  /** The share of the whole work that is done, above 0 and at most 1. */
  readonly share: number;
  readonly onProgress: (done: number, total: number) => void;
}

/** The result of a part. */
export interface PartResult {
  /** What was counted: `10000 calls`. */
  readonly count: string;
  /** The longest time that one of them took, in milliseconds. */
  readonly worst: number;
  /** Other remarks: `2113 faults, 41 outcomes not known`. */
  readonly notes: string;
  /** Everything that failed; empty for a part that passes. */
  readonly failures: readonly string[];
}

/** One part of the soak. */
export interface Part {
  /** One line for `--help`. */
  readonly what: string;
  /** After this many minutes the part is stopped and counts as failed. */
  readonly maxMinutes: number;
  run(options: PartOptions): Promise<PartResult>;
}
