import { type DeleteMarkerEntry, ListObjectVersionsCommand, type ObjectVersion } from '@aws-sdk/client-s3';
import type { FileStore, FileVersion } from '../../files/file-store.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';

/** What one request of S3 lists at most. */
const maxPage = 1_000;

/** Versions and deletions of one file, each the newest first. */
interface Apart {
  readonly contents: readonly FileVersion[];
  readonly deletions: readonly FileVersion[];
}

/** The call that lists versions, one request a page and one more for each version whose place is in doubt. */
export function createVersionListing(location: Location): Pick<FileStore, 'listVersions'> {
  const { client, bucket } = location;

  const listVersions: FileStore['listVersions'] = async (path, { limit, after, signal }) => {
    const key = toKey(location, path);

    /** One request. Versions of longer names with the same beginning come after all of this one's. */
    async function fetchPage(size: number, from: string | undefined) {
      const input = {
        Bucket: bucket,
        Prefix: key,
        MaxKeys: size,
        ...(from !== undefined && { KeyMarker: key, VersionIdMarker: from }),
      };
      const page = await client
        .send(new ListObjectVersionsCommand(input), { abortSignal: signal })
        .catch(async (error: unknown) => {
          throw await toFailure(error, location, { path, versionId: after, action: 'list', signal });
        });
      const pick = (entries: readonly (ObjectVersion & DeleteMarkerEntry)[] = [], isDeletion: boolean) =>
        entries.filter(({ Key }) => Key === key).map((entry) => toVersion(entry, isDeletion));
      const goesOn = page.IsTruncated === true && page.NextKeyMarker === key;
      return { contents: pick(page.Versions, false), deletions: pick(page.DeleteMarkers, true), goesOn };
    }

    async function findNext(from: string | undefined): Promise<string | undefined> {
      const { contents, deletions } = await fetchPage(1, from);
      return [...contents, ...deletions][0]?.versionId;
    }

    // One more tells whether this file has more, where S3 only knows of more versions of any file.
    const page = await fetchPage(Math.min(maxPage, limit + 1), after);
    const versions = await merge(page, after, findNext);
    return { versions: versions.slice(0, limit), truncated: page.goesOn || versions.length > limit };
  };

  return { listVersions };
}

/**
 * Brings versions into the order of S3, the newest first, of which the SDK hands contents and deletions over
 * apart. Times have whole seconds: within one second S3 is asked which version follows another.
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

/** Tells which of two versions is newer; undefined where that is not known. */
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
