import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { readVersionPage } from '../../../ops/restore/version-page.ts';

const s3 = mockClient(S3Client);
const modified = new Date('2026-11-01T00:00:00Z');

describe('a page of versions', () => {
  it.each([
    ['an answer that says it is encoded', { EncodingType: 'url' } as const, 'files/a b+c'],
    ['an answer that does not', {}, 'files/a+b%2Bc'],
  ])('decodes the keys of %s accordingly', async (_, encoding, key) => {
    const raw = 'files/a+b%2Bc';
    s3.on(ListObjectVersionsCommand).resolves({
      ...encoding,
      Versions: [{ Key: raw, VersionId: 'v1', LastModified: modified, ETag: '"e"', Size: 1 }],
      DeleteMarkers: [{ Key: raw, VersionId: 'v2', LastModified: modified }],
      IsTruncated: true,
      NextKeyMarker: raw,
      NextVersionIdMarker: 'v1',
    });
    const { versions, next } = await readVersionPage(new S3Client(), 'files', { prefix: 'files/' });
    expect(versions.map((version) => version.key)).toEqual([key, key]);
    expect(next).toEqual({ key, versionId: 'v1' });
  });
});
