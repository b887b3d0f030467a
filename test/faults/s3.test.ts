import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { type S3Server, startS3Server } from '../../local/s3/server.ts';
import { readHeldVersions } from '../soak/history/held-versions.ts';
import { createToolCaller } from '../soak/tool-caller.ts';
import {
  accessDenied,
  type Fault,
  type FaultProxy,
  internalError,
  onRequests,
  slowDown,
  startFaultProxy,
  tooSkewed,
} from '../support/fault-proxy.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const place = { bucket: 'bucket', prefix: 'files/' };
const text = 'hello\n'.repeat(1_000);
const always = Number.POSITIVE_INFINITY;

let directory: string;
let server: S3Server;
let proxy: FaultProxy;
let client: S3Client;
let direct: S3Client;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faults-s3-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket(place.bucket);
  proxy = await startFaultProxy(server.url);
  const settings = { region: 'us-east-1', forcePathStyle: true, credentials };
  client = createS3Client({ ...settings, endpoint: proxy.url });
  direct = new S3Client({ ...settings, endpoint: server.url });
  await call('write_file', { path: 'there.md', content: text });
});

afterEach(async () => {
  client.destroy();
  direct.destroy();
  await proxy.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** The first thing that the model is told. */
async function call(tool: string, args: object, patience?: number): Promise<string> {
  const callTool = createToolCaller(createS3FileStore({ client, ...place }), { patience });
  const { content } = await callTool(tool, args);
  return content[0]?.text ?? '';
}

/** The contents of all versions of a file, the oldest first. */
async function listContents(path: string): Promise<readonly (string | undefined)[]> {
  const versions = await readHeldVersions({ client: direct, ...place });
  return (versions.get(path) ?? []).map(({ content }) => content);
}

const read = () => call('read_file', { path: 'there.md' });
const write = (patience?: number) => call('write_file', { path: 'new.md', content: 'new' }, patience);

describe('a read while S3', () => {
  it.each<[string, Fault]>([
    ['drops a request', { kind: 'drop' }],
    ['loses an answer', { kind: 'lose-answer' }],
    ['answers 500', internalError],
    ['answers 503 SlowDown', slowDown],
    ['is late', { kind: 'delay-answer', delay: 100 }],
  ])('%s once is answered all the same', async (_, fault) => {
    proxy.inject(onRequests({ operation: 'GetObject' }, fault));
    expect(await read()).toBe(text);
  });

  it.each<[string, Fault, RegExp]>([
    ['drops every request', { kind: 'drop' }, /^the file store cannot answer at the moment: try again/],
    ['always answers 500', internalError, /^the file store cannot answer at the moment: try again/],
    ['always answers 503 SlowDown', slowDown, /^the file store cannot answer at the moment: try again/],
    ['cuts every body', { kind: 'truncate' }, /^the file store cannot answer at the moment: try again/],
    ['denies it', accessDenied, /^this server is not allowed to read "there\.md": tell its operator/],
    [
      'always says that our clock is wrong',
      tooSkewed,
      /^the clock of this server is wrong.*tell its operator/,
    ],
  ])('%s is told, and works again when S3 does', async (_, fault, sentence) => {
    proxy.inject(onRequests({ operation: ['GetObject', 'HeadObject'], times: always }, fault));
    expect(await read()).toMatch(sentence);
    proxy.clear();
    expect(await read()).toBe(text);
  });

  it.each<[string, Fault]>([
    ['never answers', { kind: 'withhold-answer' }],
    ['stalls in the body', { kind: 'stall' }],
  ])('%s ends with its time', async (_, fault) => {
    proxy.inject(onRequests({ operation: 'GetObject', times: always }, fault));
    expect(await call('read_file', { path: 'there.md' }, 500)).toMatch(/^this took too long and was ended/);
  });
});

describe('a write while S3', () => {
  it.each<[string, Fault]>([
    ['drops a request', { kind: 'drop' }],
    ['answers 500', internalError],
    ['answers 503 SlowDown', slowDown],
    ['says that our clock is wrong', tooSkewed],
  ])('%s once is made once', async (_, fault) => {
    proxy.inject(onRequests({ operation: 'PutObject' }, fault));
    expect(await write()).toMatch(/^Successfully wrote/);
    expect(await listContents('new.md')).toEqual(['new']);
  });

  it.each<[string, Fault, RegExp]>([
    ['drops every request', { kind: 'drop' }, /may have been/],
    ['always answers 500', internalError, /may have been/],
    ['always answers 503 SlowDown', slowDown, /may have been/],
    ['denies it', accessDenied, /^this server is not allowed to write "new\.md"/],
    [
      'always says that our clock is wrong',
      tooSkewed,
      /^the clock of this server is wrong.*nothing was done/,
    ],
  ])('%s is told, and nothing is written', async (_, fault, sentence) => {
    proxy.inject(onRequests({ operation: 'PutObject', times: always }, fault));
    expect(await write()).toMatch(sentence);
    expect(await listContents('new.md')).toEqual([]);
  });

  it('answers too late tells that it may have been done, which it was', async () => {
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'withhold-answer' }));
    expect(await write(500)).toMatch(/^this took too long and was ended; it may have been done/);
    expect(await listContents('new.md')).toEqual(['new']);
  });
});

describe('while S3 always says that our clock is wrong', () => {
  beforeEach(() => proxy.inject(onRequests({ times: always }, tooSkewed)));

  it.each<[string, object]>([
    ['list_files', {}],
    ['get_file_info', { path: 'there.md' }],
    ['read_file', { path: 'there.md', version_id: 'v1' }],
    ['list_file_versions', { path: 'there.md' }],
    ['delete_file', { path: 'there.md' }],
    ['copy_file', { source: 'there.md', target: 'new.md' }],
  ])('%s says so', async (tool, args) => {
    expect(await call(tool, args)).toMatch(/^the clock of this server is wrong/);
  });

  it('search_files names the operator', async () => {
    proxy.clear();
    await call('write_file', { path: 'other.md', content: 'hello' });
    proxy.inject(onRequests({ operation: 'GetObject', key: /there/, times: always }, tooSkewed));
    const told = await call('search_files', { query: 'hello' });
    expect(told).toContain('1 not readable for this server (tell its operator): there.md');
  });

  it('a move says that both files exist', async () => {
    proxy.clear();
    proxy.inject(onRequests({ operation: 'DeleteObject', times: always }, tooSkewed));
    const told = await call('move_file', { source: 'there.md', target: 'new.md' });
    expect(told).toMatch(/^copied .* clock of this server is wrong.*both files exist/);
    expect(await listContents('there.md')).toEqual([text]);
  });
});

describe('a clock that is an hour', () => {
  const hour = 3_600_000;

  it.each([
    ['slow', hour],
    ['fast', -hour],
  ])('%s is put right by the time that S3 tells, and an append is still made once', async (_, ahead) => {
    const shifted = { directory: join(directory, 'shifted'), credentials, now: () => Date.now() + ahead };
    const other = await startS3Server(shifted);
    await other.createBucket(place.bucket);
    const faulty = await startFaultProxy(other.url);
    const settings = { region: 'us-east-1', forcePathStyle: true, credentials, endpoint: faulty.url };
    for (const [tool, args] of [
      ['write_file', { path: 'a.md', content: 'one\n' }],
      ['list_files', {}],
      ['read_file', { path: 'a.md' }],
      ['get_file_info', { path: 'a.md' }],
      ['append_file', { path: 'a.md', content: 'two\n' }],
      ['delete_file', { path: 'a.md' }],
    ] as const) {
      // Each with a client that knows nothing of the time yet.
      const fresh = createS3Client(settings);
      faulty.clear();
      // What was first sent is refused because of the time, so this is the answer to what was repeated.
      faulty.inject(onRequests({ operation: 'PutObject', skip: 1 }, { kind: 'lose-answer' }));
      const answer = await createToolCaller(createS3FileStore({ client: fresh, ...place }))(tool, args);
      expect([tool, answer.isError, answer.content[0]?.text]).toEqual([tool, undefined, expect.any(String)]);
      fresh.destroy();
    }
    const plain = new S3Client({ ...settings, endpoint: other.url });
    const versions = await readHeldVersions({ client: plain, ...place });
    expect(versions.get('a.md')?.map(({ content }) => content)).toEqual(['one\n', 'one\ntwo\n', undefined]);
    plain.destroy();
    await faulty.close();
    await other.close();
  });
});
