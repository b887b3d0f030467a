import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type FileFacts, FileStoreError } from '../../files/file-store.ts';
import { type AttributeOutput, readAttributes } from './attributes.ts';
import { IncompleteAnswer } from './change.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';
import { readWriter } from './writer-metadata.ts';

/** What S3 says about an object without its content. */
export type ObjectHead = AttributeOutput &
  Pick<HeadObjectCommandOutput, 'ContentLength' | 'ContentType' | 'ETag' | 'LastModified' | 'VersionId'>;

/** Asks for the head of a file with one request. Throws the same failures as the port's `stat`. */
export async function headObject(
  location: Location,
  path: FilePath,
  { versionId, signal }: { readonly versionId?: string | undefined; readonly signal: AbortSignal },
): Promise<ObjectHead> {
  const input = { Bucket: location.bucket, Key: toKey(location, path), VersionId: versionId };
  try {
    return await location.client.send(new HeadObjectCommand(input), { abortSignal: signal });
  } catch (error) {
    throw await toFailure(error, location, { path, versionId, action: 'read', signal });
  }
}

/** The head of the current version; undefined when there is none. */
export async function findObject(
  location: Location,
  path: FilePath,
  signal: AbortSignal,
): Promise<ObjectHead | undefined> {
  try {
    return await headObject(location, path, { signal });
  } catch (error) {
    const code = error instanceof FileStoreError && error.failure.code;
    if (code === 'not_found' || code === 'is_directory') return undefined;
    throw error;
  }
}

/**
 * Converts a head into the facts of the port. Throws `IncompleteAnswer` if it lacks the etag, which S3 always sends.
 */
export function toFacts(path: FilePath, head: ObjectHead): FileFacts {
  if (head.ETag === undefined) throw new IncompleteAnswer('an etag');
  const attributes = readAttributes(head);
  const writer = readWriter(head.Metadata);
  return {
    path,
    size: head.ContentLength ?? 0,
    etag: head.ETag,
    modified: head.LastModified ?? new Date(0),
    mediaType: head.ContentType ?? 'application/octet-stream',
    ...(head.VersionId !== undefined && { versionId: head.VersionId }),
    ...(writer && { writer }),
    ...(attributes && { attributes }),
  };
}
