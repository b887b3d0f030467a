import { type FileStore, FileStoreError } from '../files/file-store.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { AnswerRoom } from './answer-room.ts';
import { searchFile } from './file.ts';
import { createFindings, type Findings, type SearchEnd, type SearchMode } from './findings.ts';
import { inOrder } from './in-order.ts';
import type { SearchLimits } from './limits.ts';
import type { LinePattern } from './line-pattern.ts';
import { type PlanStep, planSearch, type SearchPosition, type SearchScope } from './plan.ts';
import { describeSkipped } from './skipped.ts';
import type { WorkTime } from './work-time.ts';

/** How many files are searched side by side. */
const width = 8;

/** How many files are searched between two reports of progress. */
const progressStep = 25;

/** What is searched for, where, and from which position on. */
export interface ContentSearch extends SearchScope {
  /** What is searched for in one file. */
  patternOf(path: string): LinePattern;
  readonly mode: SearchMode;
  /** Lines to show before and after each match. */
  readonly context: number;
  /** Matches at most, or files with some. */
  readonly limit: number;
  readonly start: SearchPosition;
}

/** How a search is limited, and who hears of its progress. */
export interface SearchControl {
  readonly limits: SearchLimits;
  readonly room: AnswerRoom;
  readonly time: WorkTime;
  /** Called now and then with the number of files searched so far. */
  reportProgress(files: number): Promise<void>;
}

/** What a search came to, and what ended it; without an end there was nothing more to search. */
export interface ContentFound extends Findings {
  readonly end?: SearchEnd | undefined;
  /** The searched paths with nothing at them. */
  readonly nothing: readonly string[];
}

/**
 * Searches the contents of several files at a time and returns the findings in the order of their names. When a limit
 * is reached, it ends with what it has found. After the last match that it shows, it searches for one more, so that it
 * can end as complete if there is none. Throws an outage or a `ToolFailure` if no file at all could be read.
 */
export async function searchContents(
  files: Pick<FileStore, 'list' | 'read' | 'stat'>,
  { patternOf, mode, context, limit, start, ...scope }: ContentSearch,
  { limits, room, time, reportProgress }: SearchControl,
): Promise<ContentFound> {
  const finished = new AbortController();
  const signal = AbortSignal.any([time.signal, finished.signal]);
  const { createDocumentSearch } = await import('./documents.ts');
  const documents = createDocumentSearch();
  const { take, findings } = createFindings(start, { mode, context, limit, room });
  const plan = planSearch(files, scope, start, limits, { ...time, signal });
  const shown = { content: { limit: limit + 1, context }, files: { limit: 1, context: 0 }, count: undefined };

  async function search(planned: PlanStep) {
    if (planned.kind !== 'file') return planned;
    const { bytesOfFile: maxBytes } = limits;
    const pattern = patternOf(planned.path);
    const options = { pattern, shown: shown[mode], start: planned.at, maxBytes, time, signal, documents };
    return { kind: 'searched', file: planned, result: await searchFile(files, planned, options) } as const;
  }

  const nothing: string[] = [];
  const causes: unknown[] = [];
  let looked = 0;
  try {
    for await (const step of inOrder(plan, width, search)) {
      if (step.kind === 'end') {
        const found = { ...findings(), nothing, position: step.position, end: step.reason };
        if (!step.reason) requireSome(found, causes, start);
        return found;
      }
      if (step.kind === 'nothing') nothing.push(step.path);
      else {
        if (step.result.kind === 'skipped' && 'cause' in step.result) causes.push(step.result.cause);
        const end = take(step.file, step.result);
        if (end) return { ...findings(), nothing, end };
        looked += 1;
        if (looked % progressStep === 0) await reportProgress(looked);
      }
    }
    return { ...findings(), nothing };
  } finally {
    finished.abort();
    await documents.close();
  }
}

/** Files that cannot be read are reported with the findings; when there is nothing else, the call fails. */
function requireSome(
  { searched, skipped }: Findings,
  causes: readonly unknown[],
  { after, pathIndex }: SearchPosition,
): void {
  const hasRead = searched > 0 || skipped.length === 0 || skipped.some(({ reason }) => reason === 'binary');
  if (hasRead || after !== undefined || pathIndex !== undefined) return;
  const outage = causes.find((cause) => !(cause instanceof FileStoreError));
  if (outage !== undefined) throw outage;
  const [cause] = causes;
  // The failure of a single file has its own sentence.
  if (skipped.length === 1 && cause !== undefined) throw cause;
  throw new ToolFailure(`nothing could be searched: ${describeSkipped(skipped)}`, { cause });
}
