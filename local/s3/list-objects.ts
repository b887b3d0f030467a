import { type ListingLine, type ListingOptions, listPage } from './listing.ts';
import type { Version } from './object-store.ts';
import { type Operation, toXmlReply } from './operation.ts';
import { S3Error } from './s3-error.ts';
import { requireVersionId } from './version-id.ts';
import type { XmlContent } from './xml.ts';

type Encode = (text: string) => string;

const maximumKeys = 1000;

/** ListObjectsV2. */
export const listObjectsV2: Operation = ({ bucket, query }, { objects }) => {
  const encode = readEncoding(query);
  const token = query.get('continuation-token') ?? undefined;
  const startAfter = query.get('start-after') ?? '';
  const options = { ...readOptions(query), marker: token === undefined ? startAfter : readToken(token) };
  const { lines, next } = listPage((from, before) => objects.listObjects(bucket, from, before), options);

  return toXmlReply('ListBucketResult', {
    Name: bucket,
    ...toEcho(query, options, encode),
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next && Buffer.from(next.marker).toString('base64url'),
    KeyCount: lines.length,
    IsTruncated: next !== undefined,
    Contents: toEntries(lines).map((object) => toObject(object, encode)),
    CommonPrefixes: toCommonPrefixes(lines, encode),
  });
};

/** ListObjectVersions. */
export const listObjectVersions: Operation = ({ bucket, query }, { objects }) => {
  const encode = readEncoding(query);
  const options = { ...readOptions(query), ...readMarkers(query) };
  const { lines, next } = listPage((from, before) => objects.listVersions(bucket, from, before), options);

  const head = {
    Name: bucket,
    ...toEcho(query, options, encode),
    KeyMarker: encode(options.marker),
    VersionIdMarker: options.versionIdMarker ?? '',
    NextKeyMarker: next && encode(next.marker),
    NextVersionIdMarker: next?.versionIdMarker,
    IsTruncated: next !== undefined,
  };
  // Versions and deletions alternate as they were made, newest first, as S3 lists them.
  const versions = toEntries(lines).map((version) => toVersionElement(version, encode));
  return toXmlReply('ListVersionsResult', [
    head,
    ...versions,
    { CommonPrefixes: toCommonPrefixes(lines, encode) },
  ]);
};

function readOptions(query: URLSearchParams): Omit<ListingOptions, 'marker'> {
  const limit = query.get('max-keys') ?? String(maximumKeys);
  if (!/^\d{1,9}$/.test(limit)) throw new S3Error('InvalidArgument', `max-keys is no count: "${limit}"`);
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(Number(limit), maximumKeys),
  };
}

function readMarkers(query: URLSearchParams): { marker: string; versionIdMarker?: string } {
  const marker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? '';
  if (versionIdMarker === '') return { marker };
  requireVersionId(versionIdMarker);
  if (marker === '') throw new S3Error('InvalidArgument', 'send a key-marker with the version-id-marker');
  return { marker, versionIdMarker };
}

function readToken(token: string): string {
  const marker = Buffer.from(token, 'base64url').toString();
  if (marker !== '' && Buffer.from(marker).toString('base64url') === token) return marker;
  throw new S3Error('InvalidArgument', `continue with a token that a listing gave out, got "${token}"`);
}

function readEncoding(query: URLSearchParams): Encode {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (text) => text;
  if (encoding === 'url') return encodeUrl;
  throw new S3Error('InvalidArgument', `set encoding-type to url, got "${encoding}"`);
}

// As S3 writes it: a form encoding that leaves slashes and asterisks alone.
function encodeUrl(text: string): string {
  const encoded = encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
  return encoded.replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function toEcho(query: URLSearchParams, { prefix, delimiter, limit }: ListingOptions, encode: Encode) {
  return {
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: query.get('encoding-type') ?? undefined,
  };
}

function toEntries<Entry>(lines: ListingLine<Entry>[]): Entry[] {
  return lines.flatMap((line) => ('entry' in line ? [line.entry] : []));
}

function toCommonPrefixes(lines: ListingLine<unknown>[], encode: Encode): XmlContent[] {
  return lines.flatMap((line) => ('commonPrefix' in line ? [{ Prefix: encode(line.commonPrefix) }] : []));
}

function toVersionElement(version: Version, encode: Encode): XmlContent {
  const { versionId: VersionId, isLatest: IsLatest, content } = version;
  const element = { ...toObject(version, encode), VersionId, IsLatest };
  return content ? { Version: element } : { DeleteMarker: element };
}

function toObject({ key, modified, content }: Version, encode: Encode) {
  return {
    Key: encode(key),
    LastModified: modified.toISOString(),
    ...(content && { ETag: `"${content.etag}"`, Size: content.size, StorageClass: 'STANDARD' }),
  };
}
