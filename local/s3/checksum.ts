import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { RequestHeaders } from './request-headers.ts';
import { S3Error } from './s3-error.ts';

/** A running checksum of bytes. */
export type Checksum = { update(bytes: Buffer): void; digest(): string };

const algorithms: Record<string, () => Checksum> = {
  'x-amz-checksum-crc32': () => createCrc((bytes, value) => crc32(bytes, value)),
  'x-amz-checksum-crc32c': () => createCrc(crc32c),
  'x-amz-checksum-sha1': () => createDigest('sha1'),
  'x-amz-checksum-sha256': () => createDigest('sha256'),
};

/** The checksum headers that may stand on an upload. CRC64NVME is let through unverified. */
export const checksumHeaders = [...Object.keys(algorithms), 'x-amz-checksum-crc64nvme'];

/**
 * The checksum an upload carries, in a header or announced for its trailer: the header's name and
 * a new running checksum, or undefined if the upload carries none that is verified here.
 * Throws `InvalidRequest` when it carries more than one.
 */
export function readChecksum(headers: RequestHeaders): { header: string; checksum: Checksum } | undefined {
  const trailers = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const carried = checksumHeaders.filter((name) => headers[name] !== undefined || trailers.includes(name));
  if (carried.length > 1) {
    throw new S3Error('InvalidRequest', `send one checksum, got ${carried.join(' and ')}`);
  }
  const [header = ''] = carried;
  const create = algorithms[header];
  return create && { header, checksum: create() };
}

function createDigest(algorithm: string): Checksum {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}

function createCrc(step: (bytes: Buffer, value: number) => number): Checksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = step(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  }
  return remainder;
});

// CRC-32C of RFC 3720 appendix B.4; zlib knows only the other polynomial.
function crc32c(bytes: Buffer, value: number): number {
  let remainder = ~value;
  for (const byte of bytes) {
    remainder = (castagnoli[(remainder ^ byte) & 0xff] ?? 0) ^ (remainder >>> 8);
  }
  return ~remainder >>> 0;
}
