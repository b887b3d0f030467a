import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/** What the bucket of the files is made from. */
export interface FileBucketProps {
  /** @default - a key that S3 manages */
  readonly key?: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetentionDays: number;
}

/** The id under which CloudWatch counts the requests to the whole bucket. */
export const requestMetricsId = 'EntireBucket';

/**
 * The bucket of the files. Every version is kept for 90 days after it was replaced, so that a write by an
 * agent can be undone. Requests are counted, and logged in a second bucket, because requests by
 * presigned URL pass no function.
 */
export class FileBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, removalPolicy, logRetentionDays }: FileBucketProps) {
    super(scope, id);
    // Access lists, the CDK's default for log delivery, are off in both buckets.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    const closed = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy,
    } satisfies BucketProps;
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(logRetentionDays) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      versioned: true,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      // Only exactOptionalPropertyTypes tells the CDK's class and its interface apart.
      serverAccessLogsBucket: accessLogs as IBucket,
      metrics: [{ id: requestMetricsId }],
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
  }
}
