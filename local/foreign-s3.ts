import { randomUUID } from 'node:crypto';
import {
  BucketAlreadyOwnedByYou,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LocalSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';

/**
 * Creates the bucket on an S3 server that somebody else runs, and checks that the tools can keep their promises there:
 * the bucket is versioned, so that nothing a tool does removes a file for good, and copies obey their conditions, so
 * that no copy, move or restore overwrites what its caller has not seen. Throws `StartFailure` where they do not hold.
 */
export async function prepareBucket(
  endpoint: string,
  bucket: string,
  credentials: LocalSettings['credentials'],
): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  try {
    await createBucket(client, endpoint, bucket);
    await requireVersioning(client, endpoint, bucket);
    await requireConditionalCopies(client, endpoint, bucket);
  } finally {
    client.destroy();
  }
}

async function createBucket(client: S3Client, endpoint: string, bucket: string): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((cause: Error) => {
    if (cause instanceof BucketAlreadyOwnedByYou) return;
    throw new StartFailure(
      'set S3_ENDPOINT to an S3 server that answers, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to its keys: ' +
        `${endpoint} made no bucket (${cause.message || cause.name})`,
      { cause },
    );
  });
}

async function requireVersioning(client: S3Client, endpoint: string, bucket: string): Promise<void> {
  try {
    const read = () => client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    if ((await read()).Status === 'Enabled') return;
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    const { Status } = await read();
    if (Status !== 'Enabled') throw new Error(`its versioning is ${Status ?? 'off'} after it was turned on`);
  } catch (cause) {
    throw new StartFailure(
      `set S3_ENDPOINT to an S3 server whose buckets can be versioned: without versions a deleted or overwritten ` +
        `file is gone for good (the bucket "${bucket}" at ${endpoint}: ${toReason(cause)})`,
      { cause },
    );
  }
}

/** Copies onto an object under conditions that do not hold. A server that copies anyway ignores conditions. */
async function requireConditionalCopies(client: S3Client, endpoint: string, bucket: string): Promise<void> {
  const keys = ['source', 'target'].map((name) => `.conditional-copy-${randomUUID()}/${name}`);
  const [source = '', target = ''] = keys;
  const made: { readonly Key: string; readonly VersionId: string | undefined }[] = [];
  try {
    for (const Key of keys) {
      const { VersionId } = await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
      made.push({ Key, VersionId });
    }
    const copy = { Bucket: bucket, Key: target, CopySource: `${bucket}/${source}` };
    for (const condition of [{ IfNoneMatch: '*' }, { IfMatch: '"00000000000000000000000000000000"' }]) {
      const answer = await client.send(new CopyObjectCommand({ ...copy, ...condition })).catch(toRefusal);
      if (answer === 'refused') continue;
      made.push({ Key: target, VersionId: answer.VersionId });
      const [name] = Object.keys(condition);
      throw new StartFailure(
        `set S3_ENDPOINT to an S3 server whose CopyObject obeys IfNoneMatch and IfMatch on its target: ${endpoint} ` +
          `ignores ${name}, so copy_file, move_file and restore_file would overwrite files without a word`,
      );
    }
  } finally {
    for (const { Key, VersionId } of made) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    }
  }
}

/** A condition that does not hold is answered with 412; anything else is a failure of its own. */
function toRefusal(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): 'refused' {
  if (error.$metadata?.httpStatusCode === 412) return 'refused';
  throw error;
}

function toReason(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
