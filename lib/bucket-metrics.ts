import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { requestMetricsId } from './file-bucket.ts';

/** What S3 counts of the requests to a bucket. */
export interface BucketMetrics {
  of(
    name: '4xxErrors' | '5xxErrors' | 'AllRequests' | 'FirstByteLatency',
    statistic: string,
    period: Duration,
  ): Metric;
}

/** Reads the metrics of a bucket whose requests are counted. */
export function createBucketMetrics(bucket: Bucket): BucketMetrics {
  return {
    of: (metricName, statistic, period) =>
      new Metric({
        namespace: 'AWS/S3',
        metricName,
        dimensionsMap: { BucketName: bucket.bucketName, FilterId: requestMetricsId },
        statistic,
        period,
      }),
  };
}
