import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { type S3Server, startS3Server } from '../../../local/s3/server.ts';

export const credentials = { accessKeyId: 'local-key', secretAccessKey: 'local-secret' };
export const bucket = 'files';

/** A store in a directory of its own with one bucket, and the AWS client for it, which tries everything once. */
export type RunningStore = { server: S3Server; client: S3Client; directory: string; stop(): Promise<void> };

/** Starts a store on a fresh directory, or on one that `fill` has prepared. */
export async function startStore(fill: (directory: string) => void = () => {}): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), 's3-store-'));
  fill(directory);
  const server = await startS3Server({ directory, credentials });
  await server.createBucket(bucket);
  const client = createClient(server.url);
  return {
    server,
    client,
    directory,
    async stop() {
      client.destroy();
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export function createClient(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** What the wire said of a call that must fail: status and S3 code. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number | undefined; code: string }> {
  try {
    await call;
  } catch (error) {
    // The client throws nothing else for an answer that is an error.
    const { $metadata, name } = error as S3ServiceException;
    return { status: $metadata.httpStatusCode, code: name };
  }
  throw new Error('the call succeeded, it must be refused');
}

/** Waits at most five seconds for something that no answer tells. */
export async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500 && !holds(); attempt++) await setTimeout(10);
  if (!holds()) throw new Error(`this never came to hold: ${holds}`);
}
