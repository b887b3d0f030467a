import { type Colour, createPaint } from '../terminal/paint.ts';
import type { Change, Outcome } from './change.ts';
import type { Command } from './command-line.ts';

/** How many keys went which way. */
export interface Counts {
  unchanged: number;
  restored: number;
  deleted: number;
  skipped: number;
  failed: number;
}

/** What a restore tells while it works. */
export interface Report {
  begin(command: Command): void;
  change(change: Change, outcome: Outcome): void;
  /** Ends the report; `error` is why the work ended early. */
  end(counts: Counts, command: Command, error?: string): void;
}

/** A line for each change, for people. */
export function createTextReport(print: (line: string) => void, isColoured: boolean): Report {
  const paint = createPaint(isColoured);
  const toWord = (colour: Colour, word: string) => paint(colour, word) + ' '.repeat(9 - word.length);

  function toLine({ present, from }: Change, outcome: Outcome): string | undefined {
    // Keys may hold anything, so they are quoted.
    const key = JSON.stringify(present.key);
    if (outcome.kind === 'unchanged') return undefined;
    if (outcome.kind === 'skipped') return `${toWord('yellow', 'skip')}${key}: ${outcome.reason}`;
    if (outcome.kind === 'failed') return `${toWord('red', 'fail')}${key}: ${outcome.reason}`;
    if (!from || from === 'lost') return `${toWord('green', 'delete')}${key}`;
    const version = `version ${from.versionId} of ${from.modified.toISOString()}`;
    return `${toWord('green', 'restore')}${key} from ${version}`;
  }

  return {
    begin: ({ bucket, prefix, to }) =>
      print(`files below ${JSON.stringify(prefix)} of ${bucket} as of ${to.toISOString()}`),
    change(change, outcome) {
      const line = toLine(change, outcome);
      if (line !== undefined) print(line);
    },
    end(counts, { isApplied }, error) {
      if (error === undefined) print(toSummary(counts, isApplied));
    },
  };
}

/** One JSON document at the end, for programs. */
export function createJsonReport(print: (line: string) => void): Report {
  const results: object[] = [];
  return {
    begin() {},
    change({ present, from }, outcome) {
      if (outcome.kind === 'unchanged') return;
      const version = from !== undefined && from !== 'lost' ? from : undefined;
      const action = outcome.kind === 'done' ? (version ? 'restore' : 'delete') : outcome.kind;
      results.push({
        key: present.key,
        action,
        ...(version && { versionId: version.versionId, modified: version.modified }),
        ...('reason' in outcome && { reason: outcome.reason }),
      });
    },
    end(summary, { bucket, prefix, to, isApplied }, error) {
      const document = { bucket, prefix, to, isApplied, summary, results, ...(error && { error }) };
      print(JSON.stringify(document, null, 2));
    },
  };
}

function toSummary({ unchanged, restored, deleted, skipped, failed }: Counts, isApplied: boolean): string {
  const asTheyWere = `${unchanged} as they were`;
  if (!isApplied) {
    return `${restored} to restore, ${deleted} to delete, ${asTheyWere}, ${skipped} to skip, ${failed} failed; nothing was changed: add --apply to do it`;
  }
  return `${restored} restored, ${deleted} deleted, ${asTheyWere}, ${skipped} skipped, ${failed} failed`;
}
