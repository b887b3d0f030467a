import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetObjectAttributesCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore } from './running-store.ts';

let store: RunningStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

describe('buckets', () => {
  it('are made, found and listed', async () => {
    await store.client.send(new CreateBucketCommand({ Bucket: 'made-here' }));
    const found = await store.client.send(new HeadBucketCommand({ Bucket: 'made-here' }));
    expect(found.BucketRegion).toBe('us-east-1');
    const { Buckets } = await store.client.send(new ListBucketsCommand());
    expect(Buckets).toEqual([
      { Name: bucket, CreationDate: expect.any(Date) },
      { Name: 'made-here', CreationDate: expect.any(Date) },
    ]);
    const location = await store.client.send(new GetBucketLocationCommand({ Bucket: bucket }));
    expect(location.LocationConstraint || undefined).toBeUndefined();
  });

  it.each([
    [bucket, 409, 'BucketAlreadyOwnedByYou'],
    ['Capital', 400, 'InvalidBucketName'],
    ['a'.repeat(64), 400, 'InvalidBucketName'],
  ])('are not made as %s', async (name, status, code) => {
    const response = await fetch(presign(`${store.server.url}/${name}`, { method: 'PUT' }), {
      method: 'PUT',
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  it('are not made in another region', async () => {
    const elsewhere = new CreateBucketCommand({
      Bucket: 'elsewhere',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    });
    const refused = { status: 400, code: 'IllegalLocationConstraintException' };
    expect(await refusal(store.client.send(elsewhere))).toEqual(refused);
  });

  it('may be told to be versioned, as they are', async () => {
    const enable = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } } as const;
    const { $metadata } = await store.client.send(new PutBucketVersioningCommand(enable));
    expect($metadata.httpStatusCode).toBe(200);
  });

  it('that are missing are not found', async () => {
    const missing = store.client.send(new HeadBucketCommand({ Bucket: 'missing' }));
    expect(await refusal(missing)).toEqual({ status: 404, code: 'NotFound' });
  });
});

describe('an error', () => {
  it('is a document without a namespace, in which botocore finds the code', async () => {
    const url = presign(`${store.server.url}/${bucket}/missing`, { method: 'GET' });
    const text = await (await fetch(url)).text();
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code>/);
  });
});

describe('what is not offered', () => {
  const object = { Bucket: bucket, Key: 'k' };
  const upload = { ...object, UploadId: 'u', PartNumber: 1 };
  const tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };

  it.each([
    ['DELETE /bucket', () => store.client.send(new DeleteBucketCommand(object))],
    ['GET /bucket', () => store.client.send(new ListObjectsCommand(object))],
    ['uploads', () => store.client.send(new ListMultipartUploadsCommand(object))],
    [
      'versioning',
      () =>
        store.client.send(
          new PutBucketVersioningCommand({ ...object, VersioningConfiguration: { Status: 'Suspended' } }),
        ),
    ],
    ['tagging', () => store.client.send(new PutObjectTaggingCommand({ ...object, Tagging: tagging }))],
    ['tagging', () => store.client.send(new GetObjectTaggingCommand(object))],
    ['acl', () => store.client.send(new PutObjectAclCommand({ ...object, ACL: 'public-read' }))],
    [
      'attributes',
      () => store.client.send(new GetObjectAttributesCommand({ ...object, ObjectAttributes: ['ETag'] })),
    ],
    [
      'x-amz-copy-source',
      () => store.client.send(new UploadPartCopyCommand({ ...upload, CopySource: 'files/k' })),
    ],
  ])('is refused by its name: %s', async (name, call) => {
    const sent = call();
    expect(await refusal(sent)).toEqual({ status: 501, code: 'NotImplemented' });
    await expect(sent).rejects.toThrow(name);
  });

  it.each<[string, Partial<PutObjectCommandInput>]>([
    ['x-amz-server-side-encryption', { ServerSideEncryption: 'AES256' }],
    ['x-amz-storage-class', { StorageClass: 'GLACIER' }],
    ['x-amz-tagging', { Tagging: 'a=b' }],
    ['x-amz-acl', { ACL: 'public-read' }],
    ['x-amz-object-lock-mode', { ObjectLockMode: 'COMPLIANCE' }],
    ['x-amz-website-redirect-location', { WebsiteRedirectLocation: '/' }],
    ['x-amz-expected-bucket-owner', { ExpectedBucketOwner: '123456789012' }],
  ])('is refused by the name of its header: %s', async (header, more) => {
    const sent = store.client.send(new PutObjectCommand({ ...object, Body: 'x', ...more }));
    expect(await refusal(sent)).toEqual({ status: 501, code: 'NotImplemented' });
    await expect(sent).rejects.toThrow(header);
  });

  it.each([
    ['GET', '/files/k', { partNumber: '1' }, {}, 'partNumber'],
    ['GET', '/files/k', {}, { 'if-range': '"e"' }, 'if-range'],
    ['PUT', '/files/k', { append: '' }, {}, 'append'],
    ['GET', '/files', { 'list-type': '2', 'fetch-owner': 'true' }, {}, 'fetch-owner'],
    ['POST', '/files/k', { select: '', 'select-type': '2' }, {}, 'select'],
    ['PATCH', '/files/k', {}, {}, 'PATCH /bucket/key'],
  ])('%s %s with %j and %j names %s', async (method, path, query: Record<string, string>, headers, name) => {
    const response = await fetch(presign(store.server.url + path, { method, query }), { method, headers });
    expect(response.status).toBe(501);
    expect(await response.text()).toMatch(
      new RegExp(`<Code>NotImplemented</Code><Message>.*${name}.*</Message>`),
    );
  });
});
