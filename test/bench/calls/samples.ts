/** What one cold process measured. Times in milliseconds. */
export interface ColdFigures {
  /** From the spawn of the process until the handler has answered. */
  readonly total: number;
  /** For loading the handler's module. */
  readonly load: number;
  readonly firstCall: number;
  /** Processor time of the whole process. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly rss: number;
}

/** Calls of one kind that a warm process makes. */
export interface Block {
  readonly event: unknown;
  /** What the body of every answer must hold. */
  readonly expected: string;
  /** Calls before anything is measured. */
  readonly warmUp: number;
  readonly calls: number;
}

/** What one block measured, per call. Times in microseconds, the rest in bytes. */
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
