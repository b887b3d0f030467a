import { randomUUID } from 'node:crypto';
import { PutObjectCommand, type S3ServiceException } from '@aws-sdk/client-s3';
import { type FileFacts, type FileStore, FileStoreError } from '../../files/file-store.ts';
import { isFailedCondition, isUnderWay, toConflict, toHeaders } from './conditions.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';
import { findWritten, toMetadata, wasRepeated } from './lost-answer.ts';
import { toWriterMetadata } from './writer-metadata.ts';

/** The call that writes, by one conditional request. */
export function createWriting(
  location: Location,
  listVersions: FileStore['listVersions'],
): Pick<FileStore, 'write'> {
  const { client, bucket } = location;

  return {
    async write(path, content, { mediaType, condition, writer, signal }) {
      const writeId = randomUUID();
      const size = content.length;
      const input = {
        Bucket: bucket,
        Key: toKey(location, path),
        Body: content,
        ContentType: mediaType,
        Metadata: { ...toMetadata(writeId), ...toWriterMetadata(writer) },
        ...toHeaders(condition),
      };

      /** Answers what was written, if the condition failed because it had been. */
      async function explain(cause: S3ServiceException): Promise<FileFacts> {
        if (!wasRepeated(cause)) throw await toConflict(location, path, condition, { signal, cause });
        const search = { path, listVersions, signal };
        const written = await findWritten(location, { writeId, size, condition }, search);
        if (written) return written;
        // What is under way may be the first request.
        if (isUnderWay(cause)) throw new FileStoreError({ code: 'uncertain', path }, { cause });
        throw await toConflict(location, path, condition, { signal, cause });
      }

      try {
        const written = await client.send(new PutObjectCommand(input), { abortSignal: signal });
        return {
          path,
          size,
          etag: written.ETag ?? '',
          modified: new Date(),
          mediaType,
          ...(written.VersionId !== undefined && { versionId: written.VersionId }),
        };
      } catch (error) {
        if (isFailedCondition(error)) return explain(error);
        throw await toFailure(error, location, { path, action: 'write', signal });
      }
    },
  };
}
