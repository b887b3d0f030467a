import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { readDirectoryPath, readFilePath } from '../../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../../lambda/files/file-store.ts';
import { type S3Server, startS3Server } from '../../../../local/s3/server.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const { signal } = new AbortController();
const path = readFilePath('a.txt');
const other = readFilePath('b.txt');
const missing = readFilePath('missing.txt');
const condition = { kind: 'none' } as const;

let directory: string;
let server: S3Server;
let counter: Server;
let connections: number;
let client: S3Client;
let files: FileStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'connections-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket('bucket');
  connections = 0;
  counter = createServer((socket) => {
    connections += 1;
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(counter.address() as AddressInfo).port}`;
  client = createS3Client({ region: 'us-east-1', forcePathStyle: true, credentials, endpoint });
  files = createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' });
  await files.write(path, new TextEncoder().encode('0123456789'), {
    mediaType: 'text/plain',
    condition,
    signal,
  });
});

afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => counter.close(resolve));
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

// A connection costs a TCP and a TLS handshake, which is more than most calls do besides.
describe('calls that follow one another share one connection', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['reading more than the file', () => files.read(path, { start: 0, length: 1_000, signal })],
    ['reading exactly the file', () => files.read(path, { start: 0, length: 10, signal })],
    ['reading a part', () => files.read(path, { start: 2, length: 3, signal })],
    ['reading the end', () => files.read(path, { start: -4, length: 4, signal })],
    ['reading beyond the end', () => files.read(path, { start: 50, length: 4, signal })],
    [
      'reading nothing that is there',
      () => expect(files.read(missing, { start: 0, length: 4, signal })).rejects.toThrow('not_found'),
    ],
    ['looking at the facts', () => files.stat(path, { signal })],
    ['listing', () => files.list(readDirectoryPath(''), { recursive: false, limit: 10, signal })],
    ['listing versions', () => files.listVersions(path, { limit: 10, signal })],
    ['writing', () => files.write(path, new Uint8Array(3), { mediaType: 'text/plain', condition, signal })],
    ['copying', () => files.copy({ path }, other, { condition, signal })],
  ])('%s', async (_, call) => {
    for (let times = 0; times < 5; times += 1) await call();
    expect(connections).toBe(1);
  });
});
