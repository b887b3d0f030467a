import { Worker } from 'node:worker_threads';
import {
  type DocumentFacts,
  DocumentFailure,
  type DocumentLine,
  type DocumentSource,
  type LineOptions,
} from './document.ts';
import { findPossibleKind, kindBytes } from './kind.ts';
import { documentLimits } from './limits.ts';
import { createPeer } from './peer.ts';

/** A document that a thread of its own has opened. */
export interface DocumentSession {
  readonly facts: DocumentFacts;
  /**
   * The lines of one unit, made as they are asked for. Throws `DocumentFailure` for what cannot be read, takes too
   * long or needs too much memory, and what the source throws.
   */
  lines(unit: number, options: LineOptions): AsyncGenerator<DocumentLine>;
}

/** Reads documents, one after the other. What is opened later ends what was opened before. */
export interface DocumentReader {
  /** Opens a document; undefined when it is none. Throws as `DocumentSession` does. */
  open(source: DocumentSource, name: string): Promise<DocumentSession | undefined>;
  /** Ends the thread. A reader that is closed opens nothing. */
  close(): Promise<void>;
}

const tooMuchMemory = 'it needs more memory than a document is given';

/** How long the code of a format may take to load. */
const loadMilliseconds = 20_000;

/** How often the memory of the process is looked at, in milliseconds: a bomb takes about 1 MiB in each. */
const watchMilliseconds = 20;

/** In the bundle the thread's code lies beside every chunk; in the sources it is a file of this folder. */
const code = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './document-worker.mjs',
  import.meta.url,
);

/**
 * Creates a reader. Documents come from anybody, and their formats are large: so they are read in a thread that is
 * ended when it works too long or needs too much memory, while this one goes on. `milliseconds` are for all documents
 * together, less the time in which code is loaded, for which no document is to blame. `worker` is the code of the thread.
 */
export function createDocumentReader(
  milliseconds: number = documentLimits.milliseconds,
  worker: URL = code,
): DocumentReader {
  let left = milliseconds;
  let thread: Thread | undefined;

  return {
    async open(source, name) {
      thread ??= startThread(worker);
      const current = thread;
      const run: Run = async (call, argument) => {
        const start = Date.now();
        try {
          return await current.call(call, argument, source, left);
        } finally {
          left -= Date.now() - start;
          // What was ended reads nothing more.
          if (current.isEnded() && thread === current) thread = undefined;
        }
      };
      const beginning = await source.read(0, kindBytes);
      await current.call('load', findPossibleKind(beginning, name), source, loadMilliseconds);
      const facts = await run<DocumentFacts | undefined>('open', { name, size: source.size });
      return facts && { facts, lines: (unit, options) => readLines(run, unit, options) };
    },
    async close() {
      await thread?.end();
    },
  };
}

type Run = <Result>(call: string, argument?: unknown) => Promise<Result>;

async function* readLines(run: Run, unit: number, options: LineOptions): AsyncGenerator<DocumentLine> {
  await run('lines', { unit, ...options });
  while (true) {
    const lines = await run<readonly DocumentLine[] | undefined>('next');
    if (!lines) return;
    yield* lines;
  }
}

interface Thread {
  call<Result>(
    name: string,
    argument: unknown,
    source: DocumentSource,
    milliseconds: number,
  ): Promise<Result>;
  isEnded(): boolean;
  end(): Promise<void>;
}

function startThread(from: URL): Thread {
  const worker = new Worker(from, {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: documentLimits.heapMebibytes, maxYoungGenerationSizeMb: 32 },
    // What a format's reader warns of is nobody's business, and would stand in the log as it is.
    stdout: true,
    stderr: true,
  });
  let source: DocumentSource | undefined;
  let sourceError: { readonly error: unknown } | undefined;
  let isEnded = false;
  const peer = createPeer(worker, {
    async read({ start, length }: { start: number; length: number }) {
      try {
        return await source?.read(start, length);
      } catch (error) {
        sourceError ??= { error };
        throw error;
      }
    },
  });
  // What is unpacked lies outside of the heap, and so outside of what Node limits of a thread.
  // The least counts: earlier calls leave garbage, in whose place a bomb could unpack.
  let least = process.memoryUsage.rss();
  const watch = setInterval(() => {
    const present = process.memoryUsage.rss();
    least = Math.min(least, present);
    if (present - least <= documentLimits.residentMebibytes * 1024 ** 2) return;
    peer.fail(new DocumentFailure(tooMuchMemory));
    void end();
  }, watchMilliseconds);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    isEnded = true;
    peer.fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new DocumentFailure(tooMuchMemory) : error);
  });
  worker.on('exit', () => {
    isEnded = true;
    clearInterval(watch);
    peer.fail(new DocumentFailure('reading it was ended'));
  });
  // A function that has answered must not be kept running by a thread.
  worker.unref();
  watch.unref();

  async function end(): Promise<void> {
    isEnded = true;
    await worker.terminate();
  }

  return {
    isEnded: () => isEnded,
    end,
    async call<Result>(name: string, argument: unknown, from: DocumentSource, milliseconds: number) {
      source = from;
      sourceError = undefined;
      const timer = setTimeout(
        () => {
          peer.fail(new DocumentFailure('reading it took too long and was ended'));
          void end();
        },
        Math.max(0, milliseconds),
      );
      try {
        // The thread answers with what the name promises: both are made from the same sources.
        return (await peer.call(name, argument)) as Result;
      } catch (error) {
        throw toFailure(error, sourceError);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** What the source threw is told as it was; what a format's reader throws of its own is damage to the document. */
function toFailure(error: unknown, sourceError: { readonly error: unknown } | undefined): unknown {
  if (sourceError) return sourceError.error;
  if (error instanceof DocumentFailure) return error;
  const isFailure = error instanceof Error && error.name === 'DocumentFailure';
  return new DocumentFailure(isFailure ? error.message : 'it is damaged, or not what it says it is', {
    cause: error,
  });
}
