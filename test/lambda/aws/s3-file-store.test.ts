import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createS3FileStore } from '../../../lambda/aws/s3-file-store.ts';
import { readDirectoryPath, readFilePath } from '../../../lambda/files/file-path.ts';

const s3 = mockClient(S3Client);
const store = createS3FileStore({ client: new S3Client({}), bucket: 'bucket', prefix: 'files/' });
const { signal } = new AbortController();

beforeEach(() => s3.reset());

/** The part of a response body that the store uses. */
function toBody(text: string) {
  const bytes = new TextEncoder().encode(text);
  const body = {
    cancelled: false,
    transformToByteArray: async () => bytes,
    transformToWebStream: () => stream,
  };
  const stream = {
    cancel: async () => {
      body.cancelled = true;
    },
  };
  // The mock's type asks for Node's whole stream mixin.
  return body as unknown as typeof body & never;
}

const missing = () => new NoSuchKey({ message: 'gone', $metadata: {} });

describe('the S3 file store', () => {
  it('reads a file below its prefix with everything S3 tells of it', async () => {
    const modified = new Date('2026-11-23T10:00:00Z');
    s3.on(GetObjectCommand, { Bucket: 'bucket', Key: 'files/notes/a.md' }).resolves({
      Body: toBody('hello'),
      ContentLength: 5,
      ETag: '"abc"',
      LastModified: modified,
      ContentType: 'text/markdown',
      VersionId: 'v1',
    });
    await expect(store.read(readFilePath('notes/a.md'), { maxBytes: 5, signal })).resolves.toEqual({
      path: 'notes/a.md',
      content: new TextEncoder().encode('hello'),
      size: 5,
      etag: '"abc"',
      modified,
      mediaType: 'text/markdown',
      versionId: 'v1',
    });
  });

  it('does not read a file that is too large', async () => {
    const body = toBody('hello');
    s3.on(GetObjectCommand).resolves({ Body: body, ContentLength: 5 });
    await expect(store.read(readFilePath('a'), { maxBytes: 4, signal })).rejects.toMatchObject({
      failure: { code: 'too_large', path: 'a', size: 5, maxBytes: 4 },
    });
    expect((body as { cancelled: boolean }).cancelled).toBe(true);
  });

  it('tells a missing file from a directory', async () => {
    s3.on(GetObjectCommand).rejects(missing());
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: 'files/notes/', MaxKeys: 1 }).resolves({
      KeyCount: 1,
    });
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: 'files/other/', MaxKeys: 1 }).resolves({
      KeyCount: 0,
    });
    const read = (path: string) => store.read(readFilePath(path), { maxBytes: 1, signal });
    await expect(read('notes')).rejects.toMatchObject({ failure: { code: 'is_directory', path: 'notes' } });
    await expect(read('other')).rejects.toMatchObject({ failure: { code: 'not_found', path: 'other' } });
  });

  it('hands on an outage as it is', async () => {
    const outage = Object.assign(new Error('AccessDenied'), { name: 'AccessDenied' });
    s3.on(GetObjectCommand).rejects(outage);
    await expect(store.read(readFilePath('a'), { maxBytes: 1, signal })).rejects.toBe(outage);
  });

  it('writes bytes with their media type', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"abc"', VersionId: 'v1' });
    const content = new TextEncoder().encode('hello');
    const options = { mediaType: 'text/plain', signal };
    await expect(store.write(readFilePath('notes/a.md'), content, options)).resolves.toMatchObject({
      path: 'notes/a.md',
      size: 5,
      etag: '"abc"',
      versionId: 'v1',
    });
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'bucket',
      Key: 'files/notes/a.md',
      Body: content,
      ContentType: 'text/plain',
    });
  });

  it.each([
    ['', 'files/'],
    ['notes', 'files/notes/'],
  ])('lists the directory %j by one request for its prefix', async (path, prefix) => {
    const modified = new Date('2026-11-23T10:00:00Z');
    s3.on(ListObjectsV2Command, { Bucket: 'bucket', Prefix: prefix, Delimiter: '/', MaxKeys: 10 }).resolves({
      CommonPrefixes: [{ Prefix: `${prefix}b/` }],
      Contents: [
        { Key: prefix, Size: 0 },
        { Key: `${prefix}a.txt`, Size: 1, ETag: '"1"', LastModified: modified },
        { Key: `${prefix}c.txt`, Size: 3, ETag: '"3"', LastModified: modified },
      ],
      IsTruncated: true,
    });
    await expect(store.list(readDirectoryPath(path), { limit: 10, signal })).resolves.toEqual({
      entries: [
        { kind: 'file', name: 'a.txt', size: 1, etag: '"1"', modified },
        { kind: 'directory', name: 'b' },
        { kind: 'file', name: 'c.txt', size: 3, etag: '"3"', modified },
      ],
      truncated: true,
    });
    expect(s3.calls()).toHaveLength(1);
  });

  it('lists a directory that does not exist as empty', async () => {
    s3.on(ListObjectsV2Command).resolves({ KeyCount: 0, IsTruncated: false });
    await expect(store.list(readDirectoryPath('none'), { limit: 10, signal })).resolves.toEqual({
      entries: [],
      truncated: false,
    });
  });
});
