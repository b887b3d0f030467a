import { createHash } from 'node:crypto';
import { type FileStore, FileStoreError, type FileStoreFailure } from '../files/file-store.ts';
import { startClock } from './clock.ts';
import { type Measurement, maxValues } from './embedded-metrics.ts';
import { observeFiles } from './observed-files.ts';

/** How many files the log names for one call, besides the first. */
const maxOthers = 20;

/** What one request did with files. */
export interface FileUsage {
  /** The same file store, whose use is recorded here. */
  observe(files: FileStore): FileStore;
  /** Every path that was used so far. */
  listPaths(): readonly string[];
  /** Tells whether the error is an outage that the file store threw. */
  isOutage(error: unknown): boolean;
  /** The first outage, or undefined. A tool that answered all the same has left out the file that failed. */
  findOutage(): unknown;
  /** Whether something was written that has no version, so that the next write replaces it for good. */
  hasUnversionedWrite(): boolean;
  /** How long the requests to the store took, by operation. */
  toLatencies(): readonly Measurement[];
  /** What the log tells of the files. */
  toFacts(): Readonly<Record<string, unknown>>;
}

/** Creates an empty record. */
export function createFileUsage(logPaths: boolean): FileUsage {
  const etags = new Map<string, string | undefined>();
  const durations = new Map<string, number[]>();
  const outages = new Set<unknown>();
  let changed: string | undefined;
  let bytes: number | undefined;
  let url: string | undefined;
  let hasUnversionedWrite = false;

  function begin(operation: keyof FileStore, paths: readonly string[]): void {
    for (const path of paths) etags.set(path, etags.get(path));
    if (/^(write|copy|delete|createUploadUrl)$/.test(operation)) changed ??= paths[0];
  }

  /** Making a URL sends no request. Values that do not fit into one document of metrics are dropped. */
  function addDuration(operation: keyof FileStore, duration: number): void {
    const list = durations.get(operation) ?? [];
    if (operation.startsWith('create') || list.length >= maxValues) return;
    list.push(duration);
    durations.set(operation, list);
  }

  return {
    observe: (files) =>
      observeFiles(files, (operation, paths) => {
        begin(operation, paths);
        const clock = startClock();
        return (end) => {
          addDuration(operation, clock());
          if ('error' in end) {
            if (!end.isAborted && isFaultOfOurs(end.error)) outages.add(end.error);
            return;
          }
          const { use } = end;
          if (use.etag !== undefined && paths[0] !== undefined) etags.set(paths[0], use.etag);
          if (use.isUnversioned) hasUnversionedWrite = true;
          if (use.bytes !== undefined) bytes = (bytes ?? 0) + use.bytes;
          if (operation === 'createDownloadUrl') url = 'download';
          if (operation === 'createUploadUrl') url = 'upload';
        };
      }),
    listPaths: () => [...etags.keys()],
    isOutage: (error) => outages.has(error),
    findOutage: () => [...outages][0],
    hasUnversionedWrite: () => hasUnversionedWrite,
    toLatencies: () =>
      [...durations].flatMap(([dimension, values]) =>
        values.map((value) => ({ name: 'StorageLatency' as const, value, dimension })),
      ),
    toFacts() {
      const [first] = etags.keys();
      const main = changed ?? first;
      if (main === undefined) return {};
      const others = [...etags.keys()].filter((path) => path !== main);
      return {
        pathHash: toHash(main),
        ...(logPaths && { path: main }),
        ...(others.length > 0 && {
          fileCount: etags.size,
          otherPathHashes: others.slice(0, maxOthers).map(toHash),
          ...(logPaths && { otherPaths: others.slice(0, maxOthers) }),
        }),
        etag: etags.get(main),
        bytes,
        url,
      };
    },
  };
}

/** Tells whether an error is one that the store has no code for, or one that only the operator can fix. */
function isFaultOfOurs(error: unknown): boolean {
  const faults: readonly FileStoreFailure['code'][] = ['denied', 'wrong_clock', 'hidden', 'uncertain'];
  return !(error instanceof FileStoreError) || faults.includes(error.failure.code);
}

/** Tells paths apart without naming them: the first 16 digits of the SHA-256, in hexadecimal. */
function toHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
