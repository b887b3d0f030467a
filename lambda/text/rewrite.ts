import { setTimeout } from 'node:timers/promises';
import type { FilePath } from '../files/file-path.ts';
import {
  type FileFacts,
  type FileStore,
  FileStoreError,
  type FileStoreFailure,
} from '../files/file-store.ts';
import { readWholeText, type WholeText } from './whole-text.ts';

/** How often a change starts again when another writer was faster. */
const maxRetries = 8;

/** The longest wait before the first retry, and before any retry, in milliseconds. */
const pauses = { first: 50, longest: 1_500 };

/** What a text file is to become. */
export interface NewText<Details> {
  readonly content: Uint8Array;
  /** What else the caller learns of the change, from the same read. */
  readonly details: Details;
}

/** Which file is changed, and how. */
export interface Rewriting<Details> {
  readonly path: FilePath;
  /** The etag that the file must have. Without one, the change starts again when another writer was faster. */
  readonly etag?: string | undefined;
  /** Makes the new text. After a race it is called again with the current text. */
  change(present: WholeText): NewText<Details>;
  /** Makes the file if it does not exist. */
  create?: (() => NewText<Details> & { readonly mediaType: string }) | undefined;
}

/**
 * Changes a text file of at most 4 MiB in place: reads it, and writes the new text only if the file is still what was
 * read. Metadata that other programs gave the file is kept. Throws what `readWholeText` and `write` of the file store
 * throw.
 */
export async function rewriteText<Details>(
  rewriting: Rewriting<Details>,
  { files, signal }: { readonly files: Pick<FileStore, 'read' | 'write'>; readonly signal: AbortSignal },
): Promise<{ readonly written: FileFacts; readonly details: Details }> {
  const { path, etag, change, create } = rewriting;

  async function rewrite() {
    const present = await readWholeText(path, etag, { files, signal }).catch((error: unknown) => {
      if (create && isFailure(error, ['not_found'])) return undefined;
      throw error;
    });
    if (!present) return make();
    const { facts } = present;
    const { content, details } = change(present);
    const condition = { kind: 'match', etag: etag ?? facts.etag } as const;
    const options = { mediaType: facts.mediaType, condition, replaces: facts, signal };
    return { written: await files.write(path, content, options), details };
  }

  async function make() {
    if (!create) throw new FileStoreError({ code: 'not_found', path });
    const { content, details, mediaType } = create();
    const options = { mediaType, condition: { kind: 'absent' }, signal } as const;
    return { written: await files.write(path, content, options), details };
  }

  if (etag !== undefined) return rewrite();
  return retry(rewrite, create ? ['conflict', 'already_exists', 'not_found'] : ['conflict'], signal);
}

/**
 * Starts again after a race, when the file is no longer what was read. The waits are random and tend to grow, so that
 * racing writers spread out.
 */
async function retry<Result>(
  work: () => Promise<Result>,
  races: readonly FileStoreFailure['code'][],
  signal: AbortSignal,
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      if (retries === maxRetries || !isFailure(error, races)) throw error;
    }
    const pause = Math.random() * Math.min(pauses.first * 2 ** retries, pauses.longest);
    await setTimeout(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function isFailure(error: unknown, codes: readonly FileStoreFailure['code'][]): boolean {
  return error instanceof FileStoreError && codes.includes(error.failure.code);
}
