import type { FileStore } from '../files/file-store.ts';
import { searchFile } from './file.ts';
import { createFindings, type Findings, type SearchEnd } from './findings.ts';
import { inOrder } from './in-order.ts';
import type { SearchLimits } from './limits.ts';
import type { LinePattern } from './line-pattern.ts';
import { type PlanEnd, type PlannedFile, planSearch, type SearchPlace, type SearchPosition } from './plan.ts';

/** How many files are searched side by side. */
const width = 8;

/** After how many files progress is told. */
const progressStep = 25;

/** What is searched for, where, and from where on. */
export interface ContentSearch extends SearchPlace {
  readonly pattern: LinePattern;
  /** Lines to show before and after each match. */
  readonly context: number;
  /** Matches at most. */
  readonly limit: number;
  readonly start: SearchPosition;
}

/** How a search is bounded and followed. */
export interface SearchControl {
  readonly limits: SearchLimits;
  readonly signal: AbortSignal;
  /** Told now and then how many files were looked at. */
  reportProgress(files: number): Promise<void>;
}

/** What a search came to, and what ended it; without an end there was nothing more to search. */
export interface ContentFound extends Findings {
  readonly end?: SearchEnd | undefined;
}

/**
 * Searches the contents of files side by side and answers in the order of their names. A limit ends it with
 * what was found until then.
 */
export async function searchContents(
  files: Pick<FileStore, 'list' | 'read' | 'stat'>,
  { pattern, context, limit, start, ...place }: ContentSearch,
  { limits, signal, reportProgress }: SearchControl,
): Promise<ContentFound> {
  const deadline = Date.now() + limits.milliseconds;
  const timeout = AbortSignal.timeout(limits.milliseconds);
  const finished = new AbortController();
  const control = {
    isOver: () => Date.now() >= deadline,
    signal: AbortSignal.any([signal, timeout, finished.signal]),
  };
  const { take, findings } = createFindings(start, context, {
    matches: limit,
    characters: limits.characters,
  });
  const plan = planSearch(files, place, start, limits, control.signal);

  async function search(planned: PlannedFile | PlanEnd) {
    if (planned.kind === 'end') return planned;
    const options = { pattern, context, limit, start: planned.at, maxBytes: limits.bytesOfFile, ...control };
    return { kind: 'searched', file: planned, result: await searchFile(files, planned, options) } as const;
  }

  async function searchAll(): Promise<ContentFound> {
    let looked = 0;
    const outages: unknown[] = [];
    const result = () => requireSome(findings(), outages);
    for await (const step of inOrder(plan, width, search)) {
      if (step.kind === 'end') return { ...result(), position: { after: step.after }, end: step.reason };
      if (step.result.kind === 'unreadable' && 'outage' in step.result) outages.push(step.result.outage);
      const end = take(step.file, step.result);
      if (end) return { ...findings(), end };
      looked += 1;
      if (looked % progressStep === 0) await reportProgress(looked);
    }
    return result();
  }

  try {
    return await searchAll();
  } catch (error) {
    if (!timeout.aborted) throw error;
    return { ...findings(), end: 'time' };
  } finally {
    finished.abort();
  }
}

/** One file that cannot be read is counted; when that is all there was, the store is down. */
function requireSome(found: Findings, outages: readonly unknown[]): Findings {
  if (outages.length > 0 && found.searched + found.binary === 0) throw outages[0];
  return found;
}
