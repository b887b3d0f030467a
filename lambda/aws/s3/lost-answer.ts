import { randomUUID } from 'node:crypto';
import type { ObjectVersion } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import {
  type FileFacts,
  type FileStore,
  FileStoreError,
  type FileVersion,
  type WriteCondition,
} from '../../files/file-store.ts';
import { nameOfWrite } from './attributes.ts';
import { headObject, toFacts } from './head.ts';
import type { Location } from './location.ts';
import { fetchVersions, maxPage } from './versions.ts';

/*
 * A random id in the metadata of a version shows which write made it. It costs no request and no permission. An etag
 * cannot show that: two writers may write the same content, and under KMS the same content gets a new etag each time.
 */

/** How far the clock of S3 may be from ours, in milliseconds. Beyond that the SDK goes by the time that S3 tells. */
const maxSkew = 15 * 60 * 1_000;

/** How many versions we look at in parallel. */
const lookedAtOnce = 10;

/** A write or a copy with its own id, and what limits the search for it. */
export interface NamedWrite {
  readonly writeId: string;
  readonly size: number;
  /** When it was first sent, in milliseconds since 1970 by our clock. It made no older version. */
  readonly startedAt: number;
  /** The version that it was to replace, if that is known. What it made is newer. */
  readonly since?: string | undefined;
}

/** Gives an id to a write that is about to be sent. */
export function nameWrite(size: number, since?: string): NamedWrite {
  return { writeId: randomUUID(), size, startedAt: Date.now(), since };
}

/** The result of a search for a write. */
export interface WriteSearch {
  /** What was written, even if somebody has written over it. */
  readonly written: FileFacts | undefined;
  /** The condition that holds as long as nothing has changed since the search. */
  readonly unchanged: WriteCondition;
}

/** Searches the versions of a file for a write, newest first, until all others are too old. */
export async function findWritten(
  location: Location,
  path: FilePath,
  write: NamedWrite,
  signal: AbortSignal,
): Promise<WriteSearch> {
  let unchanged: WriteCondition | undefined;
  let from: string | undefined;
  for (;;) {
    const page = await fetchVersions(location, path, { limit: maxPage, after: from, signal });
    const latest = page.contents.find(({ IsLatest }) => IsLatest)?.ETag;
    unchanged ??= latest === undefined ? { kind: 'absent' } : { kind: 'match', etag: latest };
    // The SDK has learned from the answer how far our clock is behind that of S3, if it is off at all.
    const startedAt = write.startedAt + location.client.config.systemClockOffset;
    const end = page.contents.findIndex((version) => isOlder(version, { ...write, startedAt }));
    const newer = end < 0 ? page.contents : page.contents.slice(0, end);
    const written = await findNamed(location, path, newer, write, signal);
    from = page.next;
    if (written || end >= 0 || from === undefined) return { written, unchanged };
  }
}

/** Tells whether a version was there before the write was sent. */
function isOlder({ VersionId, LastModified }: ObjectVersion, { since, startedAt }: NamedWrite): boolean {
  if (since !== undefined && VersionId === since) return true;
  return LastModified !== undefined && LastModified.getTime() < startedAt - maxSkew;
}

async function findNamed(
  location: Location,
  path: FilePath,
  versions: readonly ObjectVersion[],
  { writeId, size }: NamedWrite,
  signal: AbortSignal,
): Promise<FileFacts | undefined> {
  const candidates = versions.filter(({ Size }) => Size === size);
  for (let index = 0; index < candidates.length; index += lookedAtOnce) {
    const heads = await Promise.all(
      candidates
        .slice(index, index + lookedAtOnce)
        .map(({ VersionId }) => headVersion(location, path, VersionId, signal)),
    );
    const own = heads.find((head) => head?.Metadata?.[nameOfWrite] === writeId);
    if (own) return toFacts(path, own);
  }
  return undefined;
}

/** The head of a version; undefined when the version was removed for good after it was listed. */
async function headVersion(
  location: Location,
  path: FilePath,
  versionId: string | undefined,
  signal: AbortSignal,
) {
  try {
    return await headObject(location, path, { versionId, signal });
  } catch (error) {
    if (error instanceof FileStoreError && error.failure.code === 'no_such_version') return undefined;
    throw error;
  }
}

/** How to list the versions of a file. */
interface Versions {
  readonly listVersions: FileStore['listVersions'];
  readonly signal: AbortSignal;
}

/**
 * Finds the deletion that hides a version; undefined if the version is still the current one. Throws `conflict` or
 * `not_found` when another version was put on top of it. Throws `hidden` when a deletion hides another version with
 * the same etag, because S3 cannot tell whose deletion that is.
 */
export async function findDeletion(
  { path, versionId, etag }: FileFacts,
  { listVersions, signal }: Versions,
): Promise<FileVersion | undefined> {
  const newer = await listNewer(path, versionId, { listVersions, signal });
  const [latest] = newer;
  if (!latest) return undefined;
  const hiding = newer.filter(({ isDeletion }, index) => {
    const below = newer[index + 1];
    return isDeletion && (below ? !below.isDeletion && below.etag === etag : true);
  });
  if (hiding.length === 1 && hiding[0] === newer.at(-1)) return hiding[0];
  const [newest] = hiding;
  const hidden = newest && newer[newer.indexOf(newest) + 1];
  if (hidden) throw new FileStoreError({ code: 'hidden', path, versionId: hidden.versionId });
  throw new FileStoreError(
    latest.isDeletion ? { code: 'not_found', path } : { code: 'conflict', path, etag: latest.etag },
  );
}

/** Everything that was put on top of a version, newest first. */
async function listNewer(
  path: FilePath,
  versionId: string | undefined,
  { listVersions, signal }: Versions,
): Promise<readonly FileVersion[]> {
  const newer: FileVersion[] = [];
  for (;;) {
    const after = newer.at(-1)?.versionId;
    const page = await listVersions(path, { limit: maxPage, ...(after !== undefined && { after }), signal });
    const end = page.versions.findIndex((version) => version.versionId === versionId);
    newer.push(...page.versions.slice(0, end < 0 ? undefined : end));
    if (end >= 0) return newer;
    // The version was removed for good, or the store keeps no versions.
    if (!page.truncated) throw new FileStoreError({ code: 'uncertain', path });
  }
}
