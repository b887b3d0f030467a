import { receiveText } from './body.ts';
import { type Operation, toXmlReply } from './operation.ts';
import { S3Error } from './s3-error.ts';
import { readText } from './xml.ts';

/** ListBuckets. */
export const listBuckets: Operation = (_request, { buckets }) => {
  const list = buckets.list().map(({ name, created }) => ({
    Name: name,
    CreationDate: created.toISOString(),
  }));
  return toXmlReply('ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket: list } });
};

/** CreateBucket. */
export const createBucket: Operation = async (request, { buckets, region }) => {
  const location = readText(await receiveText(request), 'LocationConstraint') ?? region;
  if (location !== region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `create the bucket in ${region}, got ${location}`,
    );
  }
  if (!buckets.create(request.bucket)) {
    throw new S3Error('BucketAlreadyOwnedByYou', `the bucket "${request.bucket}" exists already`);
  }
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

/** HeadBucket: that the bucket exists is known by now. */
export const headBucket: Operation = (_request, { region }) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': region },
});

/** GetBucketLocation, which is empty for us-east-1. */
export const getBucketLocation: Operation = (_request, { region }) =>
  toXmlReply('LocationConstraint', region === 'us-east-1' ? '' : region);

/** GetBucketVersioning: always on. */
export const getBucketVersioning: Operation = () =>
  toXmlReply('VersioningConfiguration', { Status: 'Enabled' });

/** PutBucketVersioning: it is always on, so nothing else can be asked for. */
export const putBucketVersioning: Operation = async (request) => {
  const status = readText(await receiveText(request), 'Status');
  if (status === 'Enabled') return { status: 200 };
  throw new S3Error('NotImplemented', `set Status to Enabled: versioning is always on here, got "${status}"`);
};
