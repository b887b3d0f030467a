import type { ByteRange } from './object-files.ts';
import { S3Error } from './s3-error.ts';

/**
 * The bytes a `Range` header asks of an object of `size` bytes; none when it is not a byte range and so to be ignored.
 * Throws `InvalidRange` when no byte of it exists and `NotImplemented` for more than one range.
 * Source: RFC 9110 section 14.1.2.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header?.includes(',')) throw new S3Error('NotImplemented', `ask for one range, got ${header}`);
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;

  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) {
    throw new S3Error('InvalidRange', `${header} lies beyond the ${size} bytes of the object`, {
      'content-range': `bytes */${size}`,
    });
  }
  return { first, last };
}
