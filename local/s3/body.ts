import { createHash } from 'node:crypto';
import { decodeAwsChunked } from './aws-chunked.ts';
import { checksumHeaders, readChecksum } from './checksum.ts';
import type { S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';

/** What a body turned out to be. */
type Received = {
  /** Bytes. */
  size: number;
  /** In hex. */
  md5: string;
  /** The checksum the client asked for, as one header. */
  checksum: Record<string, string>;
};

/** The headers that say how a body is sent and what its bytes must add up to. */
export const bodyHeaders = [
  ...checksumHeaders,
  'x-amz-trailer',
  'x-amz-decoded-content-length',
  'x-amz-sdk-checksum-algorithm',
];

const maximumTextBytes = 4 * 1024 * 1024;

/**
 * Hands the decoded body to `keep`, whose input throws at its end unless the bytes have the length, the SHA-256, the
 * MD5 and the checksum that the client announced: then nothing may be kept.
 * Throws `MissingContentLength`, `NotImplemented` (signed chunks), `BadDigest`, `IncompleteBody` and
 * `XAmzContentSHA256Mismatch`.
 */
export async function receiveBody<Kept>(
  request: S3Request,
  keep: (body: AsyncIterable<Buffer>) => Promise<Kept>,
): Promise<Received & { kept: Kept }> {
  const { headers } = request;
  const payloadHash = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const isChunked = requirePayloadKind(payloadHash) === 'chunked';
  const announcedSize = headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length'];
  if (announcedSize === undefined) throw new S3Error('MissingContentLength', 'announce how long the body is');

  const requested = readChecksum(headers);
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const trailers = new Map<string, string>();
  // Left open when reading stops early: the socket must still carry the error.
  const raw: AsyncIterable<Buffer> = request.body.iterator({ destroyOnReturn: false });
  let received: Received = { size: 0, md5: '', checksum: {} };

  async function* verified(): AsyncGenerator<Buffer, void> {
    let size = 0;
    for await (const bytes of isChunked ? decodeAwsChunked(raw, trailers) : raw) {
      size += bytes.length;
      md5.update(bytes);
      if (isHash(payloadHash)) sha256.update(bytes);
      requested?.checksum.update(bytes);
      yield bytes;
    }
    received = verify(size);
  }

  function verify(size: number): Received {
    requireSame('IncompleteBody', 'the announced length', announcedSize, String(size));
    const digest = md5.digest();
    requireSame('BadDigest', 'content-md5', headers['content-md5'], digest.toString('base64'));
    if (isHash(payloadHash)) {
      requireSame('XAmzContentSHA256Mismatch', 'x-amz-content-sha256', payloadHash, sha256.digest('hex'));
    }
    if (!requested) return { size, md5: digest.toString('hex'), checksum: {} };
    const { header, checksum } = requested;
    const value = checksum.digest();
    requireSame('BadDigest', header, headers[header] ?? trailers.get(header) ?? '', value);
    return { size, md5: digest.toString('hex'), checksum: { [header]: value } };
  }

  const kept = await keep(verified());
  return { ...received, kept };
}

/** Reads a small body as text, checked like any other. Throws `MalformedXML` when it is larger than 4 MiB. */
export async function receiveText(request: S3Request): Promise<string> {
  const { kept } = await receiveBody(request, async (body) => {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const bytes of body) {
      size += bytes.length;
      if (size > maximumTextBytes) throw new S3Error('MalformedXML', 'send at most 4 MiB of XML');
      pieces.push(bytes);
    }
    return Buffer.concat(pieces).toString();
  });
  return kept;
}

function requirePayloadKind(payloadHash: string): 'chunked' | 'plain' {
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return 'chunked';
  if (payloadHash === 'UNSIGNED-PAYLOAD' || isHash(payloadHash)) return 'plain';
  if (payloadHash.startsWith('STREAMING-')) {
    throw new S3Error('NotImplemented', `the local store does not offer signed chunks (${payloadHash})`);
  }
  throw new S3Error('InvalidArgument', `send x-amz-content-sha256 as 64 hex digits, got "${payloadHash}"`);
}

function isHash(payloadHash: string): boolean {
  return /^[0-9a-f]{64}$/.test(payloadHash);
}

function requireSame(
  code: 'BadDigest' | 'IncompleteBody' | 'XAmzContentSHA256Mismatch',
  name: string,
  announced: string | undefined,
  actual: string,
): void {
  if (announced !== undefined && announced !== actual) {
    throw new S3Error(
      code,
      `send the body as announced: ${name} says "${announced}", what came is "${actual}"`,
    );
  }
}
