import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Scope } from './key-history.ts';

/** Thrown where a restore would lose files. */
export class Unsafe extends Error {}

/**
 * Throws `Unsafe` unless the bucket keeps versions, and still has all that were the latest at the point in time:
 * a version that has expired would look as if it had never existed, and its key would be deleted.
 */
export async function requireSafe(scope: Scope, now: Date): Promise<void> {
  const { client, bucket, to } = scope;
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  if (Status !== 'Enabled') {
    throw new Unsafe(`turn on the versioning of ${bucket}: without it a restore overwrites for good`);
  }
  const days = Math.min(...(await readRules(scope)).map((rule) => findDays(rule, scope.prefix)));
  const oldest = now.getTime() - days * 24 * 3_600_000;
  if (to.getTime() >= oldest) return;
  throw new Unsafe(
    `set --to to ${new Date(oldest).toISOString()} or later: ${bucket} keeps replaced versions for ${days} days`,
  );
}

async function readRules({ client, bucket }: Scope): Promise<readonly LifecycleRule[]> {
  try {
    const input = { Bucket: bucket };
    return (await client.send(new GetBucketLifecycleConfigurationCommand(input))).Rules ?? [];
  } catch (error) {
    // A server other than Amazon's without such rules never lets a version expire.
    const without = ['NoSuchLifecycleConfiguration', 'NotImplemented'];
    if (error instanceof S3ServiceException && without.includes(error.name)) return [];
    throw error;
  }
}

/** For how many days a rule keeps a version below the prefix after it was replaced. */
function findDays(
  { Status, Filter, Prefix, NoncurrentVersionExpiration }: LifecycleRule,
  prefix: string,
): number {
  const days = NoncurrentVersionExpiration?.NoncurrentDays;
  if (Status !== 'Enabled' || days === undefined) return Number.POSITIVE_INFINITY;
  const start = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
  return start.startsWith(prefix) || prefix.startsWith(start) ? days : Number.POSITIVE_INFINITY;
}
