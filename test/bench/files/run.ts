import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { bundleHandler } from '../../../lib/bundle.ts';
import { toFlags } from '../../../local/lambda/node-runtime.ts';
import { createBucketStore } from '../../../local/s3/bucket-store.ts';
import { openDatabase } from '../../../local/s3/database.ts';
import { openObjectFiles } from '../../../local/s3/object-files.ts';
import { createObjectStore } from '../../../local/s3/object-store.ts';
import { startS3Server } from '../../../local/s3/server.ts';
import { type BenchCase, benchCases, type StoredText, storedTexts } from './cases.ts';
import { type StoredDocument, toStoredDocuments } from './documents.ts';
import { type Figures, maxPeakBytes, memorySize, type Result, toReport, toResult } from './report.ts';

/** How long one case may take, in milliseconds. */
const limit = 120_000;

const lineLength = 64;
const linesOfBlock = 16_384;

const results = join(import.meta.dirname, '..', 'results');
const directory = await mkdtemp(join(tmpdir(), 'bench-s3-'));
try {
  await fill(directory);
  // As it is deployed: from the sources, Node would compile TypeScript in each thread, and count that as memory.
  await bundleHandler('test/bench/files/measure.ts', join(directory, 'code'));
  await report(await measureAll(directory));
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Puts everything where the server will find it, because 100,000 keys would take minutes by requests. */
async function fill(directory: string): Promise<void> {
  const database = openDatabase(directory);
  createBucketStore(database).create('bench');
  const objects = createObjectStore(database);
  const files = openObjectFiles(directory);
  for (const text of storedTexts) await store(text);
  for (const document of toStoredDocuments()) await storeDocument(document);
  database.close();

  async function store({ bytes, paths }: StoredText): Promise<void> {
    const hash = createHash('md5');
    const file = await files.write(toText(bytes, (block) => hash.update(block)));
    add(paths, { file, size: bytes, etag: hash.digest('hex') }, 'text/plain');
  }

  async function storeDocument({ paths, create }: StoredDocument): Promise<void> {
    const bytes = Buffer.from(create());
    const file = await files.write(Readable.from([bytes]));
    const etag = createHash('md5').update(bytes).digest('hex');
    add(paths, { file, size: bytes.length, etag }, 'application/octet-stream');
  }

  /** All paths share the bytes, as copies do. */
  function add(
    paths: readonly string[],
    stored: { file: string; size: number; etag: string },
    type: string,
  ): void {
    const content = { ...stored, headers: { 'content-type': type }, checksum: {} };
    for (const path of paths) objects.add('bench', `files/${path}`, content, () => {});
  }
}

/** Numbered lines of 64 bytes, in blocks of 1 MiB. */
async function* toText(bytes: number, onBlock: (block: Buffer) => void): AsyncGenerator<Buffer> {
  for (let line = 0; line * lineLength < bytes; line += linesOfBlock) {
    const lines = Array.from({ length: linesOfBlock }, (_, index) => toLine(line + index));
    const block = Buffer.from(lines.join('')).subarray(0, bytes - line * lineLength);
    onBlock(block);
    yield block;
  }
}

function toLine(number: number): string {
  return `${`line ${String(number).padStart(10, '0')} of a text `.padEnd(lineLength - 1, '.')}\n`;
}

/** The server runs in this process, which does nothing else meanwhile; each case has its own process. */
async function measureAll(directory: string): Promise<Result[]> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
  const server = await startS3Server({ directory, credentials });
  const measured: Result[] = [];
  try {
    for (const [index, benchCase] of benchCases.entries()) {
      const code = join(directory, 'code', 'index.mjs');
      measured.push(toResult(benchCase, await measure(index, benchCase, { code, url: server.url })));
    }
  } finally {
    await server.close();
  }
  return measured;
}

async function measure(
  index: number,
  { work, stored }: BenchCase,
  { code, url }: { code: string; url: string },
): Promise<Figures> {
  console.info(`${work}: ${stored}`);
  const argv = [...toFlags(memorySize), code, String(index), url];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: limit });
  return JSON.parse(stdout);
}

/** Sets the exit code to 1 when a peak is above the limit. */
async function report(measured: readonly Result[]): Promise<void> {
  const machine = `${platform()} ${arch()}, ${availableParallelism()} processors, Node ${process.version}`;
  const text = toReport(measured, machine);
  await mkdir(results, { recursive: true });
  await writeFile(join(results, 'files.md'), text);
  const json = JSON.stringify({ machine, memorySize, maxPeakBytes, results: measured }, undefined, 2);
  await writeFile(join(results, 'files.json'), `${json}\n`);
  console.info(`\n${text}`);
  if (measured.some(({ verdict }) => verdict === 'FAIL')) process.exitCode = 1;
}
