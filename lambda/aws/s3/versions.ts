import { type DeleteMarkerEntry, ListObjectVersionsCommand, type ObjectVersion } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import type { FileStore, FileVersion } from '../../files/file-store.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';

/** The most that one S3 request lists. */
export const maxPage = 1_000;

/** One page of the versions of a file. Each list begins with the newest. */
export interface VersionPage {
  readonly contents: readonly ObjectVersion[];
  readonly deletions: readonly DeleteMarkerEntry[];
  /** The version after which the file has more versions; undefined if there are no more. */
  readonly next: string | undefined;
}

/** Lists a page of versions with one request. Throws the same failures as the port's `listVersions`. */
export async function fetchVersions(
  location: Location,
  path: FilePath,
  { limit, after, signal }: { limit: number; after?: string | undefined; signal: AbortSignal },
): Promise<VersionPage> {
  const { client, bucket } = location;
  const key = toKey(location, path);
  const input = {
    Bucket: bucket,
    Prefix: key,
    MaxKeys: limit,
    ...(after !== undefined && { KeyMarker: key, VersionIdMarker: after }),
  };
  const page = await client
    .send(new ListObjectVersionsCommand(input), { abortSignal: signal })
    .catch(async (error: unknown) => {
      throw await toFailure(error, location, { path, versionId: after, action: 'list', signal });
    });
  // Versions of longer names with the same beginning come after all versions of this file.
  const isOwn = ({ Key }: { Key?: string | undefined }) => Key === key;
  const goesOn = page.IsTruncated === true && page.NextKeyMarker === key;
  return {
    contents: (page.Versions ?? []).filter(isOwn),
    deletions: (page.DeleteMarkers ?? []).filter(isOwn),
    next: goesOn ? page.NextVersionIdMarker : undefined,
  };
}

/** Versions and deletions of one file. Each list begins with the newest. */
interface Apart {
  readonly contents: readonly FileVersion[];
  readonly deletions: readonly FileVersion[];
}

/** The call that lists versions: one request for each page, and one more for each version whose place is in doubt. */
export function createVersionListing(location: Location): Pick<FileStore, 'listVersions'> {
  const listVersions: FileStore['listVersions'] = async (path, { limit, after, signal }) => {
    async function fetchPage(size: number, from: string | undefined) {
      const page = await fetchVersions(location, path, { limit: size, after: from, signal });
      return {
        contents: page.contents.map((entry) => toVersion(entry, false)),
        deletions: page.deletions.map((entry) => toVersion(entry, true)),
        goesOn: page.next !== undefined,
      };
    }

    async function findNext(from: string | undefined): Promise<string | undefined> {
      const { contents, deletions } = await fetchPage(1, from);
      return [...contents, ...deletions][0]?.versionId;
    }

    // We ask for one version too many. S3 says only whether any file has more, not whether this one has.
    const page = await fetchPage(Math.min(maxPage, limit + 1), after);
    const versions = await merge(page, after, findNext);
    return { versions: versions.slice(0, limit), truncated: page.goesOn || versions.length > limit };
  };

  return { listVersions };
}

/**
 * Puts versions into S3's order, newest first. The SDK returns contents and deletions as two lists, with times in
 * whole seconds. Within the same second, S3 is asked which version follows.
 */
async function merge(
  { contents, deletions }: Apart,
  after: string | undefined,
  findNext: (after: string | undefined) => Promise<string | undefined>,
): Promise<readonly FileVersion[]> {
  const merged: FileVersion[] = [];
  const [left, right] = [[...contents], [...deletions]];
  for (;;) {
    const [content] = left;
    const [deletion] = right;
    if (!content || !deletion) return [...merged, ...left, ...right];
    const isDeletionNext =
      isNewer(deletion, content) ??
      (await findNext(merged.at(-1)?.versionId ?? after)) === deletion.versionId;
    merged.push(isDeletionNext ? deletion : content);
    (isDeletionNext ? right : left).shift();
  }
}

/** Tells whether the first of two versions is the newer one; undefined when that is not known. */
function isNewer(one: FileVersion, other: FileVersion): boolean | undefined {
  if (one.isLatest || other.isLatest) return one.isLatest;
  const difference = one.modified.getTime() - other.modified.getTime();
  return difference === 0 ? undefined : difference > 0;
}

function toVersion(version: ObjectVersion & DeleteMarkerEntry, isDeletion: boolean): FileVersion {
  return {
    versionId: version.VersionId ?? '',
    modified: version.LastModified ?? new Date(0),
    isLatest: version.IsLatest ?? false,
    isDeletion,
    size: version.Size ?? 0,
    etag: version.ETag ?? '',
  };
}
