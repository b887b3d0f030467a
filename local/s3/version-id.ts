import { randomBytes } from 'node:crypto';
import { S3Error } from './s3-error.ts';

const endOfTime = 2 ** 48 - 1;

/**
 * A new version id, 32 hex digits. The ids of one key sort newest first whatever the clock does: the milliseconds left
 * until a day far away, always less than in the previous id, followed by random digits.
 */
export function createVersionId(now: number, previous: string | undefined): string {
  const before = previous === undefined ? endOfTime : Number.parseInt(previous.slice(0, 12), 16);
  const timeLeft = Math.min(endOfTime - now, before - 1);
  return timeLeft.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
}

/** Throws `InvalidArgument` unless the text could be a version id. */
export function requireVersionId(text: string): void {
  if (/^[0-9a-f]{32}$/.test(text)) return;
  throw new S3Error('InvalidArgument', `send a version id that the store gave out, got "${text}"`);
}
