import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';

/** One version of a key. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  /** In whole seconds. */
  readonly modified: Date;
  readonly isLatest: boolean;
  /** True for a delete marker, which has neither etag nor size. */
  readonly isDeletion: boolean;
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

/** A place in the order of S3: keys by their bytes, and of each key the newest version first. */
export interface Place {
  readonly key: string;
  readonly versionId: string;
}

/** Some versions that follow each other. Files and deletions each are in the order of S3; it tells them apart only. */
export interface VersionPage {
  readonly versions: readonly Version[];
  /** The last place of the page; undefined when nothing follows. */
  readonly next: Place | undefined;
}

/** Lists the versions below a prefix behind a place, at most 1,000 of them. */
export async function readVersionPage(
  client: S3Client,
  bucket: string,
  { prefix, after, limit = 1_000 }: { prefix: string; after?: Place | undefined; limit?: number },
): Promise<VersionPage> {
  const page = await client.send(
    new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: prefix,
      MaxKeys: limit,
      // Not every key can stand in XML as it is.
      EncodingType: 'url',
      ...(after && { KeyMarker: after.key, VersionIdMarker: after.versionId }),
    }),
  );
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
  // Some S3 servers ignore the encoding that was asked for, and do not name it in their answer.
  const toKey = page.EncodingType === 'url' ? decode : (text: string) => text;
  const versions = [
    ...Versions.map((version) => toVersion(version, toKey, false)),
    ...DeleteMarkers.map((version) => toVersion(version, toKey, true)),
  ];
  const isLast = !IsTruncated || NextKeyMarker === undefined || NextVersionIdMarker === undefined;
  const next = isLast ? undefined : { key: toKey(NextKeyMarker), versionId: NextVersionIdMarker };
  return { versions, next };
}

function toVersion(
  version: ObjectVersion & DeleteMarkerEntry,
  toKey: (text: string) => string,
  isDeletion: boolean,
): Version {
  return {
    key: toKey(version.Key ?? ''),
    versionId: version.VersionId ?? '',
    modified: version.LastModified ?? new Date(0),
    isLatest: version.IsLatest ?? false,
    isDeletion,
    etag: version.ETag ?? '',
    size: version.Size ?? 0,
  };
}

/** S3 encodes keys like a form. */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
