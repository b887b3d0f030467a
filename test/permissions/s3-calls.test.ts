import { type RecordedRequest, toS3Calls } from './s3-calls.ts';

const bucket = 'arn:aws:s3:::b';
const object = `${bucket}/files/a b.txt`;

function record(
  method: string,
  { query = '', ...more }: Partial<Omit<RecordedRequest, 'query'>> & { query?: string } = {},
) {
  const headers = { host: 'h', 'x-amz-date': 'd', 'x-amz-content-sha256': 'c', ...more.headers };
  return {
    method,
    bucket: 'b',
    key: 'files/a b.txt',
    status: 200,
    ...more,
    headers,
    query: new URLSearchParams(query),
  };
}

describe('the rights that S3 demands', () => {
  it.each([
    ['GET', { query: 'x-id=GetObject&response-content-disposition=x' }, [['s3:GetObject', object]]],
    [
      'GET',
      { query: 'versionId=v', status: 404 },
      [
        ['s3:GetObjectVersion', object],
        ['s3:ListBucket', bucket],
      ],
    ],
    ['HEAD', {}, [['s3:GetObject', object]]],
    ['HEAD', { query: 'versionId=v', status: 405 }, [['s3:GetObjectVersion', object]]],
    ['PUT', { headers: { 'if-none-match': '*' } }, [['s3:PutObject', object]]],
    [
      'PUT',
      { headers: { 'if-match': '"e"' }, status: 412 },
      [
        ['s3:PutObject', object],
        ['s3:GetObject', object],
      ],
    ],
    ['DELETE', {}, [['s3:DeleteObject', object]]],
    ['DELETE', { headers: { 'if-match': '*' } }, [['s3:DeleteObject', object]]],
    [
      'DELETE',
      { headers: { 'if-match': '"e"' } },
      [
        ['s3:DeleteObject', object],
        ['s3:GetObject', object],
      ],
    ],
    ['DELETE', { query: 'versionId=v' }, [['s3:DeleteObjectVersion', object]]],
  ])('are for %s of an object with %j: %j', (method, more, expected) => {
    expect(toS3Calls(record(method, more)).map(({ action, resource }) => [action, resource])).toEqual(
      expected,
    );
  });

  it.each([
    ['b/files/c%20d.txt', 's3:GetObject'],
    ['/b/files/c%20d.txt?versionId=v', 's3:GetObjectVersion'],
  ])('are for a copy of %s those on its source too', (source, action) => {
    const headers = { 'x-amz-copy-source': source, 'x-amz-tagging-directive': 'REPLACE', 'if-match': '"e"' };
    expect(toS3Calls(record('PUT', { headers }))).toEqual([
      { action: 's3:PutObject', resource: object },
      { action, resource: `${bucket}/files/c d.txt` },
      { action: 's3:GetObject', resource: object },
    ]);
  });

  it('are for a missing key the right to list it', () => {
    expect(toS3Calls(record('GET', { status: 404 }))[1]).toEqual({
      action: 's3:ListBucket',
      resource: bucket,
      context: { 's3:prefix': 'files/a b.txt' },
    });
  });

  it.each([
    ['list-type=2&prefix=files%2Fx&delimiter=%2F', 's3:ListBucket', { 's3:prefix': 'files/x' }],
    ['list-type=2', 's3:ListBucket', {}],
    ['versions&prefix=&max-keys=1', 's3:ListBucketVersions', { 's3:prefix': '' }],
  ])('are for a listing with %s those on the bucket and its prefix', (query, action, context) => {
    expect(toS3Calls(record('GET', { key: '', query }))).toEqual([{ action, resource: bucket, context }]);
  });

  it.each<[string, string, Parameters<typeof record>[1]]>([
    ['an ACL', 'GET', { query: 'acl' }],
    ['tags', 'PUT', { headers: { 'x-amz-tagging': 'a=b' } }],
    ['a copy of tags', 'PUT', { headers: { 'x-amz-copy-source': 'b/c' } }],
    ['a lock', 'PUT', { headers: { 'x-amz-object-lock-mode': 'GOVERNANCE' } }],
    ['another method', 'POST', { query: 'uploads' }],
    ['another listing', 'GET', { key: '' }],
    ['a change of the bucket', 'PUT', { key: '' }],
  ])('are not guessed for %s', (_, method, more) => {
    expect(() => toS3Calls(record(method, more))).toThrow(/rights S3 demands/);
  });
});
