import { setImmediate } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { readDirectoryPath, readFilePath } from '../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError, type WriteCondition } from '../../lambda/files/file-store.ts';
import { rewriteText } from '../../lambda/text/rewrite.ts';
import { ToolFailure } from '../../lambda/tool-failure.ts';
import { placeFile } from '../../lambda/tools/answer/written-place.ts';
import { moveOne, movePlaced } from '../../lambda/tools/move-file.ts';
import { type Fault, mockS3 } from '../support/mocked-s3.ts';
import type { Choose } from './explore.ts';
import { findEnds, type Operation, type Outcome, toEnd } from './sequential.ts';

/** What is run, and what may go wrong. */
export interface Scenario {
  /** The initial files. */
  readonly files: Readonly<Record<string, string>>;
  /** The operations of callers who begin at the same time. */
  readonly operations: readonly Operation[];
  /** The most answers or requests that are lost. */
  readonly faults: number;
  /** Whether equal contents have equal etags. */
  readonly hasContentEtags: boolean;
  /** Whether callers without a condition learn what they replace, as the tools for a single file do. */
  readonly learnsReplaced: boolean;
}

/** A request that waits for its turn. */
interface Waiting {
  readonly signal: AbortSignal | undefined;
  readonly isChange: boolean;
  admit(): void;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const client = new S3Client({ region: 'us-east-1' });
const free: WriteCondition = { kind: 'none' };
const absent: WriteCondition = { kind: 'absent' };

/** What may happen to a change other than being made and answered. */
const faults: readonly Fault[] = [{ isDone: true }, { isDone: false }];

/**
 * Runs callers against one bucket. One request at a time reaches S3; which one, and whether its answer is lost, is a
 * choice. Throws if the result is impossible for callers who come one after another.
 */
export async function runScenario(
  { files, operations, faults: mostFaults, hasContentEtags, learnsReplaced }: Scenario,
  choose: Choose,
): Promise<void> {
  let waiting: Waiting[] = [];
  let isRunning = false;
  let fault: Fault | undefined;
  let lost = 0;
  const takeFault = () => {
    const taken = fault;
    fault = undefined;
    return taken;
  };
  const admit = (operation: string, signal: AbortSignal | undefined) => {
    if (!isRunning) return setImmediate();
    return new Promise<void>((resolve) => {
      waiting.push({ signal, isChange: /^(Put|Copy|Delete)/.test(operation), admit: resolve });
    });
  };
  const s3 = mockS3('bucket', { hasContentEtags, takeFault, admit });
  const store = createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' }, async () => {});
  const quiet = new AbortController().signal;
  const versionIds = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    const options = { mediaType: 'text/plain', condition: free, signal: quiet };
    const { versionId = '' } = await store.write(readFilePath(path), bytes(text), options);
    versionIds.set(path, versionId);
  }
  isRunning = true;

  const callers = operations.map((operation) => {
    const { signal } = new AbortController();
    const caller = { operation, signal, outcome: undefined as Outcome | undefined };
    const work = perform(store, operation, { signal, versionIds, learnsReplaced }).then((outcome) => {
      caller.outcome = outcome;
    });
    return { caller, work };
  });
  for (;;) {
    const open = callers.filter(({ caller }) => caller.outcome === undefined);
    if (open.length === 0) break;
    const ready = open.map(({ caller: { signal } }) => waiting.find((request) => request.signal === signal));
    if (!ready.every((request) => request !== undefined)) {
      await setImmediate();
      continue;
    }
    const next = ready[choose(ready.length)];
    if (next?.isChange && lost < mostFaults) fault = faults[choose(faults.length + 1) - 1];
    if (fault) lost += 1;
    waiting = waiting.filter((request) => request !== next);
    next?.admit();
    await setImmediate();
  }
  await Promise.all(callers.map(({ work }) => work));
  isRunning = false;

  const calls = callers.map(({ caller: { operation, outcome = 'unknown' } }) => ({ operation, outcome }));
  const end = await readEnd(store, quiet);
  const ends = findEnds(files, calls, { mayShareDeletions: lost > 0 });
  const told = JSON.stringify(calls.map(({ operation, outcome }) => [operation, outcome]));
  if (!ends.has(end)) throw new Error(`no order of ${told} leaves ${end}, but ${[...ends].join(' or ')}`);
  await requireOnce(store, calls, quiet);
  s3.restore();
}

/** What one caller works with. */
interface PerformOptions extends Pick<Scenario, 'learnsReplaced'> {
  readonly signal: AbortSignal;
  /** The first version of each file. */
  readonly versionIds: ReadonlyMap<string, string>;
}

async function perform(store: FileStore, operation: Operation, options: PerformOptions): Promise<Outcome> {
  try {
    await start(store, operation, options);
    return 'done';
  } catch (error) {
    const cause = error instanceof ToolFailure ? error.cause : error;
    const code = cause instanceof FileStoreError ? cause.failure.code : undefined;
    if (code === 'uncertain') return 'unknown';
    if (code === 'hidden') return 'hidden';
    const isCopied = error instanceof ToolFailure && error.message.startsWith('copied');
    if (isCopied) return 'copied';
    // An edit fails with a `ToolFailure` if another caller removed the text that it looks for.
    if (cause instanceof FileStoreError || error instanceof ToolFailure) return 'not done';
    throw error;
  }
}

async function start(
  store: FileStore,
  operation: Operation,
  { signal, versionIds, learnsReplaced }: PerformOptions,
): Promise<unknown> {
  const path = readFilePath(operation.path);
  const versionId = versionIds.get(operation.path) ?? '';
  const put = (text: string, condition: WriteCondition) =>
    store.write(path, bytes(text), { mediaType: 'text/plain', condition, signal });
  const rewrite = (toText: (text: string) => string, isAppend = false) =>
    rewriteText(
      {
        path,
        change: (present) => ({
          content: bytes(toText(new TextDecoder().decode(present.bytes))),
          details: undefined,
        }),
        ...(isAppend && {
          create: () => ({ content: bytes(toText('')), details: undefined, mediaType: 'text/plain' }),
        }),
      },
      { files: store, signal },
    );
  switch (operation.kind) {
    case 'write':
      if (!learnsReplaced) return put(operation.text, free);
      return placeFile(path, free, (condition) => put(operation.text, condition));
    case 'create':
      return put(operation.text, absent);
    case 'replace': {
      const { etag } = await store.stat(path, { versionId, signal });
      return put(operation.text, { kind: 'match', etag });
    }
    case 'append':
      return rewrite((text) => text + operation.text, true);
    case 'edit':
      return rewrite((text) => {
        if (!text.includes(operation.old)) throw new ToolFailure('found 0 times');
        return text.replace(operation.old, operation.text);
      });
    case 'restore':
      return store.copy({ path, versionId }, path, { condition: free, signal });
    case 'copy': {
      const wanted = operation.overwrite ? free : absent;
      const to = readFilePath(operation.to);
      const copy = (condition: WriteCondition) => store.copy({ path }, to, { condition, signal });
      return learnsReplaced ? placeFile(to, wanted, copy) : copy(wanted);
    }
    case 'move': {
      const moving = { from: path, to: readFilePath(operation.to), overwrite: operation.overwrite };
      return (learnsReplaced ? movePlaced : moveOne)(moving, { files: store, signal });
    }
    case 'delete':
      return store.delete(path, { condition: free, signal });
  }
}

async function readEnd(store: FileStore, signal: AbortSignal): Promise<string> {
  const options = { recursive: true, limit: 100, signal };
  const { entries } = await store.list(readDirectoryPath(''), options);
  const contents = entries.map(async ({ name }) => {
    return [name, { content: await read(store, name, undefined, signal) }] as const;
  });
  return toEnd(Object.fromEntries(await Promise.all(contents)));
}

async function read(store: FileStore, path: string, versionId: string | undefined, signal: AbortSignal) {
  const version = versionId !== undefined && { versionId };
  const range = await store.read(readFilePath(path), { start: 0, length: 1_000, ...version, signal });
  return new TextDecoder().decode(range.bytes);
}

/** Requires that no version shows a text twice, and none a text whose caller was told that it was not written. */
async function requireOnce(
  store: FileStore,
  calls: readonly { readonly operation: Operation; readonly outcome: Outcome }[],
  signal: AbortSignal,
): Promise<void> {
  const contents: string[] = [];
  for (const path of ['a', 'b', 'c']) {
    const { versions } = await store.listVersions(readFilePath(path), { limit: 1_000, signal });
    for (const { versionId, isDeletion } of versions) {
      if (!isDeletion) contents.push(await read(store, path, versionId, signal));
    }
  }
  for (const { operation, outcome } of calls) {
    if (!('text' in operation)) continue;
    const { text } = operation;
    const holding = contents.filter((content) => content.includes(text));
    if (holding.some((content) => content.split(text).length > 2))
      throw new Error(`"${text}" was made twice`);
    if (outcome === 'not done' && holding.length > 0) throw new Error(`"${text}" was made, and not told`);
    if (outcome === 'done' && holding.length === 0) throw new Error(`"${text}" was told, and not made`);
  }
}
