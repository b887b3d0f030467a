import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { HeldVersion, History } from './history.ts';

/** Where the files lie. */
export interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Reads all versions below a prefix of the local S3 server with their contents. They are sorted by the version ids of
 * that server, which begin with the milliseconds that remain until a distant day. Real S3 has no such order.
 */
export async function readHeldVersions({ client, bucket, prefix }: Bucket): Promise<History['versions']> {
  const found: { key: string; version: Omit<HeldVersion, 'earliest'> }[] = [];
  let position: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (position) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...position }),
    );
    for (const { Key: key = '', VersionId: versionId = '', ETag: etag = '' } of page.Versions ?? []) {
      const content = await readContent(key, versionId);
      found.push({ key, version: { versionId, created: toTime(versionId), etag, content } });
    }
    for (const { Key: key = '', VersionId: versionId = '' } of page.DeleteMarkers ?? []) {
      found.push({ key, version: { versionId, created: toTime(versionId), etag: '', content: undefined } });
    }
    position = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  const inOrder = found.toSorted((one, other) => one.version.created - other.version.created);
  const chains = new Map<string, HeldVersion[]>();
  for (const { key, version } of inOrder) {
    const path = key.slice(prefix.length);
    const chain = chains.get(path) ?? [];
    chains.set(path, [...chain, { ...version, earliest: toEarliest(version.created, chain.at(-1)) }]);
  }
  return chains;

  async function readContent(Key: string, VersionId: string): Promise<string> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
    return (await Body?.transformToString()) ?? '';
  }
}

/**
 * Two versions of one file never have the same time: the server puts the later one a millisecond on. So a version that
 * directly follows another may have been made as early as that one.
 */
function toEarliest(created: number, before: HeldVersion | undefined): number {
  return before?.created === created - 1 ? before.earliest : created;
}

const endOfTime = 2 ** 48 - 1;

function toTime(versionId: string): number {
  return endOfTime - Number.parseInt(versionId.slice(0, 12), 16);
}
