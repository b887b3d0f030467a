import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** Which files may be used, and how. */
export interface FilePermissions {
  readonly bucket: Pick<IBucket, 'bucketArn' | 'arnForObjects'>;
  /** What every key begins with; ends with a slash. */
  readonly prefix: string;
  /** @default - the bucket's key is managed by S3, which asks for no permission */
  readonly key?: IKey | undefined;
  /** Whether files may be deleted; a version never. */
  readonly deletion: boolean;
}

/**
 * What the tools do to the bucket, action by action, below the prefix only. No version can be deleted: what
 * the tools delete or overwrite can be brought back.
 */
export function toFileStatements({
  bucket,
  prefix,
  key,
  deletion,
}: FilePermissions): readonly PolicyStatement[] {
  const files = new PolicyStatement({
    actions: [
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      ...(deletion ? ['s3:DeleteObject'] : []),
    ],
    resources: [bucket.arnForObjects(`${prefix}*`)],
  });
  // Also lets S3 say that a key is missing, where it would otherwise only deny access.
  const listing = new PolicyStatement({
    actions: ['s3:ListBucket', 's3:ListBucketVersions'],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
  });
  if (!key) return [files, listing];
  return [
    files,
    listing,
    new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
  ];
}
