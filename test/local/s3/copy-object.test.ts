import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { bucket, type RunningStore, refusal, startStore } from './running-store.ts';

let store: RunningStore;
beforeAll(async () => {
  store = await startStore();
  await store.server.createBucket('archive');
});
afterAll(() => store.stop());

function put(Key: string, Body: string) {
  const headers = { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { owner: 'alice' } };
  return store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...headers }));
}

function copy(CopySource: string, Key: string, more: Partial<CopyObjectCommandInput> = {}) {
  return store.client.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource, ...more }));
}

async function read(Key: string, Bucket = bucket): Promise<string | undefined> {
  const { Body } = await store.client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

describe('CopyObject', () => {
  it('takes bytes, headers and metadata along', async () => {
    const source = await put('a', 'content');
    const copied = await copy(`${bucket}/a`, 'b', { ContentType: 'not/used' });
    const head = await store.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'b' }));
    expect(copied).toMatchObject({ CopySourceVersionId: source.VersionId, VersionId: head.VersionId });
    expect(copied.CopyObjectResult).toEqual({ ETag: source.ETag, LastModified: head.LastModified });
    expect(head.VersionId).not.toBe(source.VersionId);
    const taken = { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { owner: 'alice' } };
    expect(head).toMatchObject({ ...taken, ETag: source.ETag, ContentLength: 7 });
    expect(await read('b')).toBe('content');
  });

  it('replaces all headers and metadata when it is told to', async () => {
    await put('a', 'content');
    await copy(`${bucket}/a`, 'c', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/html',
      Metadata: { by: 'bob' },
    });
    const head = await store.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'c' }));
    expect(head).toMatchObject({ ContentType: 'text/html', Metadata: { by: 'bob' } });
    expect(head.CacheControl).toBeUndefined();
  });

  it.each(['COPY', 'REPLACE'] as const)('has no tags to %s', async (TaggingDirective) => {
    await put('a', 'content');
    await copy(`${bucket}/a`, 'tagless', { TaggingDirective });
    expect(await read('tagless')).toBe('content');
  });

  it('reaches other buckets', async () => {
    await put('a', 'content');
    await copy(`/${bucket}/a`, 'from-files', { Bucket: 'archive' });
    expect(await read('from-files', 'archive')).toBe('content');
  });

  it.each(['a b+c%20d', '한글/?versionId=1', "!'()*", '../up'])('finds the source %s', async (key) => {
    await put(key, key);
    await copy(encodeURIComponent(`${bucket}/${key}`), 'from-odd');
    expect(await read('from-odd')).toBe(key);
  });

  it('brings an old version back', async () => {
    const { VersionId } = await put('k', 'old');
    await put('k', 'new');
    await copy(`${bucket}/k?versionId=${VersionId}`, 'k');
    expect(await read('k')).toBe('old');
  });

  it('onto itself must change something', async () => {
    await put('self', 'x');
    expect(await refusal(copy(`${bucket}/self`, 'self'))).toEqual({ status: 400, code: 'InvalidRequest' });
    await copy(`${bucket}/self`, 'self', { MetadataDirective: 'REPLACE', Metadata: { changed: 'yes' } });
    const head = await store.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'self' }));
    expect(head.Metadata).toEqual({ changed: 'yes' });
  });

  it('cannot copy what is deleted', async () => {
    await put('deleted', 'x');
    const { VersionId } = await store.client.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: 'deleted' }),
    );
    expect(await refusal(copy(`${bucket}/deleted`, 'd'))).toEqual({ status: 404, code: 'NoSuchKey' });
    const marker = copy(`${bucket}/deleted?versionId=${VersionId}`, 'd');
    expect(await refusal(marker)).toEqual({ status: 400, code: 'InvalidRequest' });
  });

  it.each([
    [`${bucket}/missing`, 404, 'NoSuchKey'],
    [`${bucket}/a?versionId=${'f'.repeat(32)}`, 404, 'NoSuchVersion'],
    [`${bucket}/a?versionId=bad`, 400, 'InvalidArgument'],
    ['no-such-bucket/a', 404, 'NoSuchBucket'],
    ['no-slash', 400, 'InvalidArgument'],
    [`${bucket}/%ff`, 400, 'InvalidURI'],
  ])('of %s is refused', async (source, status, code) => {
    await put('a', 'content');
    expect(await refusal(copy(source, 'd'))).toEqual({ status, code });
  });

  it('knows no third way with metadata', async () => {
    // Any text may be sent; the type lists what S3 understands.
    const directive = 'MERGE' as CopyObjectCommandInput['MetadataDirective'];
    const refused = refusal(copy(`${bucket}/a`, 'd', { MetadataDirective: directive }));
    expect(await refused).toEqual({ status: 400, code: 'InvalidArgument' });
  });
});
