import { readFilePath } from '../../../lambda/files/file-path.ts';
import { readPieces } from '../../../lambda/files/file-pieces.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { createMemoryFileStore, writeText } from '../../support/memory-file-store.ts';

const { signal } = new AbortController();
const path = readFilePath('a.log');
const KiB = 1024;
const MiB = 1024 * KiB;

/** A store that remembers which ranges it was asked for. */
function watch(files: FileStore) {
  const ranges: [number, number][] = [];
  const read: FileStore['read'] = (file, options) => {
    ranges.push([options.start, options.length]);
    return files.read(file, options);
  };
  return { files: { ...files, read }, ranges };
}

describe('the pieces of a file', () => {
  it('are the file after the first range, each twice as long as the one before, up to 1 MiB', async () => {
    const content = Uint8Array.from({ length: 5 * MiB + 7 }, (_, index) => index % 251);
    const { files, ranges } = watch(createMemoryFileStore({ files: { 'a.log': content } }));
    const first = await files.read(path, { start: 100, length: 256 * KiB, signal });
    const pieces: Uint8Array[] = [];
    for await (const piece of readPieces(files, first, { maxBytes: 64 * MiB, signal })) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(content.subarray(100))).toBe(true);
    expect(ranges.map(([, length]) => length / KiB)).toEqual([256, 512, 1024, 1024, 1024, 1024, 1024]);
  });

  it('end soon after the bound', async () => {
    const { files, ranges } = watch(createMemoryFileStore({ files: { 'a.log': new Uint8Array(9 * MiB) } }));
    const first = await files.read(path, { start: 0, length: MiB, signal });
    let read = 0;
    for await (const piece of readPieces(files, first, { maxBytes: 3 * MiB, signal })) read += piece.length;
    expect(read).toBe(3 * MiB);
    expect(ranges).toHaveLength(3);
  });

  it('are read only when they are asked for', async () => {
    const { files, ranges } = watch(createMemoryFileStore({ files: { 'a.log': 'one\ntwo\n' } }));
    const first = await files.read(path, { start: 0, length: 4, signal });
    for await (const _ of readPieces(files, first, { maxBytes: MiB, signal })) break;
    expect(ranges).toEqual([[0, 4]]);
  });

  it('are never of two files: a change meanwhile is a conflict', async () => {
    const files = createMemoryFileStore({ files: { 'a.log': 'one\ntwo\n' } });
    const first = await files.read(path, { start: 0, length: 4, signal });
    const pieces = readPieces(files, first, { maxBytes: MiB, signal });
    await pieces.next();
    await writeText(files, 'a.log', 'changed\n');
    await expect(pieces.next()).rejects.toMatchObject({ failure: { code: 'conflict' } });
  });
});
