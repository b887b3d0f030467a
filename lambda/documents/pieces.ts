import type { DocumentLine, DocumentSource } from './document.ts';

/** What is fetched at once of a document that is read from its start on. */
const pieceBytes = 256 * 1024;

/** The bytes of a document from its start on. */
export async function* readFromStart(source: DocumentSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; ) {
    const bytes = await source.read(at, pieceBytes);
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}

/** Numbers lines that come in batches, from 1. */
export async function* toLines(
  batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): AsyncGenerator<readonly DocumentLine[]> {
  let number = 0;
  for await (const texts of batches) {
    yield texts.map((text) => {
      number += 1;
      return { number, text };
    });
  }
}
