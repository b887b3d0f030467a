/** In bytes. */
export const mebibyte = 1024 * 1024;

/** What one search may cost. */
export interface SearchLimits {
  readonly files: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Bytes of one file, about; what lies behind them is not searched. */
  readonly bytesOfFile: number;
}

/** What one call costs at most. */
export const searchLimits: SearchLimits = { files: 500, bytes: 32 * mebibyte, bytesOfFile: 8 * mebibyte };
