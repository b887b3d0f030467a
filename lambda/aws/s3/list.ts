import { ListObjectsV2Command, type _Object as S3Object } from '@aws-sdk/client-s3';
import { type DirectoryPath, isFilePath } from '../../files/file-path.ts';
import {
  type DirectoryEntry,
  type EntryName,
  type FileStore,
  FileStoreError,
  type Listing,
} from '../../files/file-store.ts';
import { isDenied, isOfClock } from './failures.ts';
import { type Location, toKeyPrefix } from './location.ts';

/** The most that one S3 request lists. */
const maxPage = 1_000;

/** The most requests that one call makes when whole pages hold nothing to show. */
const maxRequests = 10;

/** The call that lists, with one request for each page. */
export function createListing(location: Location): Pick<FileStore, 'list'> {
  const { client, bucket } = location;

  /** One request: everything that comes after `after`, including what is not shown. */
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
    const page = await client
      .send(new ListObjectsV2Command(input), { abortSignal: signal })
      .catch((cause: unknown) => {
        if (isOfClock(cause)) throw new FileStoreError({ code: 'wrong_clock', path: directory }, { cause });
        if (!isDenied(cause)) throw cause;
        throw new FileStoreError({ code: 'denied', path: directory, action: 'list' }, { cause });
      });
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
      for (let request = 0; request < maxRequests; request += 1) {
        const started = after;
        const page = await fetchPage(directory, { ...options, limit: pageSize, ...(after && { after }) });
        // Other programs may write keys that no path leads to, such as `a//b` or the empty marker `a/`.
        const shown = page.entries.filter((entry) => isFilePath(entry.name) && !isSame(entry, started));
        if (shown.length > 0 || !page.truncated) {
          return { entries: shown.slice(0, limit), truncated: page.truncated || shown.length > limit };
        }
        // A whole page of keys that no path leads to: look at the next one.
        after = page.entries.at(-1) ?? after;
        pageSize = maxPage;
      }
      return {
        entries: [],
        truncated: true,
        ...(after && { after: { kind: after.kind, name: after.name } }),
      };
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
