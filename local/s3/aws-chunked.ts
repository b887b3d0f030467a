import { S3Error } from './s3-error.ts';

const maximumLineBytes = 8 * 1024;

/**
 * Decodes an `aws-chunked` body with unsigned chunks (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`): yields the
 * payload and puts the trailing headers, lower case, into `trailers`.
 * Throws `IncompleteBody` when the body ends early and `InvalidRequest` when its framing is broken.
 * Source: Amazon S3 API reference, "Signature calculations: including trailing headers".
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer, void> {
  const pieces = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  async function readMore(): Promise<void> {
    const piece = await pieces.next();
    if (piece.done) throw new S3Error('IncompleteBody', 'the aws-chunked body ends before its last chunk');
    buffered = Buffer.concat([buffered, piece.value]);
  }

  async function readLine(): Promise<string> {
    while (!buffered.includes('\r\n')) {
      if (buffered.length > maximumLineBytes) throw brokenFraming('a line without end');
      await readMore();
    }
    const end = buffered.indexOf('\r\n');
    const line = buffered.toString('latin1', 0, end);
    buffered = buffered.subarray(end + 2);
    return line;
  }

  async function* readPayload(size: number): AsyncGenerator<Buffer, void> {
    for (let left = size; left > 0; ) {
      if (buffered.length === 0) await readMore();
      const payload = buffered.subarray(0, left);
      buffered = buffered.subarray(payload.length);
      left -= payload.length;
      yield payload;
    }
    if ((await readLine()) !== '') throw brokenFraming('a chunk longer than its size');
  }

  try {
    for (let size = toSize(await readLine()); size > 0; size = toSize(await readLine())) {
      yield* readPayload(size);
    }
    for (let line = await readLine(); line !== ''; line = await readLine()) {
      const [name = '', value = ''] = line.split(/:(.*)/s);
      trailers.set(name.trim().toLowerCase(), value.trim());
    }
  } finally {
    await pieces.return?.();
  }
}

function toSize(line: string): number {
  if (!/^[0-9a-f]{1,12}$/i.test(line)) throw brokenFraming(`the chunk header ${JSON.stringify(line)}`);
  return Number.parseInt(line, 16);
}

function brokenFraming(found: string): S3Error {
  return new S3Error('InvalidRequest', `the aws-chunked body is not framed as announced: found ${found}`);
}
