/** The measurements of one cold process. Times in milliseconds. */
export interface ColdFigures {
  /** From the spawn of the process until the handler has answered. */
  readonly total: number;
  /** The time to load the handler's module. */
  readonly load: number;
  readonly firstCall: number;
  /** The processor time of the whole process. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly rss: number;
}

/** Calls of one kind that a warm process makes. */
export interface Block {
  readonly event: unknown;
  /** What the body of every answer must contain. */
  readonly expected: string;
  /** The number of calls before anything is measured. */
  readonly warmUp: number;
  readonly calls: number;
}

/** The measurements of one block, per call. Times in microseconds, the rest in bytes. */
export interface BlockFigures {
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
  readonly cpu: number;
  /** Bytes of the heap. */
  readonly allocated: number;
  /** Resident bytes of the process after the block. */
  readonly rss: number;
}
