import {
  CopyObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { findChange, makeChange } from '../../../ops/restore/change.ts';
import { readHistories } from '../../../ops/restore/key-history.ts';
import type { Version } from '../../../ops/restore/version-page.ts';

const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
});

const version = (versionId: string, more: Partial<Version> = {}): Version => ({
  key: 'a',
  versionId,
  modified: new Date(0),
  isLatest: false,
  isDeletion: false,
  etag: `"${versionId}"`,
  size: 1,
  ...more,
});
const file = version('file');
const deletion = version('deletion', { isDeletion: true, etag: '', size: 0 });

describe('the change of a key', () => {
  it.each<[string, Version, Version | undefined, Version | 'deletion' | 'nothing']>([
    ['what was another file', version('new'), file, file],
    ['what was there and is deleted', deletion, file, file],
    ['what was not there', file, undefined, 'deletion'],
    ['what was deleted', file, deletion, 'deletion'],
    ['what neither was nor is there', deletion, undefined, 'nothing'],
    ['what was and is deleted', version('again', { isDeletion: true }), deletion, 'nothing'],
    ['what has not changed', file, file, 'nothing'],
    ['what has the same content', version('copy', { etag: file.etag }), file, 'nothing'],
    ['what has the same etag and another size', version('copy', { etag: file.etag, size: 2 }), file, file],
  ])('is right for %s', (_, present, past, expected) => {
    const change = findChange({ present, past });
    expect(change ? (change.from ?? 'deletion') : 'nothing').toEqual(expected);
  });
});

describe('a file that KMS encrypts, whose copy has another etag', () => {
  const change = { present: version('copy'), from: file };
  const kms = { ServerSideEncryption: 'aws:kms' } as const;

  it.each<[string, Partial<HeadObjectCommandOutput>, Partial<HeadObjectCommandOutput>, 'unchanged' | 'done']>(
    [
      ['one checksum', { ...kms, ChecksumCRC32: 'x' }, { ...kms, ChecksumCRC32: 'x' }, 'unchanged'],
      ['other checksums', { ...kms, ChecksumCRC32: 'x' }, { ...kms, ChecksumCRC32: 'y' }, 'done'],
      ['checksums of two kinds', { ...kms, ChecksumCRC32: 'x' }, { ...kms, ChecksumSHA1: 'x' }, 'done'],
      ['no checksum', kms, kms, 'done'],
      ['an etag that is a digest', { ChecksumCRC32: 'x' }, { ChecksumCRC32: 'x' }, 'done'],
    ],
  )('is told by its checksum: %s', async (_, present, past, kind) => {
    s3.on(HeadObjectCommand, { VersionId: 'copy' }).resolves({ ...present, $metadata: {} });
    s3.on(HeadObjectCommand, { VersionId: 'file' }).resolves({ ...past, $metadata: {} });
    s3.on(CopyObjectCommand).resolves({});
    const options = { client: new S3Client({}), bucket: 'b', isApplied: true };
    expect(await makeChange(options, change)).toEqual({ kind });
    expect(s3.commandCalls(CopyObjectCommand)).toHaveLength(kind === 'done' ? 1 : 0);
  });
});

describe('a change that S3 does not make', () => {
  const options = { client: new S3Client({}), bucket: 'b', isApplied: true };
  const change = { present: version('new', { size: 2 }), from: file };
  const refuse = (name: string, $fault: 'client' | 'server') =>
    s3.on(CopyObjectCommand).rejects(new S3ServiceException({ name, message: 'no', $fault, $metadata: {} }));

  it('has failed when it is refused', async () => {
    refuse('AccessDenied', 'client');
    expect(await makeChange(options, change)).toEqual({ kind: 'failed', reason: 'AccessDenied: no' });
  });

  it('ends the restore in an outage', async () => {
    refuse('SlowDown', 'server');
    await expect(makeChange(options, change)).rejects.toThrow('no');
    s3.on(CopyObjectCommand).rejects(new Error('socket hang up'));
    await expect(makeChange(options, change)).rejects.toThrow('socket hang up');
  });
});

describe('the histories of keys', () => {
  it('are read page by page, and not before they are wanted', async () => {
    let pages = 0;
    s3.on(ListObjectVersionsCommand).callsFake(() => {
      pages += 1;
      const key = `key-${pages}`;
      const Versions = [{ Key: key, VersionId: 'v', IsLatest: true, LastModified: new Date(0) }];
      return { Versions, IsTruncated: true, NextKeyMarker: key, NextVersionIdMarker: 'v' };
    });
    const keys: string[] = [];
    for await (const { present } of readHistories({
      client: new S3Client({}),
      bucket: 'b',
      prefix: '',
      to: new Date(),
    })) {
      keys.push(present.key);
      if (keys.length === 3) break;
    }
    expect(keys).toEqual(['key-1', 'key-2', 'key-3']);
    // The last key of a page may go on in the next.
    expect(pages).toBe(4);
  });

  it('are not guessed when old versions go away while their order is looked at', async () => {
    const time = (seconds: number) => new Date(seconds * 1000);
    const entry = (VersionId: string, seconds: number, IsLatest = false) => ({
      Key: 'a',
      VersionId,
      IsLatest,
      LastModified: time(seconds),
    });
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [entry('new', 9, true), entry('old', 1)],
        DeleteMarkers: [entry('deletion', 1)],
        IsTruncated: false,
      })
      .resolvesOnce({ Versions: [{ ...entry('other', 1), Key: 'ab' }], IsTruncated: false });
    const scope = { client: new S3Client({}), bucket: 'b', prefix: '', to: time(5) };
    const read = async () => {
      for await (const _ of readHistories(scope));
    };
    await expect(read()).rejects.toThrow('versions of "a" went away while they were read');
  });
});
