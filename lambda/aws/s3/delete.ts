import { DeleteObjectCommand, NoSuchKey, NotFound } from '@aws-sdk/client-s3';
import { type FileStore, FileStoreError } from '../../files/file-store.ts';
import { isFailedCondition, toConflict } from './conditions.ts';
import { toFailure } from './failures.ts';
import { headObject, toFacts } from './head.ts';
import { type Location, toKey } from './location.ts';
import { findDeletion, wasRepeated } from './lost-answer.ts';

/** The call that deletes, by one conditional request after a look at the file. */
export function createDeleting(
  location: Location,
  listVersions: FileStore['listVersions'],
): Pick<FileStore, 'delete'> {
  const { client, bucket } = location;

  return {
    async delete(path, { condition, seen, signal }) {
      // S3 hides what is not there without a word; a person wants to know.
      const deleted = seen ?? toFacts(path, await headObject(location, path, { signal }));
      const { etag } = deleted;
      if (condition.kind === 'match' && condition.etag !== etag) {
        throw new FileStoreError({ code: 'conflict', path, etag });
      }
      const input = { Bucket: bucket, Key: toKey(location, path), IfMatch: etag };
      try {
        const { VersionId } = await client.send(new DeleteObjectCommand(input), { abortSignal: signal });
        return { deleted, ...(VersionId !== undefined && { versionId: VersionId }) };
      } catch (error) {
        const isRefused = isFailedCondition(error);
        if (wasRepeated(error) && (isRefused || error instanceof NoSuchKey || error instanceof NotFound)) {
          const deletion = await findDeletion(etag, { path, listVersions, signal });
          if (deletion) return { deleted, versionId: deletion.versionId };
        }
        const match = { kind: 'match', etag } as const;
        if (isRefused) throw await toConflict(location, path, match, { signal, cause: error });
        throw await toFailure(error, location, { path, action: 'delete', signal });
      }
    },
  };
}
