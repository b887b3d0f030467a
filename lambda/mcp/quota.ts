import { createHash } from 'node:crypto';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import { type Log, toErrorFacts } from '../telemetry/log.ts';

/** Counters that all execution environments share. Every call fails while they cannot be reached. */
export interface QuotaCounters {
  /**
   * Adds to a counter and answers true; with `limit`, only unless the counter has reached it. A counter is
   * kept at least until `expiresAt`, in seconds since the epoch.
   */
  add(counter: string, amount: number, options: { expiresAt: number; limit?: number }): Promise<boolean>;
  /** What a counter stands at; 0 when there is none. */
  read(counter: string): Promise<number>;
}

/** What one caller may use. A limit that is undefined does not apply. */
export interface QuotaOptions {
  readonly counters: QuotaCounters;
  /** Tool calls in one minute of the clock. */
  readonly callsPerMinute: number | undefined;
  /** Bytes of the requests and answers of tool calls in one day, UTC. */
  readonly bytesPerDay: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Limits what each caller may use, across all execution environments. While the counters cannot be reached no limit
 * applies, which is logged and counted: access to the files matters more than the count.
 */
export interface Quota {
  /** Counts a tool call before it runs. Throws `Refused` with `quota_exceeded`. */
  takeCall(principal: Principal, log: Log): Promise<void>;
  /** Counts the bytes of a tool call after it has run, so the last call of a day may exceed the limit. */
  addBytes(principal: Principal, bytes: number, log: Log): Promise<void>;
}

/** Limits count in fixed windows of the clock; lengths in milliseconds. */
const windows = { calls_per_minute: 60_000, bytes_per_day: 86_400_000 };

type QuotaName = keyof typeof windows;

/** Creates the quota. It keeps no state of its own: the counters hold it. */
export function createQuota(options: QuotaOptions): Quota {
  const { counters, callsPerMinute, bytesPerDay, now = Date.now } = options;

  async function takeOne(principal: Principal, limit: number): Promise<void> {
    const { counter, expiresAt, refuse } = openWindow('calls_per_minute', principal, now());
    if (!(await counters.add(counter, 1, { expiresAt, limit }))) refuse();
  }

  async function requireBytes(principal: Principal, limit: number): Promise<void> {
    const { counter, refuse } = openWindow('bytes_per_day', principal, now());
    if ((await counters.read(counter)) >= limit) refuse();
  }

  return {
    async takeCall(principal, log) {
      const checks = [
        ...(callsPerMinute === undefined ? [] : [takeOne(principal, callsPerMinute)]),
        ...(bytesPerDay === undefined ? [] : [requireBytes(principal, bytesPerDay)]),
      ];
      await Promise.all(checks.map((check) => check.catch((error) => passOutage(error, log))));
    },
    async addBytes(principal, bytes, log) {
      if (bytesPerDay === undefined) return;
      const { counter, expiresAt } = openWindow('bytes_per_day', principal, now());
      await counters.add(counter, bytes, { expiresAt }).catch((error) => passOutage(error, log));
    },
  };
}

function passOutage(error: unknown, log: Log): void {
  if (error instanceof Refused) throw error;
  log('quota_unavailable', { error: toErrorFacts(error) }, [{ name: 'QuotaFailures', value: 1 }]);
}

/** The window of the clock that a time falls into, for one caller. */
function openWindow(quota: QuotaName, principal: Principal, time: number) {
  const length = windows[quota];
  const index = Math.floor(time / length);
  const end = (index + 1) * length;
  return {
    counter: `${toOwner(principal)}/${quota}/${index}`,
    expiresAt: end / 1000,
    refuse(): never {
      throw new Refused({ code: 'quota_exceeded', quota, retryAfterSeconds: Math.ceil((end - time) / 1000) });
    },
  };
}

/** Identifies a caller: a user by its subject, a machine by its client. The table sees only the hash. */
function toOwner({ kind, issuer, subject, clientId }: Principal): string {
  const owner = kind === 'machine' ? clientId : subject;
  return createHash('sha256')
    .update(JSON.stringify([issuer, kind, owner]))
    .digest('hex');
}
