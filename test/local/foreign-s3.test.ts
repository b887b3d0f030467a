import {
  BucketAlreadyOwnedByYou,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { prepareBucket } from '../../local/foreign-s3.ts';
import { StartFailure } from '../../local/start-failure.ts';
import { createClient, credentials, type RunningStore, startStore } from './s3/running-store.ts';

describe('the bucket on an S3 server that keeps every promise', () => {
  let store: RunningStore;
  beforeAll(async () => {
    store = await startStore();
  });
  afterAll(() => store.stop());

  it('is versioned, and nothing of the trial stays in it', async () => {
    await prepareBucket(store.server.url, 'made', credentials);
    await prepareBucket(store.server.url, 'made', credentials);
    const client = createClient(store.server.url);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: 'made' }))).Status).toBe('Enabled');
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: 'made' }));
    expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
    client.destroy();
  });
});

describe('an S3 server that keeps fewer promises', () => {
  let s3: ReturnType<typeof mockClient>;
  beforeAll(() => {
    s3 = mockClient(S3Client);
  });
  afterAll(() => s3.restore());

  const answer = (status: number, name: string) =>
    Object.assign(new Error(`answered ${name}`), { name, $metadata: { httpStatusCode: status } });

  beforeEach(() => {
    s3.reset();
    s3.on(CreateBucketCommand).rejects(new BucketAlreadyOwnedByYou({ message: '', $metadata: {} }));
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
    s3.on(PutBucketVersioningCommand).resolves({});
    s3.on(PutObjectCommand).resolves({ VersionId: 'made' });
    s3.on(CopyObjectCommand).rejects(answer(412, 'PreconditionFailed'));
    s3.on(DeleteObjectCommand).resolves({});
  });

  const prepare = () => prepareBucket('http://127.0.0.1:9000', 'files', credentials);

  it('is told to turn versioning on where it is off', async () => {
    s3.on(GetBucketVersioningCommand).resolvesOnce({}).resolves({ Status: 'Enabled' });
    await prepare();
    const [call] = s3.commandCalls(PutBucketVersioningCommand);
    expect(call?.args[0].input).toEqual({
      Bucket: 'files',
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it.each([
    ['cannot turn it on', () => s3.on(PutBucketVersioningCommand).rejects(answer(501, 'NotImplemented'))],
    ['says that it did and did not', () => undefined],
  ])('is refused when it %s', async (_, arrange) => {
    s3.on(GetBucketVersioningCommand).resolves({});
    arrange();
    await expect(prepare()).rejects.toThrow(StartFailure);
    await expect(prepare()).rejects.toThrow('set S3_ENDPOINT to an S3 server whose buckets can be versioned');
  });

  it.each([
    ['IfNoneMatch', { IfNoneMatch: '*' }],
    ['IfMatch', { IfMatch: '"00000000000000000000000000000000"' }],
  ])('is refused when its copies ignore %s, and the trial is taken away', async (name, condition) => {
    s3.on(CopyObjectCommand, condition).resolves({ VersionId: 'copied' });
    await expect(prepare()).rejects.toThrow(StartFailure);
    await expect(prepare()).rejects.toThrow(`ignores ${name}, so copy_file, move_file and restore_file`);
    const removed = s3.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input.VersionId);
    expect(removed).toEqual(['made', 'made', 'copied', 'made', 'made', 'copied']);
  });

  it('is not refused by a failure that says nothing of conditions, which is told as it is', async () => {
    s3.on(CopyObjectCommand).rejects(answer(500, 'InternalError'));
    await expect(prepare()).rejects.toThrow('answered InternalError');
  });
});
