import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * How long AWS may keep us waiting, in milliseconds: for a connection, and for the beginning of an answer. The
 * SDK makes three attempts, so that a call which hangs ends before its deadline.
 */
export const patience = {
  connectionTimeout: 1_000,
  // Not `socketTimeout`: that one cannot be longer for a copy, which is silent while S3 works.
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/** For a request whose answer takes as long as S3 works: only the deadline ends it. */
export const untilDeadline = { requestTimeout: 0 };

/** Creates a client of S3 that begins again when nobody answers. */
export function createS3Client(config: S3ClientConfig = {}): S3Client {
  return new S3Client({ requestHandler: patience, ...config });
}
