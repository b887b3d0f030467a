import { CopyObjectCommand, NoSuchKey, type S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type CopiedFile, type FileStore, FileStoreError } from '../../files/file-store.ts';
import { untilDeadline } from './client.ts';
import { isFailedCondition, isUnderWay, toConflict, toHeaders } from './conditions.ts';
import { toFailure } from './failures.ts';
import { findObject, headObject, type ObjectHead, toFacts } from './head.ts';
import { type Location, toKey } from './location.ts';
import { hasSameContent, wasRepeated } from './lost-answer.ts';

/** What one CopyObject request takes, in bytes (Amazon S3 API, CopyObject). */
const maxCopyBytes = 5 * 1024 ** 3;

/** The call that copies, by one conditional request after a look at the source. */
export function createCopying(location: Location): Pick<FileStore, 'copy'> {
  const { client, bucket } = location;

  /** Finds the copy at the target. Throws `uncertain` where it cannot be told from another file. */
  async function findCopy(
    source: ObjectHead,
    target: FilePath,
    cause: S3ServiceException,
    signal: AbortSignal,
  ) {
    const present = await findObject(location, target, signal);
    const isCopy = present ? hasSameContent(source, present) : false;
    if (present && isCopy) return toFacts(target, present);
    // What is under way may be the first request.
    if (isCopy === undefined || isUnderWay(cause)) {
      throw new FileStoreError({ code: 'uncertain', path: target }, { cause });
    }
    return undefined;
  }

  return {
    async copy({ path, versionId }, target, { condition, signal }) {
      const head = await headObject(location, path, { versionId, signal });
      const source = toFacts(path, head);
      if (source.size > maxCopyBytes) {
        throw new FileStoreError({ code: 'too_large', path, size: source.size, maxBytes: maxCopyBytes });
      }
      const input = {
        Bucket: bucket,
        Key: toKey(location, target),
        CopySource: toCopySource(bucket, toKey(location, path), versionId),
        CopySourceIfMatch: source.etag,
        // Tags are the operator's; copying them takes a right that no tool needs.
        TaggingDirective: 'REPLACE' as const,
        ...toHeaders(condition),
      };

      /** Answers the copy, if a condition failed because it had been made. S3 does not say which side it means. */
      async function explain(cause: S3ServiceException): Promise<CopiedFile> {
        const made = wasRepeated(cause) ? await findCopy(head, target, cause, signal) : undefined;
        if (made) return { ...made, source };
        // The source is looked at first, and fails by itself if it is gone.
        const present = await headObject(location, path, { versionId, signal });
        if (present.ETag === source.etag)
          throw await toConflict(location, target, condition, { signal, cause });
        throw new FileStoreError({ code: 'conflict', path, etag: present.ETag ?? '' }, { cause });
      }

      try {
        const options = { abortSignal: signal, ...untilDeadline };
        const copied = await client.send(new CopyObjectCommand(input), options);
        return {
          path: target,
          size: source.size,
          etag: copied.CopyObjectResult?.ETag ?? '',
          modified: copied.CopyObjectResult?.LastModified ?? new Date(),
          mediaType: source.mediaType,
          ...(copied.VersionId !== undefined && { versionId: copied.VersionId }),
          source,
        };
      } catch (error) {
        if (isFailedCondition(error) || error instanceof NoSuchKey) return explain(error);
        throw await toFailure(error, location, { path, versionId, action: 'copy', signal });
      }
    },
  };
}

/** The header is a URL path (Amazon S3 API, x-amz-copy-source). */
function toCopySource(bucket: string, key: string, versionId: string | undefined): string {
  const path = `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}
