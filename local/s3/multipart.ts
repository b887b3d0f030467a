import { createHash } from 'node:crypto';
import { receiveBody, receiveText } from './body.ts';
import { toGuard } from './conditions.ts';
import { readObjectHeaders, toChecksumHeaders } from './object-headers.ts';
import { type Operation, type Storage, toXmlReply } from './operation.ts';
import { addNewFile } from './put-object.ts';
import type { S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';
import type { Part } from './upload-store.ts';
import { readElements, readText } from './xml.ts';

const minimumPartBytes = 5 * 1024 * 1024;
const maximumPartNumber = 10_000;
/** Parts on one page of a list. */
const maximumParts = 1000;

/** CreateMultipartUpload. */
export const createMultipartUpload: Operation = ({ bucket, key, headers }, { uploads }) => {
  const uploadId = uploads.begin(bucket, key, readObjectHeaders(headers));
  return toXmlReply('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId });
};

/** UploadPart. */
export const uploadPart: Operation = async (request, storage) => {
  const { uploads, files } = storage;
  const number = readPartNumber(request);
  const { uploadId } = requireUpload(request, storage);
  const { kept, size, md5, checksum } = await receiveBody(request, files.write);
  try {
    requireUpload(request, storage); // it may have ended while the bytes came in
    const modified = new Date().toISOString();
    const replaced = uploads.putPart(uploadId, { number, file: kept, size, etag: md5, modified });
    if (replaced) files.remove(replaced.file);
  } catch (error) {
    files.remove(kept);
    throw error;
  }
  return { status: 200, headers: { etag: `"${md5}"`, ...toChecksumHeaders(checksum) } };
};

/** CompleteMultipartUpload. The upload ends in the transaction that adds the object, which carries no checksum. */
export const completeMultipartUpload: Operation = async (request, storage) => {
  const { bucket, key } = request;
  const { uploads, files } = storage;
  const { uploadId, headers } = requireUpload(request, storage);
  const guard = toGuard(request.headers);
  const uploaded = uploads.listParts(uploadId);
  const parts = readChosenParts(await receiveText(request), uploaded);

  const file = await files.write(readAll(parts, request, storage));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const etag = toMultipartEtag(parts);
  const content = { file, size, etag, headers, checksum: {} };
  const { versionId } = addNewFile(request, storage, content, (latest) => {
    requireUpload(request, storage);
    guard(latest);
    uploads.end(uploadId);
  });
  for (const part of uploaded) files.remove(part.file);

  const result = { Bucket: bucket, Key: key, ETag: `"${etag}"` };
  return toXmlReply('CompleteMultipartUploadResult', result, { 'x-amz-version-id': versionId });
};

/** ListParts. */
export const listParts: Operation = (request, storage) => {
  const { bucket, key, query } = request;
  const { uploadId } = requireUpload(request, storage);
  const marker = readCount(query, 'part-number-marker', 0);
  const limit = Math.min(readCount(query, 'max-parts', maximumParts), maximumParts);
  const behind = storage.uploads.listParts(uploadId).filter(({ number }) => number > marker);
  const parts = behind.slice(0, limit);
  return toXmlReply('ListPartsResult', {
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: parts.length < behind.length,
    StorageClass: 'STANDARD',
    Part: parts.map(({ number, modified, etag, size }) => ({
      PartNumber: number,
      LastModified: modified,
      ETag: `"${etag}"`,
      Size: size,
    })),
  });
};

/** AbortMultipartUpload. */
export const abortMultipartUpload: Operation = (request, storage) => {
  const { uploads, files } = storage;
  const { uploadId } = requireUpload(request, storage);
  const parts = uploads.listParts(uploadId);
  uploads.end(uploadId);
  for (const part of parts) files.remove(part.file);
  return { status: 204 };
};

function requireUpload({ bucket, key, query }: S3Request, { uploads }: Storage) {
  const uploadId = query.get('uploadId') ?? '';
  return { uploadId, headers: uploads.requireUpload(uploadId, bucket, key) };
}

function readPartNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? '';
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= maximumPartNumber) return number;
  throw new S3Error('InvalidArgument', `number parts from 1 to ${maximumPartNumber}, got "${text}"`);
}

function readCount(query: URLSearchParams, name: string, byDefault: number): number {
  const text = query.get(name) ?? String(byDefault);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error('InvalidArgument', `send ${name} as a whole number, got "${text}"`);
}

function readChosenParts(xml: string, uploaded: Part[]): Part[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const parts = readElements(xml, 'Part').map((chosen) => {
    const part = byNumber.get(Number(readText(chosen, 'PartNumber')));
    if (part && part.etag === readText(chosen, 'ETag')?.replaceAll('"', '')) return part;
    throw new S3Error('InvalidPart', `upload the part before completing with it, got ${chosen}`);
  });
  if (parts.length === 0) throw new S3Error('MalformedXML', 'name at least one part');
  for (const [index, part] of parts.entries()) requireFit(part, parts[index + 1]);
  return parts;
}

function requireFit({ number, size }: Part, next: Part | undefined): void {
  if (next === undefined) return;
  if (next.number <= number) throw new S3Error('InvalidPartOrder', 'name the parts by ascending number');
  if (size < minimumPartBytes) {
    throw new S3Error(
      'EntityTooSmall',
      `send ${minimumPartBytes} bytes or more in part ${number}, got ${size}`,
    );
  }
}

async function* readAll(parts: Part[], request: S3Request, storage: Storage): AsyncGenerator<Buffer, void> {
  for (const { file } of parts) {
    requireUpload(request, storage); // another request may have ended it, and removed its files
    yield* storage.files.read(file);
  }
}

/** The MD5 of the parts' MD5s with their number: how S3 marks an object made of parts. */
function toMultipartEtag(parts: Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}
