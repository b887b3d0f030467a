import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import type { FileStore } from '../../lambda/files/file-store.ts';
import { startS3Server } from '../../local/s3/server.ts';

/** The deployed file store, on an S3 server in this process. */
export interface LocalS3 {
  /** Opens an empty root. */
  open(): FileStore;
  close(): Promise<void>;
}

/** Starts an S3 server with an empty bucket. */
export async function startLocalS3(): Promise<LocalS3> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
  const directory = await mkdtemp(join(tmpdir(), 'local-s3-'));
  const server = await startS3Server({ directory, credentials });
  await server.createBucket('bucket');
  const client = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  let roots = 0;
  return {
    open() {
      roots += 1;
      return createS3FileStore({ client, bucket: 'bucket', prefix: `files/root-${roots}/` });
    },
    async close() {
      client.destroy();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
