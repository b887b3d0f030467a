import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

/** How many attempts in a row may bring no further byte before a read fails. */
const maxFruitless = 3;

/** What to read from an object. */
export interface BodyReading {
  /** In bytes. A shorter object ends earlier. */
  readonly length: number;
  /** How long a body may be silent, in milliseconds. */
  readonly maxSilence: number;
  readonly signal: AbortSignal;
  /** Asks for the same object again, without the first `received` bytes of the answer. */
  resume(received: number): Promise<GetObjectCommandOutput>;
}

/**
 * Reads at most `length` bytes of an answer's body into memory, and ends a download that brings more. A body that
 * brings no more is read to its end, because only then its connection can serve the next call. If a body is
 * cut off or falls silent, the rest is asked for again from where it stopped. When three attempts in a row bring
 * nothing, it throws the error of the last one. A body that does not match its checksum is not read on: the fault may
 * be in what came before.
 */
export async function readBody(
  answer: GetObjectCommandOutput,
  { length, maxSilence, signal, resume }: BodyReading,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(length, answer.ContentLength ?? length));
  const isWhole = bytes.length === answer.ContentLength;
  let received = 0;
  let fruitless = 0;
  for (let { Body } = answer; ; { Body } = await resume(received)) {
    const before = received;
    const failure = await take((Body ?? []) as unknown as ByteStream, maxSilence, signal, (chunk) => {
      const part = chunk.subarray(0, bytes.length - received);
      bytes.set(part, received);
      received += part.length;
      return received < bytes.length || isWhole;
    });
    // The SDK tells another checksum than that of S3 by the message of its error alone.
    if (/Checksum/.test(String(failure))) throw failure;
    if (received === bytes.length) return bytes;
    // If the answer states no length, its end is the end of the body.
    if (answer.ContentLength === undefined && failure === undefined) return bytes.slice(0, received);
    fruitless = received > before ? 0 : fruitless + 1;
    const isGivenUp = signal.aborted || fruitless === maxFruitless;
    if (isGivenUp) throw failure ?? new Error('the body ended early');
  }
}

/** In Node a body is a byte stream that can be ended. The SDK's type also covers other platforms. */
interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy?(error: Error): void;
}

/** Takes chunks until no more are wanted. Returns the error that cut the stream off, if there was one. */
async function take(
  stream: ByteStream,
  maxSilence: number,
  signal: AbortSignal,
  isMoreWanted: (chunk: Uint8Array) => boolean,
): Promise<unknown> {
  const abort = () => stream.destroy?.(new Error('the call has ended', { cause: signal.reason }));
  const stop = () => stream.destroy?.(new Error(`the body was silent for ${maxSilence} ms`));
  let silence = setTimeout(stop, maxSilence);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of stream) {
      clearTimeout(silence);
      silence = setTimeout(stop, maxSilence);
      if (!isMoreWanted(chunk)) break;
    }
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', abort);
  }
}
