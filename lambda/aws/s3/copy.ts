import { CopyObjectCommand } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type CopiedFile, type FileStore, FileStoreError } from '../../files/file-store.ts';
import { isRepeatable, readAttributes, toAttributeInput, toNamedMetadata } from './attributes.ts';
import { IncompleteAnswer, makeChange, type Pause } from './change.ts';
import { untilDeadline, withoutRepetition } from './client.ts';
import { explainCondition, isFailedCondition, isMissing, toHeaders } from './conditions.ts';
import { toFailure } from './failures.ts';
import { headObject, type ObjectHead, toFacts } from './head.ts';
import { type Location, toKey } from './location.ts';
import { findWritten, nameWrite } from './lost-answer.ts';

/** The most that one CopyObject request copies, in bytes (Amazon S3 API, CopyObject). */
const maxCopyBytes = 5 * 1024 ** 3;

/** The call that copies, and one for a version that was hidden by mistake. */
export interface Copying extends Pick<FileStore, 'copy'> {
  /**
   * Makes a version of a deleted file the current one again. Unlike a copy, it gives up at once when the name is taken:
   * whoever took it may have deleted it again by the next try, and that deletion must stay.
   */
  putBack(path: FilePath, versionId: string, signal: AbortSignal): Promise<CopiedFile>;
}

/** The call that copies. It looks at the source, then sends one conditional request. */
export function createCopying(location: Location, pause?: Pause): Copying {
  const { client, bucket } = location;

  return {
    copy: (source, target, options) => copyTo(source, target, options, explainCondition),
    putBack: (path, versionId, signal) =>
      copyTo({ path, versionId }, path, { condition: { kind: 'absent' }, signal }, async (...asked) => ({
        ...(await explainCondition(...asked)),
        stands: true,
      })),
  };

  async function copyTo(
    { path, versionId }: Parameters<FileStore['copy']>[0],
    target: FilePath,
    { condition, signal }: Parameters<FileStore['copy']>[2],
    explainTarget: typeof explainCondition,
  ): Promise<CopiedFile> {
    const head = await headObject(location, path, { versionId, signal });
    const source = toFacts(path, head);
    if (source.size > maxCopyBytes) {
      throw new FileStoreError({ code: 'too_large', path, size: source.size, maxBytes: maxCopyBytes });
    }
    const write = nameWrite(source.size);
    const renamed = toRenamed(head, write.writeId);
    /**
     * The condition that is sent. A repeated copy demands that nobody has written since we looked for the earlier
     * one.
     */
    let demanded = condition;

    const send = async (): Promise<CopiedFile> => {
      const input = {
        Bucket: bucket,
        Key: toKey(location, target),
        CopySource: toCopySource(bucket, toKey(location, path), versionId),
        CopySourceIfMatch: source.etag,
        ...renamed,
        // Tags belong to the operator. Copying them takes a permission that no tool needs.
        TaggingDirective: 'REPLACE' as const,
        ...toHeaders(demanded),
      };
      const options = { abortSignal: signal, ...untilDeadline };
      const copied = await withoutRepetition(client).send(new CopyObjectCommand(input), options);
      const { ETag, LastModified } = copied.CopyObjectResult ?? {};
      if (ETag === undefined) throw new IncompleteAnswer('an etag');
      // The source may have been written again with the same content since we looked at it.
      const copiedVersion = copied.CopySourceVersionId ?? source.versionId;
      return {
        path: target,
        size: source.size,
        etag: ETag,
        modified: LastModified ?? new Date(),
        mediaType: source.mediaType,
        ...(copied.VersionId !== undefined && { versionId: copied.VersionId }),
        source: { ...source, ...(copiedVersion !== undefined && { versionId: copiedVersion }) },
      };
    };

    return makeChange(
      {
        path: target,
        signal,
        send,
        async find() {
          if (!renamed) throw new FileStoreError({ code: 'uncertain', path: target });
          const { written, unchanged } = await findWritten(location, target, write, signal);
          if (condition.kind === 'none') demanded = unchanged;
          return written && { ...written, source };
        },
        /** S3 does not say whether it means the source or the target. */
        async explain(cause) {
          if (!isFailedCondition(cause) && !isMissing(cause)) {
            const asked = { path, versionId, action: 'copy', signal } as const;
            return { error: await toFailure(cause, location, asked), stands: true };
          }
          // We look at the source first. If it is gone, that look throws.
          const { ETag: etag = '' } = await headObject(location, path, { versionId, signal });
          if (etag === source.etag) {
            return explainTarget(location, target, condition, { signal, cause });
          }
          return { error: new FileStoreError({ code: 'conflict', path, etag }, { cause }), stands: true };
        },
      },
      pause,
    );
  }
}

/**
 * Everything that the source carries, with a new write id. Undefined if some of it cannot be written again: then S3
 * copies the metadata as it is, and we cannot tell this copy from another one.
 */
function toRenamed(head: ObjectHead, writeId: string) {
  const Metadata = toNamedMetadata(writeId, head.Metadata);
  if (!Metadata || !isRepeatable(head)) return undefined;
  return {
    MetadataDirective: 'REPLACE' as const,
    ...(head.ContentType !== undefined && { ContentType: head.ContentType }),
    ...toAttributeInput(readAttributes(head)),
    Metadata,
  };
}

/** The header is a URL path (Amazon S3 API, x-amz-copy-source). */
function toCopySource(bucket: string, key: string, versionId: string | undefined): string {
  const path = `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
}
