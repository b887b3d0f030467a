import { createQuota } from '../../../lambda/mcp/quota.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { type CallTool, createToolCaller } from '../tool-caller.ts';
import { type CallersOptions, recordCalls } from './callers.ts';
import { checkHistory } from './check.ts';
import { createCounters } from './counters.ts';
import type { History, Outcome, RecordedCall } from './history.ts';
import type { Violation } from './violation.ts';
import { startWorld, type WorldOptions } from './world.ts';

/** How callers reach their files. */
export interface Variant extends Partial<WorldOptions> {
  /** Users with the same number of callers each. With shared roots there is one. @default alice */
  readonly users?: readonly [string, ...string[]];
  /** Tool calls of one user in one minute. The clock goes on by a minute after every 100 calls. @default no limit */
  readonly callsPerMinute?: number;
}

/** The result of a history. */
export interface HistoryReport {
  readonly violations: readonly Violation[];
  /** The number of calls. A call that works on many files is one. */
  readonly calls: number;
  /** The number of changes and reads of single files by their outcome. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  /** The number of calls that the quota refused. */
  readonly refused: number;
  /** The number of sessions that STS handed out. */
  readonly sessions: number;
  /** The number of requests to S3 with a fault. */
  readonly faults: number;
  /** The longest call, in milliseconds. */
  readonly worst: number;
}

/** The number of calls after which the clock of the quota goes on by a minute. */
const callsOfMinute = 100;

/**
 * Records a history on an S3 server of this process, with the faults that `injectFaults` adds, and judges it. Users
 * with roots of their own share the callers and the calls, and are each judged by their own versions.
 */
export async function runHistory(
  options: Omit<CallersOptions, 'owner' | 'versionsOfOthers' | 'onVersion'>,
  { users = ['alice'], fileRoots = 'shared', isolation = 'code', callsPerMinute }: Variant = {},
  injectFaults: (proxy: FaultProxy) => void = () => {},
): Promise<HistoryReport> {
  const world = await startWorld({ fileRoots, isolation });
  injectFaults(world.proxy);
  const counters = createCounters();
  const ended = new Map<string, number>();
  const sumEnded = () => sum([...ended.values()]);
  const now = () => Math.floor(sumEnded() / callsOfMinute) * 60_000;
  const quota =
    callsPerMinute === undefined
      ? undefined
      : createQuota({ counters, callsPerMinute, bytesPerDay: undefined, now });
  const known = new Map<string, string[]>(users.map((user) => [user, []]));
  const leaks: Violation[] = [];

  async function record(user: string, index: number): Promise<readonly RecordedCall[]> {
    const call = createToolCaller(world.openFiles(user), { subject: user, quota });
    const others = users.filter((other) => other !== user);
    return recordCalls(watch(call, others, leaks), {
      ...options,
      seed: options.seed + index * 1_000_000,
      owner: user,
      callers: Math.ceil(options.callers / users.length),
      operations: Math.ceil(options.operations / users.length),
      versionsOfOthers: () => others.flatMap((other) => known.get(other)?.slice(-3) ?? []),
      onVersion: (versionId) => known.get(user)?.push(versionId),
      onProgress(done) {
        ended.set(user, done);
        options.onProgress?.(sumEnded());
      },
    });
  }

  try {
    const recorded = await Promise.all(users.map(record));
    const requests = world.proxy.take().filter(({ fault }) => fault !== undefined);
    const violations = [...leaks, ...checkGate(world.denied())];
    for (const [index, user] of users.entries()) {
      const calls = recorded[index] ?? [];
      const versions = await world.readVersions(user);
      violations.push(...checkHistory({ calls, versions, allAnswered: requests.length === 0 }));
      violations.push(...checkOwner(user, versions));
    }
    const all = recorded.flat();
    const calls = sumEnded();
    const refused = recorded.map((mine) => new Set(mine.filter(isRefused).map(({ id }) => id)).size);
    if (callsPerMinute !== undefined)
      violations.push(...checkQuota(counters.values, calls - sum(refused), callsPerMinute));
    return {
      violations,
      calls,
      outcomes: countOutcomes(all),
      refused: sum(refused),
      sessions: world.sessions(),
      faults: requests.length,
      worst: all.reduce((worst, { begun, ended: end }) => Math.max(worst, end - begun), 0),
    };
  } finally {
    await world.close();
  }
}

/** Looks into every answer for a text that belongs to somebody else. Every text that is written names its owner. */
function watch(call: CallTool, others: readonly string[], leaks: Violation[]): CallTool {
  return async (tool, args) => {
    const result = await call(tool, args);
    const text = JSON.stringify(result);
    for (const other of others) {
      if (!text.includes(`${other}: `)) continue;
      leaks.push({
        invariant: 'roots are apart',
        path: tool,
        detail: `${JSON.stringify(args)} answered ${text.slice(0, 500)}`,
      });
    }
    return result;
  };
}

/** Finds what does not belong to the owner of a root among its versions. */
function checkOwner(user: string, versions: History['versions']): readonly Violation[] {
  return [...versions].flatMap(([path, chain]) =>
    chain.flatMap(({ versionId, content = '' }): Violation[] => {
      const isOwn = content.split('\n').every((line) => line === '' || line.startsWith(`${user}: `));
      if (isOwn) return [];
      return [{ invariant: 'roots are apart', path, detail: `${versionId} of ${user} holds ${content}` }];
    }),
  );
}

function checkGate(denied: readonly string[]): readonly Violation[] {
  return denied.map((request) => ({
    invariant: 'every request stays in its root',
    path: request,
    detail: 'its session does not allow it',
  }));
}

/** Compares the counters with the calls that were not refused. */
function checkQuota(
  counters: ReadonlyMap<string, number>,
  passed: number,
  limit: number,
): readonly Violation[] {
  const counts = [...counters.values()];
  const isOver = counts.some((count) => count > limit);
  if (sum(counts) === passed && !isOver) return [];
  const detail = `${passed} calls passed, and the counters say ${counts.join()} of at most ${limit} each`;
  return [{ invariant: 'quotas are kept', path: '', detail }];
}

function isRefused({ outcome }: RecordedCall): boolean {
  return 'message' in outcome && outcome.message.includes('quota_exceeded');
}

function countOutcomes(calls: readonly RecordedCall[]): HistoryReport['outcomes'] {
  const counts = { done: 0, counted: 0, read: 0, copied: 0, 'not done': 0, unknown: 0 };
  for (const { outcome } of calls) counts[outcome.kind] += 1;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
