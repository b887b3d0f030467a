import type { Examination } from './examination.ts';
import type { Finding } from './finding.ts';

/** One thing that can be wrong between an MCP client and its server. */
export interface Check {
  readonly name: string;
  /** Throws `Unavailable` or `NotApplicable` for an input that cannot be had; see `runChecks`. */
  readonly examine: (examination: Examination) => Finding | Promise<Finding>;
}
