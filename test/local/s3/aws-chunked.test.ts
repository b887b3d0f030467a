import { decodeAwsChunked } from '../../../local/s3/aws-chunked.ts';

async function* inPieces(body: string, size: number): AsyncGenerator<Buffer, void> {
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('decodeAwsChunked', () => {
  const body = 'a\r\n0123456789\r\n2\r\n\r\n\r\n0\r\nX-Amz-Checksum-CRC32: abc==\r\nother:a:b\r\n\r\n';

  it.each([1, 2, 3, 5, 7, 11, 1000])('finds payload and trailers in pieces of %d bytes', async (size) => {
    const trailers = new Map<string, string>();
    const payload: Buffer[] = [];
    for await (const bytes of decodeAwsChunked(inPieces(body, size), trailers)) payload.push(bytes);
    expect(Buffer.concat(payload).toString()).toBe('0123456789\r\n');
    expect(Object.fromEntries(trailers)).toEqual({ 'x-amz-checksum-crc32': 'abc==', other: 'a:b' });
  });

  it('lets go of its source when the reader stops', async () => {
    let isReleased = false;
    async function* source(): AsyncGenerator<Buffer, void> {
      try {
        for (;;) yield Buffer.from('1\r\nx\r\n');
      } finally {
        isReleased = true;
      }
    }
    for await (const _bytes of decodeAwsChunked(source(), new Map())) break;
    expect(isReleased).toBe(true);
  });
});
