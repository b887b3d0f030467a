import {
  CopyObjectCommand,
  DeleteObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { KeyHistory } from './key-history.ts';
import { isSameContent } from './same-content.ts';
import type { Version } from './version-page.ts';

/** What brings one key back. */
export interface Change {
  /** What is there now; whoever changes it meanwhile keeps their change. */
  readonly present: Version;
  /** What is put on top of it; undefined for a deletion, `lost` where nobody knows, so that nothing is changed. */
  readonly from: Version | 'lost' | undefined;
}

/** How a change went. */
export type Outcome =
  | { readonly kind: 'done' }
  /** The key holds the same content already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

const overwritten =
  'what it was then may have been overwritten while the bucket kept no versions, look at it yourself';

/** Finds what brings a key back; undefined when it is as it was. Equal contents are, so that a second run changes nothing. */
export function findChange({ present, past }: KeyHistory): Change | undefined {
  if (past === 'lost') return { present, from: past };
  const from = past?.isDeletion ? undefined : past;
  if (!from) return present.isDeletion ? undefined : { present, from };
  const isSame = !present.isDeletion && present.etag === from.etag && present.size === from.size;
  return isSame ? undefined : { present, from };
}

/**
 * Makes one change, unless the key changed meanwhile; when `isApplied` is false, only looks. Throws for an outage,
 * after which the rest should wait.
 */
export async function makeChange(
  { client, bucket, isApplied }: { client: S3Client; bucket: string; isApplied: boolean },
  change: Change,
): Promise<Outcome> {
  const { present, from } = change;
  if (from === 'lost') return { kind: 'skipped', reason: overwritten };
  try {
    if (from && (await isSameContent(client, bucket, present, from))) return { kind: 'unchanged' };
    if (isApplied) await send(client, bucket, present, from);
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$fault === 'server') throw error;
    const isChanged = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes(error.name);
    return isChanged
      ? { kind: 'skipped', reason: 'it changed meanwhile' }
      : { kind: 'failed', reason: `${error.name}: ${error.message}` };
  }
}

async function send(
  client: S3Client,
  bucket: string,
  present: Version,
  from: Version | undefined,
): Promise<void> {
  const { key, etag } = present;
  const condition = present.isDeletion ? { IfNoneMatch: '*' } : { IfMatch: etag };
  if (!from) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
    return;
  }
  // S3 copies the metadata and the tags as well.
  const CopySource = `${toPath(bucket, key)}?versionId=${encodeURIComponent(from.versionId)}`;
  await client.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource, ...condition }));
}

/** The header is a URL path (Amazon S3 API, x-amz-copy-source). */
function toPath(bucket: string, key: string): string {
  return `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
}
