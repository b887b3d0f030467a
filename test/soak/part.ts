/** How a part is run. */
export interface PartOptions {
  /** Repeats the random choices of a run. */
  readonly seed: number;
  /** Which share of the whole is done, above 0 and at most 1. */
  readonly share: number;
  readonly onProgress: (done: number, total: number) => void;
}

/** What came of a part. */
export interface PartResult {
  /** What was counted: `10000 calls`. */
  readonly count: string;
  /** The longest that one of them took, in milliseconds. */
  readonly worst: number;
  /** What else is worth a word: `2113 faults, 41 outcomes not known`. */
  readonly notes: string;
  /** Everything that was broken; nothing for a part that passes. */
  readonly failures: readonly string[];
}

/** One part of the soak. */
export interface Part {
  /** One line for `--help`. */
  readonly what: string;
  /** After this many minutes the part is ended and has failed. */
  readonly maxMinutes: number;
  run(options: PartOptions): Promise<PartResult>;
}
