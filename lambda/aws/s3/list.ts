import {
  type DeleteMarkerEntry,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type _Object as S3Object,
} from '@aws-sdk/client-s3';
import { type DirectoryPath, isFilePath } from '../../files/file-path.ts';
import type { DirectoryEntry, EntryName, FileStore, FileVersion, Listing } from '../../files/file-store.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey, toKeyPrefix } from './location.ts';

/** What one request of S3 lists at most. */
const maxPage = 1_000;

/** The calls that list, one request a page. */
export function createListing(location: Location): Pick<FileStore, 'list' | 'listVersions'> {
  const { client, bucket } = location;

  /** One request: everything that is there behind `after`, what is not shown included. */
  async function fetchPage(
    directory: DirectoryPath,
    { recursive, limit, after, signal }: Parameters<FileStore['list']>[1],
  ): Promise<Listing> {
    const base = toKeyPrefix(location, directory);
    const input = {
      Bucket: bucket,
      Prefix: base,
      ...(!recursive && { Delimiter: '/' }),
      ...(after !== undefined && { StartAfter: `${base}${toOrderedName(after)}` }),
      MaxKeys: Math.min(maxPage, limit),
    };
    const page = await client.send(new ListObjectsV2Command(input), { abortSignal: signal });
    const directories = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) =>
      toDirectory(Prefix.slice(base.length)),
    );
    const files = (page.Contents ?? []).map((object) => toFile(object, base));
    return { entries: [...directories, ...files].sort(byOrderedName), truncated: page.IsTruncated ?? false };
  }

  return {
    async list(directory, options) {
      const { limit } = options;
      let { after } = options;
      // One more for the directory that S3 repeats when it starts after it, and one for an empty marker.
      let pageSize = limit + 2;
      for (;;) {
        const started = after;
        const page = await fetchPage(directory, { ...options, limit: pageSize, ...(after && { after }) });
        // Other programs may write keys that no path leads to, such as `a//b` or the empty marker `a/`.
        const shown = page.entries.filter((entry) => isFilePath(entry.name) && !isSame(entry, started));
        if (shown.length > 0 || !page.truncated) {
          return { entries: shown.slice(0, limit), truncated: page.truncated || shown.length > limit };
        }
        // A whole page of keys that no path leads to: look behind them.
        after = page.entries.at(-1);
        pageSize = maxPage;
      }
    },

    async listVersions(path, { limit, after, signal }) {
      const key = toKey(location, path);
      const input = {
        Bucket: bucket,
        // Versions of longer names with the same beginning come after all of this one's.
        Prefix: key,
        MaxKeys: Math.min(maxPage, limit),
        ...(after !== undefined && { KeyMarker: key, VersionIdMarker: after }),
      };
      const page = await client
        .send(new ListObjectVersionsCommand(input), { abortSignal: signal })
        .catch(async (error: unknown) => {
          throw await toFailure(error, location, { path, versionId: after, signal });
        });
      const versions = [
        ...(page.Versions ?? []).map((version) => toVersion(version, false)),
        ...(page.DeleteMarkers ?? []).map((version) => toVersion(version, true)),
      ]
        .filter(({ key: other }) => other === key)
        .map(({ version }) => version)
        .sort(byAge(page.NextVersionIdMarker));
      return { versions, truncated: (page.IsTruncated ?? false) && page.NextKeyMarker === key };
    },
  };
}

function toFile(
  { Key = '', Size = 0, ETag = '', LastModified = new Date(0) }: S3Object,
  base: string,
): DirectoryEntry {
  return { kind: 'file', name: Key.slice(base.length), size: Size, etag: ETag, modified: LastModified };
}

function toDirectory(prefix: string): DirectoryEntry {
  return { kind: 'directory', name: prefix.slice(0, -1) };
}

function isSame(entry: EntryName, other: EntryName | undefined): boolean {
  return other !== undefined && toOrderedName(entry) === toOrderedName(other);
}

function toOrderedName({ kind, name }: EntryName): string {
  return kind === 'directory' ? `${name}/` : name;
}

function byOrderedName(one: DirectoryEntry, other: DirectoryEntry): number {
  return Buffer.compare(Buffer.from(toOrderedName(one)), Buffer.from(toOrderedName(other)));
}

function toVersion(version: ObjectVersion & DeleteMarkerEntry, isDeletion: boolean) {
  const facts: FileVersion = {
    versionId: version.VersionId ?? '',
    modified: version.LastModified ?? new Date(0),
    isLatest: version.IsLatest ?? false,
    isDeletion,
    size: version.Size ?? 0,
    etag: version.ETag ?? '',
  };
  return { key: version.Key, version: facts };
}

/**
 * Newest first. Times have whole seconds, and the SDK hands versions and deletions over apart: within one
 * second the latest stays first and the one that the next page starts after stays last.
 */
function byAge(last: string | undefined) {
  const rank = ({ isLatest, versionId }: FileVersion) => (isLatest ? 0 : versionId === last ? 2 : 1);
  return (one: FileVersion, other: FileVersion) =>
    other.modified.getTime() - one.modified.getTime() || rank(one) - rank(other);
}
