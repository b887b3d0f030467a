import { GetObjectCommand, type GetObjectCommandOutput, S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type FileFacts, type FileStore, FileStoreError } from '../../files/file-store.ts';
import { readBody } from './body.ts';
import { isFailedCondition } from './conditions.ts';
import { toFailure } from './failures.ts';
import { headObject, toFacts } from './head.ts';
import { type Location, toKey } from './location.ts';

/** How long the body of an answer may be silent before the rest is asked for again, in milliseconds. */
const patienceWithBodies = 5_000;

/** The calls that read. */
export function createReading(
  location: Location,
  maxSilence = patienceWithBodies,
): Pick<FileStore, 'stat' | 'read'> {
  const { client, bucket } = location;

  const stat: FileStore['stat'] = async (path, options) =>
    toFacts(path, await headObject(location, path, options));

  const read: FileStore['read'] = async (path, { start, length, etag, versionId, signal }) => {
    const input = {
      Bucket: bucket,
      Key: toKey(location, path),
      Range: toRange(start, length),
      IfMatch: etag,
      VersionId: versionId,
    };
    try {
      const object = await client.send(new GetObjectCommand(input), { abortSignal: signal });
      const facts = toRangeFacts(path, object);
      const first = readStart(object);
      const end = first + Math.min(length, object.ContentLength ?? length);
      /** Asks for the same version, or at least for the same content. */
      const same = { IfMatch: object.ETag, VersionId: versionId ?? object.VersionId };
      const resume = (received: number) => {
        const Range = toRange(first + received, end - first - received);
        return client.send(new GetObjectCommand({ ...input, ...same, Range }), { abortSignal: signal });
      };
      const bytes = await readBody(object, { length, maxSilence, signal, resume });
      return { facts, start: first, bytes };
    } catch (error) {
      if (isBeyondTheEnd(error)) return readNothing(path);
      if (isFailedCondition(error)) throw await toConflict(path, error);
      throw await toFailure(error, location, { path, versionId, action: 'read', signal });
    }

    /** An empty file has no range at all, and S3's refusal does not contain its facts. */
    async function readNothing(path: FilePath) {
      const facts = await stat(path, { ...(versionId !== undefined && { versionId }), signal });
      if (etag !== undefined && facts.etag !== etag) {
        throw new FileStoreError({ code: 'conflict', path, etag: facts.etag });
      }
      return { facts, start: facts.size, bytes: new Uint8Array() };
    }

    async function toConflict(path: FilePath, cause: unknown) {
      const present = await stat(path, { ...(versionId !== undefined && { versionId }), signal });
      return new FileStoreError({ code: 'conflict', path, etag: present.etag }, { cause });
    }
  };

  return { stat, read };
}

/** `Range` of RFC 9110 section 14.2: from a position, or the last bytes. */
function toRange(start: number, length: number): string {
  return start < 0 ? `bytes=${start}` : `bytes=${start}-${start + Math.max(length, 1) - 1}`;
}

function isBeyondTheEnd(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'InvalidRange';
}

/** `Content-Range: bytes 10-19/100`; absent when the whole file was sent. */
function readStart({ ContentRange = '' }: GetObjectCommandOutput): number {
  return Number(/^bytes (\d+)-/.exec(ContentRange)?.[1] ?? 0);
}

/** The length of the answer is the length of the range. `Content-Range` has the length of the file. */
function toRangeFacts(path: FilePath, object: GetObjectCommandOutput): FileFacts {
  const whole = /\/(\d+)$/.exec(object.ContentRange ?? '')?.[1];
  return toFacts(path, { ...object, ...(whole !== undefined && { ContentLength: Number(whole) }) });
}
