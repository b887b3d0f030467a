import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { FileStore } from '../../files/file-store.ts';
import { toHeaders } from './conditions.ts';
import { type Location, toKey } from './location.ts';

/** The calls that make presigned URLs (Amazon S3, Signature Version 4 in the query). No request is made. */
export function createLinks(location: Location): Pick<FileStore, 'createDownloadUrl' | 'createUploadUrl'> {
  const { bucket, client } = location;
  return {
    async createDownloadUrl(path, { expiresInSeconds, versionId }) {
      const input = {
        Bucket: bucket,
        Key: toKey(location, path),
        VersionId: versionId,
        // Whatever the file holds, a browser saves it and runs none of it.
        ResponseContentDisposition: toAttachment(path),
      };
      return getSignedUrl(client, new GetObjectCommand(input), { expiresIn: expiresInSeconds });
    },

    async createUploadUrl(path, { expiresInSeconds, mediaType, size, condition }) {
      const input = {
        Bucket: bucket,
        Key: toKey(location, path),
        ContentType: mediaType,
        ContentLength: size,
        ...toHeaders(condition),
      };
      const { IfMatch, IfNoneMatch } = toHeaders(condition);
      const headers = {
        'content-type': mediaType,
        'content-length': String(size),
        ...(IfMatch !== undefined && { 'if-match': IfMatch }),
        ...(IfNoneMatch !== undefined && { 'if-none-match': IfNoneMatch }),
      };
      const names = new Set(Object.keys(headers));
      // If these headers stayed in the query, they would not bind whoever holds the URL.
      const options = { expiresIn: expiresInSeconds, signableHeaders: names, unhoistableHeaders: names };
      const url = await getSignedUrl(toUploadClient(client), new PutObjectCommand(input), options);
      return { url, headers };
    },
  };
}

/** The SDK would sign the checksum of an empty body into an upload URL. The URL would then accept no other body. */
function toUploadClient({ config }: S3Client): S3Client {
  return new S3Client({
    region: config.region,
    credentials: config.credentials,
    forcePathStyle: config.forcePathStyle,
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

/**
 * `Content-Disposition` with the name in UTF-8 (RFC 6266 section 4.3, RFC 8187). The name in ASCII comes before it,
 * for programs such as curl that read only that one (RFC 6266 appendix D).
 */
function toAttachment(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${toAscii(name)}"; filename*=UTF-8''${encoded}`;
}

/**
 * Drops the marks of letters, and writes `_` for other characters that are not ASCII or are special in quotation
 * marks.
 */
function toAscii(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_');
}
