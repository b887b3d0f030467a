import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type FileStore, FileStoreError } from '../../files/file-store.ts';
import { toAttributeInput, toNamedMetadata } from './attributes.ts';
import { IncompleteAnswer, makeChange, type Pause } from './change.ts';
import { withoutRepetition } from './client.ts';
import { explainCondition, isFailedCondition, isMissing, toHeaders } from './conditions.ts';
import { toFailure } from './failures.ts';
import { type Location, toKey } from './location.ts';
import { findWritten, nameWrite } from './lost-answer.ts';
import { toWriterMetadata } from './writer-metadata.ts';

/** The call that writes, with one conditional request. */
export function createWriting(location: Location, pause?: Pause): Pick<FileStore, 'write'> {
  const { client, bucket } = location;

  return {
    async write(path, content, { mediaType, condition, replaces, writer, signal }) {
      const size = content.length;
      const write = nameWrite(size, replaces?.versionId);
      const metadata = replaces?.attributes?.metadata;
      const signed = { ...metadata, ...toWriterMetadata(writer) };
      // If there is no room for all of it, the metadata of other programs comes first.
      const named = toNamedMetadata(write.writeId, signed) ?? toNamedMetadata(write.writeId, metadata);
      /**
       * The condition that is sent. A repeated write demands that nobody has written since we looked for the earlier
       * one.
       */
      let demanded = condition;

      const send = async () => {
        const input = {
          Bucket: bucket,
          Key: toKey(location, path),
          Body: content,
          ContentType: mediaType,
          ...toAttributeInput(replaces?.attributes),
          Metadata: named ?? metadata,
          ...toHeaders(demanded),
        };
        const command = new PutObjectCommand(input);
        const written = await withoutRepetition(client).send(command, { abortSignal: signal });
        if (written.ETag === undefined) throw new IncompleteAnswer('an etag');
        return {
          path,
          size,
          etag: written.ETag,
          modified: new Date(),
          mediaType,
          ...(written.VersionId !== undefined && { versionId: written.VersionId }),
        };
      };

      return makeChange(
        {
          path,
          signal,
          send,
          async find() {
            if (!named) throw new FileStoreError({ code: 'uncertain', path });
            const { written, unchanged } = await findWritten(location, path, write, signal);
            if (condition.kind === 'none') demanded = unchanged;
            return written;
          },
          async explain(cause) {
            // The condition failed, or the file that a repeated write was to match is gone.
            if (isFailedCondition(cause) || (isMissing(cause) && demanded !== condition)) {
              return explainCondition(location, path, condition, { signal, cause });
            }
            const error = await toFailure(cause, location, { path, action: 'write', signal });
            return { error, stands: true };
          },
        },
        pause,
      );
    },
  };
}
