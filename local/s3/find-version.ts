import type { ObjectStore, Version } from './object-store.ts';
import { S3Error } from './s3-error.ts';
import { requireVersionId } from './version-id.ts';

/**
 * The version a request means: the latest one, or the one with this id. It may be a delete marker.
 * Throws `NoSuchKey`, `NoSuchVersion` and, for an id that no version can have, `InvalidArgument`.
 */
export function findVersion(
  objects: ObjectStore,
  bucket: string,
  key: string,
  versionId: string | null,
): Version {
  if (versionId === null) {
    const latest = objects.latest(bucket, key);
    if (!latest) throw new S3Error('NoSuchKey', 'the key does not exist');
    return latest;
  }
  requireVersionId(versionId);
  const version = objects.version(bucket, key, versionId);
  if (!version) throw new S3Error('NoSuchVersion', `the key has no version ${versionId}`);
  return version;
}

/** The refusal to read where the latest version is a delete marker. */
export function deletedKey({ versionId }: Version): S3Error {
  return new S3Error('NoSuchKey', 'the key is deleted: its latest version is a delete marker', {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': versionId,
  });
}
