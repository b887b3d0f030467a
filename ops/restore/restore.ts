import { inspect } from 'node:util';
import type { S3Client } from '@aws-sdk/client-s3';
import { inOrder } from '../../lambda/search/in-order.ts';
import { runCommand } from '../terminal/command.ts';
import type { Progress } from '../terminal/progress.ts';
import { findChange, makeChange } from './change.ts';
import { type Command, help, readCommand } from './command-line.ts';
import { explain } from './explain.ts';
import { readHistories, type Scope } from './key-history.ts';
import { requireSafe } from './preconditions.ts';
import { type Counts, createJsonReport, createTextReport, type Report } from './report.ts';

/** How many changes are made at the same time. */
const concurrency = 16;

/** The process around a restore. */
export interface Surroundings {
  /** Called once the command line is right. */
  readonly createClient: () => S3Client;
  readonly now: Date;
  readonly isColoured?: boolean;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Shows how far the work has come. */
  readonly progress?: Progress;
}

/** Runs the restore; resolves to the exit code. After an outage, running it again goes on. */
export async function runRestore(words: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { now, print, complain } = surroundings;
  return runCommand(words, { help, complain: (text) => complain(text.trimEnd()) }, async () => {
    const command = readCommand(words, now);
    if (command !== undefined) return restore(command, surroundings);
    print(help);
    return 0;
  });
}

async function restore(command: Command, surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { now, createClient, print, complain, isColoured = false, progress } = surroundings;
  const printLine = (line: string) => {
    progress?.clear();
    print(line);
  };
  const report = command.isJson ? createJsonReport(printLine) : createTextReport(printLine, isColoured);
  report.begin(command);
  const counts = { unchanged: 0, restored: 0, deleted: 0, skipped: 0, failed: 0 };
  const state = { hasBegun: false };
  try {
    const scope = { client: createClient(), ...command };
    await requireSafe(scope, now);
    await bringBack(scope, { counts, report, state, progress });
    progress?.clear();
    report.end(counts, command);
    return counts.skipped + counts.failed === 0 ? 0 : 1;
  } catch (error) {
    progress?.clear();
    report.end(counts, command, explain(error));
    complain(command.isVerbose ? inspect(error) : explain(error));
    if (!state.hasBegun) return 2;
    complain('what was done so far stays done: run it again for the rest');
    return 1;
  }
}

/** Where a restore keeps what it did so far. */
interface Account {
  readonly counts: Counts;
  readonly report: Report;
  /** Whether a change may have been made. */
  readonly state: { hasBegun: boolean };
  readonly progress: Progress | undefined;
}

async function bringBack(
  scope: Scope & { isApplied: boolean },
  { counts, report, state, progress }: Account,
): Promise<void> {
  let seen = 0;
  async function* findChanges() {
    for await (const history of readHistories(scope)) {
      seen += 1;
      progress?.show(`${seen} keys looked at, ${seen - counts.unchanged} of them changed since`);
      const change = findChange(history);
      if (change) yield change;
      else counts.unchanged += 1;
    }
  }
  const results = inOrder(findChanges(), concurrency, async (change) => {
    state.hasBegun ||= scope.isApplied;
    return { change, outcome: await makeChange(scope, change) };
  });
  for await (const { change, outcome } of results) {
    const kind = outcome.kind === 'done' ? (change.from ? 'restored' : 'deleted') : outcome.kind;
    counts[kind] += 1;
    report.change(change, outcome);
  }
}
