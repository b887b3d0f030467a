import { setTimeout } from 'node:timers/promises';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { FileStoreError } from '../../files/file-store.ts';
import { isOfClock } from './failures.ts';

/*
 * S3 may make a change although its answer is lost. So only this file repeats changes; the SDK repeats only reads.
 * Before we repeat a change, we check whether it was made.
 */

/** How many times a change is sent at most. */
const maxAttempts = 3;

/** The longest wait before the first repetition of a change, in milliseconds. It doubles with each repetition. */
const firstPause = 100;

/** Thrown when S3 reports success but leaves out something that only S3 can know. */
export class IncompleteAnswer extends Error {
  constructor(missing: string) {
    super(`s3 answered without ${missing}`);
    this.name = 'IncompleteAnswer';
  }
}

/** Why S3 refused a change. */
export interface Refusal {
  /** What the caller is told. */
  readonly error: unknown;
  /** Whether the reason still holds. If it has gone, the change may be sent again. */
  readonly stands: boolean;
}

/** One change, and how to find out what became of it. */
export interface Change<Result> {
  readonly path: FilePath;
  /** Sends the request once. */
  send(): Promise<Result>;
  /**
   * Checks whether a request was carried out although its answer was lost. Returns undefined if it was not. Throws
   * `FileStoreError` when that cannot be found out, or when the change must not be sent again.
   */
  find(): Promise<Result | undefined>;
  /** Explains why S3 refused the request. */
  explain(cause: S3ServiceException): Promise<Refusal>;
  /** Tells whether to repeat a request that failed with this error and was not carried out. */
  mayRepeat?(error: unknown): boolean;
  readonly signal: AbortSignal;
}

/** Waits; replaced in tests. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

const wait: Pause = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });

/**
 * Makes a change once, however often its answer is lost. It costs no request beyond the change itself unless an
 * answer is lost or S3 refuses. Throws the error that explains a refusal, `uncertain` when nothing shows whether the
 * change was made, and the SDK's error when the signal is aborted.
 */
export async function makeChange<Result>(change: Change<Result>, pause: Pause = wait): Promise<Result> {
  const { path, signal } = change;
  let isInDoubt = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change.send();
    } catch (error) {
      if (signal.aborted) throw error;
      const uncertain = new FileStoreError({ code: 'uncertain', path }, { cause: error });
      const isAnswered = isRefusal(error);
      isInDoubt ||= !isAnswered;
      if (isInDoubt) {
        const found = await look(change, uncertain);
        if (found !== undefined) return found;
      }
      const refusal = isAnswered ? await explain(change, error) : undefined;
      if (refusal?.stands) throw refusal.error;
      const isLast = attempt === maxAttempts || change.mayRepeat?.(error) === false;
      if (isLast) throw isInDoubt ? uncertain : refusal?.error;
    }
    await pause((0.5 + Math.random() / 2) * firstPause * 2 ** (attempt - 1), signal);
  }
}

/** Explains a refusal. Our clock is set right by the answer that says it is off, so that reason may have gone. */
async function explain<Result>(change: Change<Result>, error: S3ServiceException): Promise<Refusal> {
  if (!isOfClock(error)) return change.explain(error);
  const { path } = change;
  return { error: new FileStoreError({ code: 'wrong_clock', path }, { cause: error }), stands: false };
}

/** Looks for a change. If S3 cannot be asked, the outcome stays uncertain. */
async function look<Result>(
  { find, signal }: Change<Result>,
  uncertain: FileStoreError,
): Promise<Result | undefined> {
  try {
    return await find();
  } catch (error) {
    if (signal.aborted) throw error;
    throw error instanceof FileStoreError && error.failure.code !== 'denied' ? error : uncertain;
  }
}

/** Errors with a status below 500 after which S3 may be asked again all the same. */
const passing = ['OperationAborted', 'RequestTimeout'];

/** Tells whether S3 answered that it did not do what was asked. After any other error, nobody knows what was done. */
function isRefusal(error: unknown): error is S3ServiceException {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 300 && status < 500 && status !== 429 && !passing.includes(error.name);
}
