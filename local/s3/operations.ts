import { bodyHeaders } from './body.ts';
import {
  createBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from './buckets.ts';
import { copyObject, copySourceConditions } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { getObject, responseParameters } from './get-object.ts';
import { listObjectsV2, listObjectVersions } from './list-objects.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from './multipart.ts';
import type { Operation, S3Reply, Storage } from './operation.ts';
import { putObject } from './put-object.ts';
import type { S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';

type Route = {
  run: Operation;
  /** Parameters and headers that tell this operation from others on the same path. */
  marks?: string[];
  /** Further parameters and headers it obeys. A name that ends with "-" stands for all that begin so. */
  obeys?: string[];
};

const writeConditions = ['if-match', 'if-none-match'];
const readConditions = [...writeConditions, 'if-modified-since', 'if-unmodified-since'];
const reading = ['versionId', ...responseParameters, ...readConditions, 'x-amz-checksum-mode'];
const listing = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const metadata = 'x-amz-meta-';

// Of the routes on one path, the first whose marks are all present is taken.
const routes: Record<string, Route[]> = {
  'GET /': [{ run: listBuckets }],
  'PUT /bucket': [
    { marks: ['versioning'], run: putBucketVersioning, obeys: bodyHeaders },
    { run: createBucket, obeys: bodyHeaders },
  ],
  'HEAD /bucket': [{ run: headBucket }],
  'GET /bucket': [
    { marks: ['location'], run: getBucketLocation },
    { marks: ['versioning'], run: getBucketVersioning },
    { marks: ['versions'], run: listObjectVersions, obeys: [...listing, 'key-marker', 'version-id-marker'] },
    { marks: ['list-type'], run: listObjectsV2, obeys: [...listing, 'start-after', 'continuation-token'] },
  ],
  'POST /bucket': [{ marks: ['delete'], run: deleteObjects, obeys: bodyHeaders }],
  'GET /bucket/key': [
    { marks: ['uploadId'], run: listParts, obeys: ['max-parts', 'part-number-marker'] },
    { run: getObject, obeys: reading },
  ],
  'HEAD /bucket/key': [{ run: getObject, obeys: reading }],
  'PUT /bucket/key': [
    { marks: ['uploadId', 'partNumber'], run: uploadPart, obeys: bodyHeaders },
    {
      marks: ['x-amz-copy-source'],
      run: copyObject,
      // No object has tags here, so either tagging directive is obeyed.
      obeys: [
        ...copySourceConditions,
        ...writeConditions,
        'x-amz-metadata-directive',
        'x-amz-tagging-directive',
        metadata,
      ],
    },
    { run: putObject, obeys: [...bodyHeaders, ...writeConditions, metadata] },
  ],
  'POST /bucket/key': [
    { marks: ['uploads'], run: createMultipartUpload, obeys: ['x-amz-checksum-algorithm', metadata] },
    { marks: ['uploadId'], run: completeMultipartUpload, obeys: writeConditions },
  ],
  'DELETE /bucket/key': [
    { marks: ['uploadId'], run: abortMultipartUpload },
    { run: deleteObject, obeys: ['versionId', 'if-match'] },
  ],
};

// They name the caller, the date or the SDK's call; none changes what a request does.
const withoutEffect = [
  'x-id',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
];

/**
 * Runs the operation a request asks for. Throws `NotImplemented`, naming it, for an operation, a parameter or a header
 * that is not offered here. Nothing that could change the result is ignored silently.
 */
export async function runOperation(request: S3Request, storage: Storage): Promise<S3Reply> {
  const path = request.key ? '/bucket/key' : request.bucket ? '/bucket' : '/';
  const operation = `${request.method} ${path}`;
  const asked = readAsked(request);
  const route = routes[operation]?.find(({ marks = [] }) => marks.every((mark) => asked.includes(mark)));
  if (!route) throw notOffered(`${operation} with ${asked.join(', ') || 'nothing else'}`);

  const known = [...(route.marks ?? []), ...(route.obeys ?? [])];
  const unknown = asked.filter((name) => !known.some((each) => matches(each, name)));
  if (unknown.length > 0) throw notOffered(`${operation} with ${unknown.join(', ')}`);

  if (request.bucket && route.run !== createBucket) storage.buckets.requireBucket(request.bucket);
  return route.run(request, storage);
}

function readAsked({ query, headers }: S3Request): string[] {
  const askingHeaders = Object.keys(headers).filter((name) => /^(x-amz-|if-)/.test(name));
  return [...query.keys(), ...askingHeaders].filter((name) => !withoutEffect.includes(name));
}

function matches(known: string, name: string): boolean {
  return known.endsWith('-') ? name.startsWith(known) : name === known;
}

function notOffered(what: string): S3Error {
  return new S3Error('NotImplemented', `the local store does not offer ${what}`);
}
