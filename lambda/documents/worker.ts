import { parentPort } from 'node:worker_threads';
import type { DocumentLine, DocumentSource, LineOptions, OpenDocument } from './document.ts';
import type { PossibleKind } from './kind.ts';
import { loadFormats, openDocument } from './open.ts';
import { createPeer } from './peer.ts';

/** The thread that reads documents, one at a time. What is asked of it is in `session.ts`. */
if (!parentPort) throw new Error('start this file as a worker');

let document: OpenDocument | undefined;
let batches: AsyncIterator<readonly DocumentLine[]> | undefined;

const main = createPeer(parentPort, {
  load: (kind: PossibleKind) => loadFormats(kind),
  async open({ name, size }: { name: string; size: number }) {
    // What the main thread answers to `read` is what `DocumentSource` promises.
    const read: DocumentSource['read'] = async (start, length) =>
      (await main.call('read', { start, length })) as Uint8Array;
    document = await openDocument({ size, read }, name);
    return document?.facts;
  },
  async lines({ unit, ...options }: { unit: number } & LineOptions) {
    batches = document?.lines(unit, options)[Symbol.asyncIterator]();
  },
  async next() {
    const step = await batches?.next();
    return step?.done ? undefined : step?.value;
  },
});
