import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { Version } from './version-page.ts';

/** The checksums that S3 can keep of an object; it keeps them when it copies. */
const checksums = [
  'ChecksumCRC64NVME',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumSHA1',
  'ChecksumSHA256',
] as const;

/**
 * Tells whether two versions of one size hold the same bytes when their etags do not tell: those of objects that KMS
 * encrypts are no digests ("Object", ETag, Amazon S3 API), so that a copy has another one.
 */
export async function isSameContent(
  client: S3Client,
  bucket: string,
  one: Version,
  other: Version,
): Promise<boolean> {
  if (one.isDeletion || one.size !== other.size) return false;
  const read = ({ key, versionId }: Version) =>
    client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: 'ENABLED' }),
    );
  const head = await read(one);
  if (!isEncryptedByKms(head)) return false;
  const otherHead = await read(other);
  return checksums.some((name) => head[name] !== undefined && head[name] === otherHead[name]);
}

function isEncryptedByKms({ ServerSideEncryption }: HeadObjectCommandOutput): boolean {
  return ServerSideEncryption?.startsWith('aws:kms') ?? false;
}
