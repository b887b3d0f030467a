import { createHash } from 'node:crypto';
import { type FilePath, readFilePath } from '../../lambda/files/file-path.ts';
import {
  type DirectoryEntry,
  type EntryName,
  type FileFacts,
  type FileStore,
  FileStoreError,
  type FileVersion,
  type WriteCondition,
} from '../../lambda/files/file-store.ts';

const { signal } = new AbortController();

/** One version as it is stored; a deletion has no content. */
interface Stored {
  readonly facts: FileFacts & { readonly versionId: string };
  readonly content: Uint8Array | undefined;
}

type Present = Stored & { readonly content: Uint8Array };

/** The initial content of the store, and its limits. */
export interface MemoryFileStoreOptions {
  /** Path to content: plain text, with versions `v1`, `v2` ... in the given order. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The most that `copy` accepts, in bytes; by default the limit of S3. */
  readonly maxCopyBytes?: number;
}

/**
 * Creates a complete file store in memory, for the tests of tools. Versions are `v1`, `v2` ..., counted over all writes
 * and deletions; etags are those of S3, so that equal contents have equal etags.
 */
export function createMemoryFileStore(options: MemoryFileStoreOptions = {}): FileStore {
  const { files = {}, maxCopyBytes = 5 * 1024 ** 3 } = options;
  /** Versions by path, the newest first. */
  const history = new Map<FilePath, Stored[]>();
  let count = 0;

  function add(
    path: FilePath,
    content: Uint8Array | undefined,
    { mediaType, writer }: Pick<FileFacts, 'mediaType' | 'writer'>,
  ): FileFacts {
    count += 1;
    const facts = {
      path,
      size: content?.length ?? 0,
      etag: content ? toEtag(content) : '',
      modified: new Date(),
      mediaType,
      versionId: `v${count}`,
    };
    const kept = { ...facts, ...(writer && { writer }) };
    history.set(path, [{ facts: kept, content }, ...(history.get(path) ?? [])]);
    return facts;
  }

  function findPresent(path: FilePath): Present | undefined {
    const [newest] = history.get(path) ?? [];
    return newest && isPresent(newest) ? newest : undefined;
  }

  function readVersion(path: FilePath, versionId: string | undefined): Present {
    if (versionId === undefined) {
      const present = findPresent(path);
      if (present) return present;
      throw new FileStoreError({ code: isDirectory(path) ? 'is_directory' : 'not_found', path });
    }
    const version = history.get(path)?.find(({ facts }) => facts.versionId === versionId);
    if (!version) throw new FileStoreError({ code: 'no_such_version', path, versionId });
    if (!isPresent(version)) throw new FileStoreError({ code: 'is_deletion', path, versionId });
    return version;
  }

  function isDirectory(path: FilePath): boolean {
    return [...history.keys()].some((other) => other.startsWith(`${path}/`) && findPresent(other));
  }

  function requireCondition(path: FilePath, condition: WriteCondition): void {
    const { etag, versionId } = findPresent(path)?.facts ?? {};
    if (condition.kind === 'absent' && etag !== undefined) {
      throw new FileStoreError({ code: 'already_exists', path, etag, versionId });
    }
    if (condition.kind !== 'match' || condition.etag === etag) return;
    throw new FileStoreError(
      etag === undefined ? { code: 'not_found', path } : { code: 'conflict', path, etag, versionId },
    );
  }

  function listEntries(base: string, recursive: boolean): DirectoryEntry[] {
    const entries = new Map<string, DirectoryEntry>();
    for (const path of history.keys()) {
      const present = path.startsWith(base) ? findPresent(path) : undefined;
      if (!present) continue;
      const entry = toEntry(path.slice(base.length), present.facts, recursive);
      entries.set(toOrderedName(entry), entry);
    }
    return [...entries.values()].sort((one, other) => compareBytes(toOrderedName(one), toOrderedName(other)));
  }

  for (const [path, content] of Object.entries(files)) {
    add(readFilePath(path), toBytes(content), { mediaType: 'text/plain; charset=utf-8' });
  }

  return {
    async stat(path, { versionId, signal }) {
      signal.throwIfAborted();
      return readVersion(path, versionId).facts;
    },

    async read(path, { start, length, etag, versionId, signal }) {
      signal.throwIfAborted();
      const { facts, content } = readVersion(path, versionId);
      if (etag !== undefined && etag !== facts.etag) {
        throw new FileStoreError({ code: 'conflict', path, etag: facts.etag });
      }
      const from = start < 0 ? Math.max(0, facts.size + start) : Math.min(start, facts.size);
      return { facts, start: from, bytes: content.slice(from, from + length) };
    },

    async write(path, content, { condition, signal, ...options }) {
      signal.throwIfAborted();
      requireCondition(path, condition);
      return add(path, content.slice(), options);
    },

    async copy({ path, versionId }, target, { condition, signal }) {
      signal.throwIfAborted();
      const { facts, content } = readVersion(path, versionId);
      if (facts.size > maxCopyBytes) {
        throw new FileStoreError({ code: 'too_large', path, size: facts.size, maxBytes: maxCopyBytes });
      }
      requireCondition(target, condition);
      return { ...add(target, content, facts), source: facts };
    },

    async delete(path, { condition, seen, signal }) {
      signal.throwIfAborted();
      const { facts } = readVersion(path, undefined);
      requireCondition(path, condition);
      if (seen && seen.versionId !== facts.versionId) {
        throw new FileStoreError({ code: 'conflict', path, etag: facts.etag });
      }
      const { versionId } = add(path, undefined, { mediaType: facts.mediaType });
      return { deleted: facts, ...(versionId !== undefined && { versionId }) };
    },

    async list(directory, { recursive, limit, after, signal }) {
      signal.throwIfAborted();
      const all = listEntries(directory === '' ? '' : `${directory}/`, recursive);
      const last = after && toOrderedName(after);
      const rest = all.filter((entry) => last === undefined || compareBytes(toOrderedName(entry), last) > 0);
      return { entries: rest.slice(0, limit), truncated: rest.length > limit };
    },

    async listVersions(path, { limit, after, signal }) {
      signal.throwIfAborted();
      const all = (history.get(path) ?? []).map(toVersion);
      const last = all.findIndex(({ versionId }) => versionId === after);
      if (after !== undefined && last < 0) {
        throw new FileStoreError({ code: 'no_such_version', path, versionId: after });
      }
      const rest = all.slice(last + 1);
      return { versions: rest.slice(0, limit), truncated: rest.length > limit };
    },

    async createDownloadUrl(path, { expiresInSeconds, versionId }) {
      const url = toUrl(path, expiresInSeconds);
      if (versionId !== undefined) url.searchParams.set('versionId', versionId);
      return url.href;
    },

    async createUploadUrl(path, { expiresInSeconds, mediaType, size, condition }) {
      const content = { 'content-type': mediaType, 'content-length': String(size) };
      const { href } = toUrl(path, expiresInSeconds);
      return { url: href, headers: { ...content, ...toHeaders(condition) } };
    },
  };
}

function isPresent(version: Stored): version is Present {
  return version.content !== undefined;
}

function toVersion({ facts, content }: Stored, index: number): FileVersion {
  const { versionId, modified, size, etag } = facts;
  return { versionId, modified, isLatest: index === 0, isDeletion: content === undefined, size, etag };
}

function toEntry(name: string, { size, etag, modified }: FileFacts, recursive: boolean): DirectoryEntry {
  const slash = name.indexOf('/');
  if (!recursive && slash >= 0) return { kind: 'directory', name: name.slice(0, slash) };
  return { kind: 'file', name, size, etag, modified };
}

function toOrderedName({ kind, name }: EntryName): string {
  return kind === 'directory' ? `${name}/` : name;
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** The etag of this content in a memory store, quoted. */
export function toEtag(content: string | Uint8Array): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function toHeaders(condition: WriteCondition): Record<string, string> {
  if (condition.kind === 'match') return { 'if-match': condition.etag };
  return condition.kind === 'absent' ? { 'if-none-match': '*' } : {};
}

function toUrl(path: FilePath, expiresInSeconds: number): URL {
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), 'https://files.example/');
  url.searchParams.set('expires', String(expiresInSeconds));
  return url;
}

/** Writes a text without any condition. */
export function writeText(files: FileStore, path: string, text: string): Promise<FileFacts> {
  const options = { mediaType: 'text/plain; charset=utf-8', condition: { kind: 'none' }, signal } as const;
  return files.write(readFilePath(path), toBytes(text), options);
}

/** Reads the current text of a file. */
export async function readText(files: FileStore, path: string): Promise<string> {
  const { bytes } = await files.read(readFilePath(path), { start: 0, length: 1_000_000, signal });
  return new TextDecoder().decode(bytes);
}
