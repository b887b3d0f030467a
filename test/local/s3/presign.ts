import { createHash, createHmac } from 'node:crypto';
import { credentials as storeCredentials } from './running-store.ts';

type PresignOptions = {
  method?: string;
  /** Seconds. */
  expires?: number;
  signedAt?: Date;
  /** Further parameters, signed like the rest. */
  query?: Record<string, string>;
  /** Headers the request must carry with these values. */
  headers?: Record<string, string>;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  region?: string;
};

/**
 * Presigns a URL as the Amazon S3 API reference describes it in "Authenticating requests: using query parameters",
 * written apart from the server's own code so that one can prove the other.
 */
export function presign(url: string, options: PresignOptions = {}): string {
  const { method = 'GET', expires = 60, signedAt = new Date(), query = {}, headers = {} } = options;
  const { credentials = storeCredentials, region = 'us-east-1' } = options;
  const { origin, host, pathname } = new URL(url);
  const date = signedAt.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), region, 's3', 'aws4_request'];
  const signed: Record<string, string> = { host, ...headers };
  const signedNames = Object.keys(signed).sort();
  const parameters: Record<string, string> = {
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': [credentials.accessKeyId, ...scope].join('/'),
    'X-Amz-Date': date,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': signedNames.join(';'),
  };
  const canonicalQuery = Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name] ?? '')}`)
    .join('&');
  const canonicalRequest = [
    method,
    pathname.split('/').map(decodeURIComponent).map(encode).join('/'),
    canonicalQuery,
    ...signedNames.map((name) => `${name}:${signed[name]}`),
    '',
    signedNames.join(';'),
    query['X-Amz-Content-Sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const stringToSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n');
  let key = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
  return `${origin}${pathname}?${canonicalQuery}&X-Amz-Signature=${signature}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
