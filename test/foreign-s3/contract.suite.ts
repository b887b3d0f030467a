import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { describeFileStore } from '../lambda/files/file-store.contract.ts';

// `servers.test.ts` runs this file once for each S3 server, whose address it puts into the environment.
const { FOREIGN_S3_ENDPOINT: endpoint = '' } = process.env;
const credentials = { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };
const bucket = `contract-${randomUUID()}`;

let client: S3Client;

beforeAll(async () => {
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
});

afterAll(() => client.destroy());

const open = async () => {
  const prefix = `files/${randomUUID()}`;
  return {
    store: createS3FileStore({ client, bucket, prefix: `${prefix}/` }),
    neighbour: createS3FileStore({ client, bucket, prefix: `${prefix}-next/` }),
    async putRaw(key: string, content: string) {
      const Body = new TextEncoder().encode(content);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body }));
    },
  };
};

describeFileStore('another S3 server', open, { cannot: ['lose answers'] });
