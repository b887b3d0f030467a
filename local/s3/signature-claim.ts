import type { RequestHeaders } from './request-headers.ts';
import { S3Error } from './s3-error.ts';

/** What a request says about its signature. Nothing of it is checked yet. */
export type SignatureClaim = {
  /** Access key id and scope. */
  credential: string;
  signedHeaders: string;
  /** In hex. */
  signature: string;
  /** Such as `20260131T235959Z`. */
  date: string;
  payloadHash: string;
  /** Seconds for which a presigned URL is valid; only it has them. */
  expires?: number;
};

/** The one signature algorithm spoken here. */
export const algorithm = 'AWS4-HMAC-SHA256';

const maximumExpiry = 7 * 24 * 3600;

/**
 * Reads the claim from the `Authorization` header or from the parameters of a presigned URL.
 * Throws when there is none, when there are both, and when it cannot be read.
 */
export function readSignatureClaim(query: URLSearchParams, headers: RequestHeaders): SignatureClaim {
  if (!query.has('X-Amz-Signature')) return readAuthorization(headers);
  if (headers.authorization === undefined) return readPresigned(query);
  throw new S3Error('InvalidArgument', 'send a presigned URL without an authorization header');
}

function readAuthorization(headers: RequestHeaders): SignatureClaim {
  const { authorization, 'x-amz-date': date = '', 'x-amz-content-sha256': payloadHash } = headers;
  if (authorization === undefined) throw new S3Error('AccessDenied', 'sign the request, it is not signed');
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/;
  const [, credential, signedHeaders, signature] = pattern.exec(authorization) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `sign with ${algorithm}, the authorization is not readable`,
    );
  }
  if (payloadHash === undefined) throw new S3Error('InvalidRequest', 'send and sign x-amz-content-sha256');
  return { credential, signedHeaders, signature, date, payloadHash };
}

function readPresigned(query: URLSearchParams): SignatureClaim {
  const read = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  const expires = Number(/^\d+$/.exec(read('Expires')) ?? Number.NaN);
  if (read('Algorithm') !== algorithm || !(expires <= maximumExpiry)) {
    throw new S3Error(
      'AuthorizationQueryParametersError',
      `presign with ${algorithm} for at most ${maximumExpiry} seconds`,
    );
  }
  return {
    credential: read('Credential'),
    signedHeaders: read('SignedHeaders'),
    signature: read('Signature'),
    date: read('Date'),
    payloadHash: read('Content-Sha256') || 'UNSIGNED-PAYLOAD',
    expires,
  };
}
