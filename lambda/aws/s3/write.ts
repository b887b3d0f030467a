import { CopyObjectCommand, DeleteObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type FileStore, FileStoreError, type WriteCondition } from '../../files/file-store.ts';
import { findEtag, isFailedCondition, toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';

/** What one CopyObject request takes, in bytes (Amazon S3 API, CopyObject). */
const maxCopyBytes = 5 * 1024 ** 3;

/** The calls that change something, each by one conditional request. */
export function createWriting(
  location: Location,
  stat: FileStore['stat'],
): Pick<FileStore, 'write' | 'copy' | 'delete'> {
  const { client, bucket } = location;

  /** Names a failed condition by what is there now. */
  async function toConflict(path: FilePath, condition: WriteCondition, signal: AbortSignal, cause: unknown) {
    const etag = await findEtag(location, path, signal);
    // Refused for a write that was under way, and which then left nothing: to be tried again.
    if (etag === undefined && condition.kind === 'absent') return cause;
    if (etag === undefined) return new FileStoreError({ code: 'not_found', path }, { cause });
    const code = condition.kind === 'absent' ? 'already_exists' : 'conflict';
    return new FileStoreError({ code, path, etag }, { cause });
  }

  return {
    async write(path, content, { mediaType, condition, signal }) {
      const input = {
        Bucket: bucket,
        Key: toKey(location, path),
        Body: content,
        ContentType: mediaType,
        ...toHeaders(condition),
      };
      try {
        const written = await client.send(new PutObjectCommand(input), { abortSignal: signal });
        return {
          path,
          size: content.length,
          etag: written.ETag ?? '',
          modified: new Date(),
          mediaType,
          ...(written.VersionId !== undefined && { versionId: written.VersionId }),
        };
      } catch (error) {
        if (isFailedCondition(error)) throw await toConflict(path, condition, signal, error);
        throw await toFailure(error, location, { path, signal });
      }
    },

    async copy({ path, versionId, sourceEtag }, target, { condition, signal }) {
      const source = await stat(path, { ...(versionId !== undefined && { versionId }), signal });
      if (sourceEtag !== undefined && source.etag !== sourceEtag) {
        throw new FileStoreError({ code: 'conflict', path, etag: source.etag });
      }
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
      try {
        const copied = await client.send(new CopyObjectCommand(input), { abortSignal: signal });
        return {
          path: target,
          size: source.size,
          etag: copied.CopyObjectResult?.ETag ?? '',
          modified: copied.CopyObjectResult?.LastModified ?? new Date(),
          mediaType: source.mediaType,
          ...(copied.VersionId !== undefined && { versionId: copied.VersionId }),
        };
      } catch (error) {
        if (!isFailedCondition(error) && !(error instanceof NoSuchKey)) {
          throw await toFailure(error, location, { path, versionId, signal });
        }
        // S3 does not say which side it means: the source is looked at first, and fails by itself if it is gone.
        const present = await stat(path, { ...(versionId !== undefined && { versionId }), signal });
        if (present.etag === source.etag) throw await toConflict(target, condition, signal, error);
        throw new FileStoreError({ code: 'conflict', path, etag: present.etag }, { cause: error });
      }
    },

    async delete(path, { condition, signal }) {
      // S3 hides what is not there without a word; a person wants to know.
      const { etag } = await stat(path, { signal });
      const input = { Bucket: bucket, Key: toKey(location, path), ...toHeaders(condition) };
      if (condition.kind === 'match' && condition.etag !== etag) {
        throw new FileStoreError({ code: 'conflict', path, etag });
      }
      try {
        const deleted = await client.send(new DeleteObjectCommand(input), { abortSignal: signal });
        return deleted.VersionId === undefined ? {} : { versionId: deleted.VersionId };
      } catch (error) {
        if (isFailedCondition(error)) throw await toConflict(path, condition, signal, error);
        throw await toFailure(error, location, { path, signal });
      }
    },
  };
}

/** Conditional writes of S3: `If-Match` and `If-None-Match: *` of RFC 9110 section 13.1. */
export function toHeaders(condition: WriteCondition): { IfMatch?: string; IfNoneMatch?: string } {
  switch (condition.kind) {
    case 'none':
      return {};
    case 'match':
      return { IfMatch: condition.etag };
    case 'absent':
      return { IfNoneMatch: '*' };
  }
}

/** The header is a URL path (Amazon S3 API, x-amz-copy-source). */
function toCopySource(bucket: string, key: string, versionId: string | undefined): string {
  const path = `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}
