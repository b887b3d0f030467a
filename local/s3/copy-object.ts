import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { failedPrecondition, judgeRead, toGuard } from './conditions.ts';
import { deletedKey, findVersion } from './find-version.ts';
import { readObjectHeaders } from './object-headers.ts';
import { type Operation, toXmlReply } from './operation.ts';
import { decodeUri } from './request.ts';
import { S3Error } from './s3-error.ts';

/** The conditions on the source of a copy. */
export const copySourceConditions = [
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
];

/**
 * CopyObject. The copy shares the file of its source, so its cost does not depend on the size; only the copy of an
 * object that was uploaded in parts is read, because it gets the etag of an object in one piece.
 */
export const copyObject: Operation = async ({ bucket, key, headers }, { buckets, objects, files }) => {
  const source = readCopySource(headers['x-amz-copy-source'] ?? '');
  buckets.requireBucket(source.bucket);
  const original = findVersion(objects, source.bucket, source.key, source.versionId ?? null);
  if (original.content === undefined) {
    if (source.versionId === undefined) throw deletedKey(original);
    throw new S3Error('InvalidRequest', `copy another version, ${source.versionId} is a delete marker`);
  }
  if (judgeRead(headers, original, 'x-amz-copy-source-') !== 'read') {
    throw failedPrecondition('x-amz-copy-source-if');
  }
  const replaces = replacesMetadata(headers['x-amz-metadata-directive']);
  if (!replaces && source.versionId === undefined && source.bucket === bucket && source.key === key) {
    throw new S3Error(
      'InvalidRequest',
      'copy to another key, or replace the metadata: this copy changes nothing',
    );
  }

  const { etag: sourceEtag, file } = original.content;
  const etag = isOfParts(sourceEtag) ? await toMd5(files.read(file)) : sourceEtag;
  const content = { ...original.content, etag, ...(replaces && { headers: readObjectHeaders(headers) }) };
  const copy = objects.add(bucket, key, content, toGuard(headers));
  return toXmlReply(
    'CopyObjectResult',
    { ETag: `"${content.etag}"`, LastModified: copy.modified.toISOString() },
    { 'x-amz-version-id': copy.versionId, 'x-amz-copy-source-version-id': original.versionId },
  );
};

/** An object that was uploaded in parts has their number behind its etag. */
function isOfParts(etag: string): boolean {
  return /-\d+$/.test(etag);
}

async function toMd5(bytes: Readable): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

function readCopySource(header: string): { bucket: string; key: string; versionId: string | undefined } {
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=(.*))?$/.exec(header) ?? [];
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeUri(path)) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key, versionId };
  throw new S3Error('InvalidArgument', `send x-amz-copy-source as bucket/key, got "${header}"`);
}

function replacesMetadata(directive = 'COPY'): boolean {
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
  throw new S3Error('InvalidArgument', `set x-amz-metadata-directive to COPY or REPLACE, got "${directive}"`);
}
