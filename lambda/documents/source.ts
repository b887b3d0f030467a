import type { Call, FileFacts, FileRange, FileStore, VersionChoice } from '../files/file-store.ts';
import { DocumentFailure, type DocumentSource } from './document.ts';
import { documentLimits } from './limits.ts';

/** What is fetched at once, at least, and where pieces begin. */
const blockBytes = 128 * 1024;

/** The bytes of one version of a file, of which some may have been read already. */
export interface FileBytes {
  readonly facts: FileFacts;
  readonly first?: FileRange;
}

/**
 * Creates the source of a file's bytes. What was fetched is kept as long as the source, which is one call, so no bytes
 * are fetched twice. Throws `DocumentFailure` beyond the bound of a call, and `conflict` when the file changes
 * meanwhile.
 */
export function createFileSource(
  files: Pick<FileStore, 'read'>,
  { facts, first }: FileBytes,
  {
    maxBytes = documentLimits.fetchedBytes,
    ...choice
  }: { readonly maxBytes?: number } & VersionChoice & Call,
): DocumentSource {
  const blocks = new Map<number, Uint8Array>();
  let fetched = 0;
  if (first?.start === 0) keep(0, first.bytes);

  /** Keeps whole blocks, and a last one that is shorter. */
  function keep(start: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const block = bytes.subarray(at, at + blockBytes);
      const isWhole = block.length === blockBytes || start + at + block.length >= facts.size;
      if (isWhole) blocks.set((start + at) / blockBytes, block);
    }
  }

  async function fetchBlocks(from: number, to: number): Promise<void> {
    const start = from * blockBytes;
    const length = Math.min((to - from + 1) * blockBytes, facts.size - start);
    fetched += length;
    if (fetched > maxBytes)
      throw new DocumentFailure(`more than ${maxBytes} bytes of it would have to be fetched`);
    const { bytes } = await files.read(facts.path, { start, length, etag: facts.etag, ...choice });
    keep(start, bytes);
  }

  return {
    size: facts.size,
    async read(start, length) {
      const end = Math.min(start + length, facts.size);
      if (start < 0 || start >= end) return new Uint8Array();
      // What was read before need not be whole blocks.
      if (first?.start === 0 && end <= first.bytes.length) return first.bytes.slice(start, end);
      const wanted = Array.from(
        { length: Math.floor((end - 1) / blockBytes) - Math.floor(start / blockBytes) + 1 },
        (_, index) => Math.floor(start / blockBytes) + index,
      );
      const missing = wanted.filter((block) => !blocks.has(block));
      const [from, to = from] = [missing[0], missing.at(-1)];
      if (from !== undefined && to !== undefined) await fetchBlocks(from, to);
      const taken = new Uint8Array(end - start);
      for (const block of wanted) {
        const at = block * blockBytes;
        const bytes = blocks.get(block) ?? new Uint8Array();
        const piece = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at));
        taken.set(piece, Math.max(0, at - start));
      }
      return taken;
    },
  };
}
