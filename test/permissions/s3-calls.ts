import type { S3Request } from '../../local/s3/request.ts';
import type { AwsCall } from './iam-policy.ts';

/** A request that reached S3, including presigned ones, and the status of its answer. */
export interface RecordedRequest extends Pick<S3Request, 'method' | 'bucket' | 'key' | 'query' | 'headers'> {
  readonly status: number;
}

/**
 * Parameters and headers that require no further permission. A name that ends with "-" stands for all names that begin
 * with it.
 */
const withoutRight = [
  ...['x-id', 'response-', 'delimiter', 'encoding-type', 'max-keys', 'prefix', 'start-after'],
  ...['continuation-token', 'key-marker', 'version-id-marker', 'versionId', 'list-type', 'versions'],
  ...['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'x-amz-user-agent', 'x-amz-checksum-'],
  ...['x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length', 'x-amz-copy-source'],
  ...['x-amz-copy-source-if-', 'x-amz-metadata-directive', 'x-amz-tagging-directive', 'x-amz-meta-'],
];

/**
 * The permissions that S3 requires for a request ("Required permissions for Amazon S3 API operations" in the user
 * guide; "Actions, resources, and condition keys for Amazon S3" in the service authorization reference). Throws for a
 * request whose permissions are not known here, such as one with an ACL.
 */
export function toS3Calls(request: RecordedRequest): readonly AwsCall[] {
  const { method, key, query } = request;
  const asked = [
    ...query.keys(),
    ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-')),
  ];
  const unknown = asked.filter((name) => !withoutRight.some((known) => isNamed(known, name)));
  const calls = unknown.length > 0 ? undefined : key === '' ? toBucketCalls(request) : toObjectCalls(request);
  if (calls) return [...calls, ...toSearch(request)];
  throw new Error(
    `say which rights S3 demands for ${method} ${key ? 'object' : 'bucket'} with ${asked.join()}`,
  );
}

function isNamed(known: string, name: string): boolean {
  return known.endsWith('-') ? name.startsWith(known) : name === known;
}

function toBucketCalls({ method, bucket, query }: RecordedRequest): readonly AwsCall[] | undefined {
  if (method !== 'GET') return undefined;
  const prefix = query.get('prefix');
  const context = prefix === null ? {} : { 's3:prefix': prefix };
  const resource = toArn(bucket);
  if (query.has('versions')) return [{ action: 's3:ListBucketVersions', resource, context }];
  if (query.get('list-type') === '2') return [{ action: 's3:ListBucket', resource, context }];
  return undefined;
}

function toObjectCalls(request: RecordedRequest): readonly AwsCall[] | undefined {
  const { method, bucket, key, query, headers } = request;
  const resource = toArn(bucket, key);
  const object = { bucket, key, versionId: query.get('versionId') ?? undefined };
  switch (method) {
    case 'GET':
    case 'HEAD':
      return [toRead(object)];
    case 'PUT':
      return [{ action: 's3:PutObject', resource }, ...toCopy(headers), ...toComparison(request)];
    case 'DELETE':
      if (object.versionId !== undefined) return [{ action: 's3:DeleteObjectVersion', resource }];
      return [{ action: 's3:DeleteObject', resource }, ...toComparison(request)];
    default:
      return undefined;
  }
}

interface Source {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

function toRead({ bucket, key, versionId }: Source): AwsCall {
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return { action, resource: toArn(bucket, key) };
}

/**
 * For a missing key, a caller who may not list is told that access is denied (Amazon S3 API, GetObject and HeadObject).
 * The key then stands for the prefix, as ceph/ceph#68577 found for AWS.
 */
function toSearch({ bucket, key, status }: RecordedRequest): readonly AwsCall[] {
  if (key === '' || status !== 404) return [];
  return [{ action: 's3:ListBucket', resource: toArn(bucket), context: { 's3:prefix': key } }];
}

/** Tags are copied unless the request replaces them; copying requires permission to read and to write them. */
function toCopy(headers: RecordedRequest['headers']): readonly AwsCall[] {
  const header = headers['x-amz-copy-source'];
  if (header === undefined) return [];
  const [, bucket = '', key = '', versionId] = /^\/?([^/]+)\/(.+?)(?:\?versionId=(.+))?$/s.exec(header) ?? [];
  const source = { bucket, key: decodeURIComponent(key), versionId };
  if (headers['x-amz-tagging-directive'] === 'REPLACE') return [toRead(source)];
  throw new Error('replace the tags of a copy, or say which rights S3 demands for copying them');
}

/**
 * `If-Match` with an etag compares contents, which requires permission to read ("Enforce conditional writes", "…
 * deletes").
 */
function toComparison({ bucket, key, headers }: RecordedRequest): readonly AwsCall[] {
  const etag = headers['if-match'];
  return etag === undefined || etag === '*' ? [] : [toRead({ bucket, key, versionId: undefined })];
}

function toArn(bucket: string, key = ''): string {
  return `arn:aws:s3:::${bucket}${key && `/${key}`}`;
}
