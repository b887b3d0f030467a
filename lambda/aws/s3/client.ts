import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * How long AWS may keep us waiting, in milliseconds: for a connection, and for the beginning of an answer. The SDK
 * makes three attempts at a read, so a call that hangs ends before its deadline.
 */
export const patience = {
  connectionTimeout: 1_000,
  // Not `socketTimeout`: it cannot be made longer for a copy, which is silent while S3 works.
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/** For a request that S3 answers only when its work is done: only the deadline ends it. */
export const untilDeadline = { requestTimeout: 0 };

/** Creates an S3 client that repeats a read when no answer comes. */
export function createS3Client(config: S3ClientConfig = {}): S3Client {
  return new S3Client({ requestHandler: patience, ...config });
}

/** Maps each client of this process to its twin that repeats nothing. The twin lives as long as the client. */
const once = new WeakMap<S3Client, S3Client>();

/**
 * Returns a client with the same connections and credentials that sends every request once. All changes go through
 * it: only we can check whether a request was carried out before it is repeated.
 */
export function withoutRepetition(client: S3Client): S3Client {
  const known = once.get(client);
  if (known) return known;
  const { config } = client;
  const created = new S3Client({
    region: config.region,
    credentials: config.credentials,
    forcePathStyle: config.forcePathStyle,
    requestHandler: config.requestHandler,
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    maxAttempts: 1,
  });
  once.set(client, created);
  return created;
}
