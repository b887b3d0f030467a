import type { IncomingMessage } from 'node:http';
import { checksumHeaders } from './checksum.ts';
import { type RequestHeaders, readHeaders } from './request-headers.ts';
import { S3Error } from './s3-error.ts';

/** A request as S3 reads it. `bucket` and `key` are decoded, and empty where the path names none. */
export type S3Request = {
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: RequestHeaders;
  body: IncomingMessage;
};

const maximumKeyBytes = 1024;
// Parameters of a presigned URL that stand for no header: the signature itself, and the checksum of the body the
// SDK did not have when it signed, which S3 passes over.
const parametersOnly = [
  ...['algorithm', 'credential', 'expires', 'signedheaders', 'signature'].map((name) => `x-amz-${name}`),
  'x-amz-sdk-checksum-algorithm',
  ...checksumHeaders,
];

/**
 * Reads bucket, key, parameters and headers of a path-style request. The path is never normalized: `..` is a name.
 * In a presigned URL the `x-amz-*` parameters stand for headers of that name, as SDK presigners put them there.
 * Throws `InvalidURI` and `KeyTooLongError`.
 */
export function readRequest(incoming: IncomingMessage): S3Request {
  const { path, query } = splitUrl(incoming.url ?? '/');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeUri(path)) ?? [];
  if (Buffer.byteLength(key) > maximumKeyBytes) {
    throw new S3Error('KeyTooLongError', `shorten the key to ${maximumKeyBytes} bytes of UTF-8`);
  }
  const headers = readHeaders(incoming);
  if (query.has('X-Amz-Signature')) moveToHeaders(query, headers);
  return { method: incoming.method ?? '', bucket, key, query, headers, body: incoming };
}

/** The request's path as sent and its parameters. */
export function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query) };
}

/** Decodes what stands percent-encoded in a path. Throws `InvalidURI` unless it is UTF-8. */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', `encode the name as UTF-8, got ${text}`);
  }
}

/** Throws `InvalidArgument` unless a parameter's value can stand in a header. */
export function requireHeaderValue(name: string, value: string): void {
  if (/^[\t\u0020-\u007e\u00a0-\u00ff]*$/.test(value)) return;
  throw new S3Error('InvalidArgument', `encode ${name}, a header holds ISO-8859-1 only, got "${value}"`);
}

function moveToHeaders(query: URLSearchParams, headers: RequestHeaders): void {
  for (const [name, value] of [...query]) {
    if (!/^x-amz-/i.test(name)) continue;
    query.delete(name);
    if (parametersOnly.includes(name.toLowerCase())) continue;
    requireHeaderValue(name, value);
    headers[name.toLowerCase()] = value;
  }
}
