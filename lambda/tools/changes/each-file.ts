import { type DirectoryPath, type FilePath, readFilePath } from '../../files/file-path.ts';
import type { FileStore } from '../../files/file-store.ts';
import { inOrder } from '../../search/in-order.ts';
import { toPath } from '../../search/plan.ts';
import { scan } from '../../search/scan.ts';
import type { Selection } from '../../search/selection.ts';
import type { WorkTime } from '../../search/work-time.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { toToolFailure } from '../answer/file-failure.ts';
import type { RunningContext } from '../tool.ts';
import { createByteGate } from './byte-gate.ts';

/** The files that a call works on: the selected ones below a directory, in the order of their names. */
export interface FileSelection {
  readonly directory: DirectoryPath;
  readonly selection?: Selection | undefined;
  /** The name, relative to the directory, after which the work continues. */
  readonly after?: string | undefined;
}

/** What one call may cost. It ends in time for its answer, however long the files take. */
export interface ChangeLimits {
  /** How many files are worked on. */
  readonly files: number;
  /** The most bytes of all files together. The first file is always worked on. */
  readonly bytes?: number;
  /** How many files are worked on at once. */
  readonly width: number;
  /** The most bytes of files that are worked on at once; a larger file is worked on alone. */
  readonly bytesAtOnce?: number;
  /** Asked before each file. True when the answer is full. */
  isFull?(): boolean;
}

/** A file to work on, as it was listed. */
export interface ListedFile {
  readonly path: FilePath;
  /** The path relative to the directory. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
}

/** A file as it was listed. Its name may be too long for a path. */
type PlannedFile = Omit<ListedFile, 'path'> & { readonly kind: 'file'; readonly path: string };

/** A file that failed, and what the model is told about it. */
export interface FailedFile {
  readonly path: string;
  readonly reason: string;
}

/** The outcome of work on many files. */
export interface FileChanges<Result> {
  /** The files that were worked on, in the order of their names. */
  readonly done: readonly { readonly file: ListedFile; readonly result: Result }[];
  readonly failed: readonly FailedFile[];
  /** The name after which the next call continues; absent when no file is left. */
  readonly next?: string | undefined;
}

/** After this many failures no further file is started, because the others are likely to fail too. */
const maxFailures = 20;

/** How many files are worked on between two reports of progress. */
const progressStep = 25;

/**
 * Works on several files at a time. A file that fails is reported, and the others are still worked on. The call waits
 * for every file that it started, so that nothing changes unreported. Throws an outage if there is nothing else to
 * report.
 */
export async function changeEachFile<Result>(
  {
    files,
    time,
    reportProgress,
  }: Pick<RunningContext, 'time' | 'reportProgress'> & { readonly files: Pick<FileStore, 'list'> },
  selection: FileSelection,
  limits: ChangeLimits,
  work: (file: ListedFile, signal: AbortSignal) => Promise<Result>,
): Promise<FileChanges<Result>> {
  const done: { file: ListedFile; result: Result }[] = [];
  const failed: FailedFile[] = [];
  const outages: unknown[] = [];
  const gate = createByteGate(limits.bytesAtOnce ?? Number.POSITIVE_INFINITY);
  const isOver = () => time.isOver() || failed.length >= maxFailures || limits.isFull?.() === true;
  let next: string | undefined;

  async function change(planned: PlannedFile | PlanEnd) {
    if (planned.kind === 'end') return planned;
    await gate.enter(planned.size);
    try {
      const { name, size, etag } = planned;
      const file = { path: readFilePath(planned.path), name, size, etag };
      return { kind: 'done', file, result: await work(file, time.signal) } as const;
    } catch (error) {
      return { kind: 'failed', path: planned.path, error } as const;
    } finally {
      gate.leave(planned.size);
    }
  }

  const plan = planFiles(files, selection, limits, { ...time, isOver });
  for await (const step of inOrder(plan, limits.width, change)) {
    if (step.kind === 'end') next = step.next;
    else if (step.kind === 'failed') {
      const failure = toToolFailure(step.error);
      if (!(failure instanceof ToolFailure)) outages.push(step.error);
      failed.push({ path: step.path, reason: toReason(failure, step.path) });
    } else done.push({ file: step.file, result: step.result });
    const count = done.length + failed.length;
    if (count % progressStep === 0) await reportProgress(count, limits.files);
  }
  if (outages.length > 0 && outages.length === failed.length && done.length === 0) throw outages[0];
  return { done, failed, next };
}

/** The end of a plan, and where the next one starts if files are left. */
interface PlanEnd {
  readonly kind: 'end';
  readonly next?: string | undefined;
}

async function* planFiles(
  files: Pick<FileStore, 'list'>,
  { directory, selection, after }: FileSelection,
  limits: ChangeLimits,
  time: WorkTime,
): AsyncGenerator<PlannedFile | PlanEnd> {
  const from = after === undefined ? undefined : ({ kind: 'file', name: after } as const);
  let next = after;
  let isComplete = true;
  let count = 0;
  let bytes = 0;
  try {
    for await (const step of scan(files, directory, { recursive: true, selection, after: from, time })) {
      const { entry } = step;
      if (step.isMatch && entry?.kind === 'file') {
        count += 1;
        bytes += entry.size;
        const isFull = count > limits.files || (count > 1 && bytes > (limits.bytes ?? Infinity));
        if (isFull) return yield { kind: 'end', next };
        const { name, size, etag } = entry;
        yield { kind: 'file', path: toPath(directory, name), name, size, etag };
      }
      next = step.place.name;
      isComplete = step.isLast;
      // Asked only after an entry, so that every call makes progress.
      if (time.isOver() && !isComplete) break;
    }
  } catch (error) {
    // What was done so far must be reported. If the outage lasts, the next call throws it.
    if (count === 0) throw error;
    return yield { kind: 'end', next };
  }
  yield { kind: 'end', ...(!isComplete && { next }) };
}

function toReason(failure: unknown, path: string): string {
  if (failure instanceof ToolFailure) return failure.message;
  return `the file store did not answer, and this may have been done nevertheless: look with get_file_info at "${path}"`;
}
