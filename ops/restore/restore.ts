import type { S3Client } from '@aws-sdk/client-s3';
import { inOrder } from '../../lambda/search/in-order.ts';
import { type Change, findChange, makeChange, type Outcome } from './change.ts';
import { type Command, help, readCommand, WrongUsage } from './command-line.ts';
import { explain } from './explain.ts';
import { readHistories, type Scope } from './key-history.ts';
import { requireSafe } from './preconditions.ts';

/** How many changes are made at the same time. */
const concurrency = 16;

/** The process around a restore. */
export interface Surroundings {
  /** Called once the command line is right. */
  readonly createClient: () => S3Client;
  readonly now: Date;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Runs the restore; resolves to the exit code. After an outage, running it again goes on. */
export async function runRestore(words: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { now, print, complain } = surroundings;
  try {
    const command = readCommand(words, now);
    if (!command) {
      print(help);
      return 0;
    }
    return await restore(command, surroundings);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    complain(`${error.message}\n\n${help}`);
    return 2;
  }
}

async function restore(command: Command, surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { now, createClient, print, complain } = surroundings;
  const { bucket, prefix, to, isApplied } = command;
  print(`files below ${JSON.stringify(prefix)} of ${bucket} as of ${to.toISOString()}`);
  const progress = { hasBegun: false };
  try {
    const scope = { client: createClient(), ...command };
    await requireSafe(scope, now);
    const counts = await bringBack(scope, print, progress);
    print(toSummary(counts, isApplied));
    return counts.skipped + counts.failed === 0 ? 0 : 1;
  } catch (error) {
    complain(explain(error));
    if (!progress.hasBegun) return 2;
    complain('what was done so far stays done: run it again for the rest');
    return 1;
  }
}

interface Counts {
  unchanged: number;
  restored: number;
  deleted: number;
  skipped: number;
  failed: number;
}

async function bringBack(
  scope: Scope & { isApplied: boolean },
  print: (line: string) => void,
  progress: { hasBegun: boolean },
): Promise<Counts> {
  const counts = { unchanged: 0, restored: 0, deleted: 0, skipped: 0, failed: 0 };
  async function* findChanges() {
    for await (const history of readHistories(scope)) {
      const change = findChange(history);
      if (change) yield change;
      else counts.unchanged += 1;
    }
  }
  const results = inOrder(findChanges(), concurrency, async (change) => {
    progress.hasBegun ||= scope.isApplied;
    return { change, outcome: await makeChange(scope, change) };
  });
  for await (const { change, outcome } of results) {
    const kind = outcome.kind === 'done' ? (change.from ? 'restored' : 'deleted') : outcome.kind;
    counts[kind] += 1;
    const line = toLine(change, outcome);
    if (line !== undefined) print(line);
  }
  return counts;
}

/** Keys may hold anything, so they are quoted. */
function toLine({ present, from }: Change, outcome: Outcome): string | undefined {
  const key = JSON.stringify(present.key);
  if (outcome.kind === 'unchanged') return undefined;
  if (outcome.kind === 'skipped') return `skip     ${key}: ${outcome.reason}`;
  if (outcome.kind === 'failed') return `fail     ${key}: ${outcome.reason}`;
  if (!from || from === 'lost') return `delete   ${key}`;
  return `restore  ${key} from version ${from.versionId} of ${from.modified.toISOString()}`;
}

function toSummary({ unchanged, restored, deleted, skipped, failed }: Counts, isApplied: boolean): string {
  const asTheyWere = `${unchanged} as they were`;
  if (!isApplied) {
    return `${restored} to restore, ${deleted} to delete, ${asTheyWere}, ${skipped} to skip, ${failed} failed; nothing was changed: add --apply to do it`;
  }
  return `${restored} restored, ${deleted} deleted, ${asTheyWere}, ${skipped} skipped, ${failed} failed`;
}
