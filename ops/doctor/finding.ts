/** `warn` is what stops only some clients; `skip` is a check whose input is missing. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What one check found, and for what is wrong the remedy. */
export interface Finding {
  readonly status: Status;
  readonly found: string;
  readonly remedy?: string;
}

/** A finding with the name of its check: one line of the report. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/** Nothing is wrong. */
export function ok(found: string): Finding {
  return { status: 'ok', found };
}

/** Something stops some clients. */
export function warn(found: string, remedy: string): Finding {
  return { status: 'warn', found, remedy };
}

/** Something stops clients, or must not be. */
export function fail(found: string, remedy: string): Finding {
  return { status: 'fail', found, remedy };
}

/** Thrown where something that should be there is not: the first check that needs it fails. */
export class Unavailable extends Error {
  readonly remedy: string;
  /** True when the thing is plainly not there, and not broken: another place may have it. */
  readonly isAbsent: boolean;

  constructor(found: string, remedy: string, options: { isAbsent?: boolean } = {}) {
    super(found);
    this.name = 'Unavailable';
    this.remedy = remedy;
    this.isAbsent = options.isAbsent ?? false;
  }
}

/** Thrown where something is rightly missing, such as a token that was not given: checks of it are skipped. */
export class NotApplicable extends Error {}
