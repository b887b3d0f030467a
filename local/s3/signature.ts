import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { splitUrl } from './request.ts';
import { type RequestHeaders, readHeaders } from './request-headers.ts';
import { S3Error } from './s3-error.ts';
import { algorithm, readSignatureClaim, type SignatureClaim } from './signature-claim.ts';

/** The one key pair the local store knows. */
export type Credentials = { accessKeyId: string; secretAccessKey: string };

const maximumSkew = 15 * 60_000;

/**
 * Throws unless the request is signed with `credentials` for S3 in `region`, by an `Authorization` header or as a
 * presigned URL, has not expired, and is not dated too far from now. The hash of the body is checked where it is read.
 * Source: Amazon S3 API reference, "Authenticating requests (AWS Signature Version 4)".
 */
export function requireSignature(
  incoming: IncomingMessage,
  credentials: Credentials,
  region: string,
  now: () => number = Date.now,
): void {
  const { path, query } = splitUrl(incoming.url ?? '/');
  const headers = readHeaders(incoming);
  const claim = readSignatureClaim(query, headers);
  const scope = requireScope(claim, credentials.accessKeyId, region);
  requireFresh(claim, now());
  requireSignedHeaders(claim, headers);

  const canonicalRequest = [
    incoming.method,
    path.split('/').map(reencode).join('/'),
    toCanonicalQuery(query),
    toCanonicalHeaders(claim, headers),
    claim.signedHeaders,
    claim.payloadHash,
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const key = scope.reduce(sign, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  const expected = sign(key, [algorithm, claim.date, scope.join('/'), hash].join('\n')).toString('hex');
  if (!isSame(expected, claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', 'the signature does not match: check the secret access key');
  }
}

function requireScope(
  { credential, date, expires }: SignatureClaim,
  keyId: string,
  region: string,
): string[] {
  const [claimedKeyId, ...scope] = credential.split('/');
  if (claimedKeyId !== keyId) {
    throw new S3Error(
      'InvalidAccessKeyId',
      `sign with the access key id of the local store, got "${claimedKeyId}"`,
    );
  }
  const expected = [date.slice(0, 8), region, 's3', 'aws4_request'].join('/');
  if (scope.join('/') !== expected) {
    const code = expires === undefined ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
    throw new S3Error(code, `sign for the scope ${expected}, got ${scope.join('/')}`);
  }
  return scope;
}

function requireFresh({ date, expires }: SignatureClaim, now: number): void {
  const signedAt = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(signedAt)) throw new S3Error('AccessDenied', `send an x-amz-date, got "${date}"`);
  if (expires === undefined && Math.abs(now - signedAt) > maximumSkew) {
    throw new S3Error('RequestTimeTooSkewed', `set the clock, the request is dated ${date}`);
  }
  if (signedAt - now > maximumSkew) throw new S3Error('AccessDenied', `request is valid from ${date} only`);
  if (expires !== undefined && now > signedAt + expires * 1000) {
    throw new S3Error(
      'AccessDenied',
      `request has expired: it was valid for ${expires} seconds from ${date}`,
    );
  }
}

function requireSignedHeaders({ signedHeaders }: SignatureClaim, headers: RequestHeaders): void {
  const signed = signedHeaders.split(';');
  const demanded = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const unsigned = demanded.find((name) => !signed.includes(name));
  if (unsigned !== undefined) throw new S3Error('AccessDenied', `sign the header ${unsigned}`);
}

function toCanonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}\n${encode(value)}`)
    .sort() // by name, then by value: a line feed sorts below all encoded characters
    .join('&')
    .replaceAll('\n', '=');
}

function toCanonicalHeaders({ signedHeaders }: SignatureClaim, headers: RequestHeaders): string {
  const toLine = (name: string) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`;
  return signedHeaders.split(';').map(toLine).join('');
}

function reencode(segment: string): string {
  return encode(decodeURIComponent(segment));
}

function encode(text: string): string {
  const toHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, toHex);
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isSame(expected: string, actual: string): boolean {
  return expected.length === actual.length && timingSafeEqual(Buffer.from(expected), Buffer.from(actual));
}
