import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type FileFacts, type FileStore, FileStoreError } from '../../files/file-store.ts';
import { IncompleteAnswer, makeChange, type Pause } from './change.ts';
import { withoutRepetition } from './client.ts';
import { isFailedCondition } from './conditions.ts';
import type { Copying } from './copy.ts';
import { toFailure } from './failures.ts';
import { findObject, headObject, toFacts } from './head.ts';
import { type Location, toKey } from './location.ts';
import { findDeletion } from './lost-answer.ts';

/** The call that deletes. It looks at the file, unless the caller already has, then sends one conditional request. */
export function createDeleting(
  location: Location,
  { listVersions, putBack }: Pick<FileStore, 'listVersions'> & Pick<Copying, 'putBack'>,
  pause?: Pause,
): Pick<FileStore, 'delete'> {
  const { client, bucket } = location;

  return {
    async delete(path, { condition, seen, signal }) {
      // S3 deletes a missing file without a word, but a person wants to know that it is missing.
      const deleted = seen ?? toFacts(path, await headObject(location, path, { signal }));
      const { etag } = deleted;
      if (condition.kind === 'match' && condition.etag !== etag) {
        throw new FileStoreError({ code: 'conflict', path, etag });
      }
      /**
       * How many times the request was sent. The first deletion of a file that we have just looked at needs no second
       * look.
       */
      let sent = 0;

      const send = async (): Promise<string | undefined> => {
        sent += 1;
        const input = { Bucket: bucket, Key: toKey(location, path), IfMatch: etag };
        const command = new DeleteObjectCommand(input);
        const { VersionId } = await withoutRepetition(client).send(command, { abortSignal: signal });
        if (VersionId === undefined && deleted.versionId !== undefined) {
          throw new IncompleteAnswer('a version id');
        }
        return VersionId;
      };

      const versionId = await makeChange(
        {
          path,
          signal,
          send,
          find: async () => (await findDeletion(deleted, { listVersions, signal }))?.versionId,
          async explain(cause) {
            if (!isFailedCondition(cause)) {
              const asked = { path, action: 'delete', signal } as const;
              return { error: await toFailure(cause, location, asked), stands: true };
            }
            const present = await findObject(location, path, signal);
            const failure = present
              ? ({ code: 'conflict', path, etag: present.ETag ?? '' } as const)
              : ({ code: 'not_found', path } as const);
            const error = new FileStoreError(failure, { cause });
            return { error, stands: !present || present.VersionId !== deleted.versionId };
          },
          // No answer came, so it may still be on its way. It would find its etag again in a file that was put back.
          mayRepeat: (error) => !(error instanceof Error && error.name === 'TimeoutError'),
        },
        pause,
      );
      if (versionId !== undefined && (seen || sent > 1)) await requireHidden(deleted, versionId, signal);
      return { deleted, ...(versionId !== undefined && { versionId }) };
    },
  };

  /**
   * Requires that a deletion hides the version that was meant. S3 compares only etags, so it may hide a newer version
   * with the same content. Then that version is put back, and `conflict` is thrown; or `hidden`, if another caller has
   * made something of the name meanwhile. S3 knows no condition that names a deletion, so a file that others create and
   * delete between this look and the copy is not noticed.
   */
  async function requireHidden(meant: FileFacts, deletion: string, signal: AbortSignal): Promise<void> {
    const { path, versionId } = meant;
    const { hidden, isNewest } = await findBelow(path, deletion, signal);
    if (versionId === undefined || hidden === undefined || hidden === versionId) return;
    if (!isNewest) throw new FileStoreError({ code: 'hidden', path, versionId: hidden });
    try {
      await putBack(path, hidden, signal);
    } catch (cause) {
      throw new FileStoreError({ code: 'hidden', path, versionId: hidden }, { cause });
    }
    throw new FileStoreError({ code: 'conflict', path, etag: meant.etag });
  }

  /**
   * Finds what a deletion hides, and whether nothing is on top of the deletion. Throws `uncertain` when S3 cannot be
   * asked.
   */
  async function findBelow(
    path: FilePath,
    deletion: string,
    signal: AbortSignal,
  ): Promise<{ hidden: string | undefined; isNewest: boolean }> {
    try {
      const newest = (await listVersions(path, { limit: 2, signal })).versions;
      if (newest[0]?.versionId === deletion) return { hidden: newest[1]?.versionId, isNewest: true };
      const [below] = (await listVersions(path, { limit: 1, after: deletion, signal })).versions;
      return { hidden: below?.versionId, isNewest: false };
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new FileStoreError({ code: 'uncertain', path }, { cause });
    }
  }
}
