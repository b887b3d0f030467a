import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * How long AWS may keep us waiting, in milliseconds: for a connection, and for the beginning of an answer. The
 * SDK makes three attempts at a read, so that a call which hangs ends before its deadline.
 */
export const patience = {
  connectionTimeout: 1_000,
  // Not `socketTimeout`: that one cannot be longer for a copy, which is silent while S3 works.
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/** For a request whose answer takes as long as S3 works: only the deadline ends it. */
export const untilDeadline = { requestTimeout: 0 };

/** Creates a client of S3 that repeats a read when nobody answers. */
export function createS3Client(config: S3ClientConfig = {}): S3Client {
  return new S3Client({ requestHandler: patience, ...config });
}

/** One for each client of this process; it lives as long as that one. */
const once = new WeakMap<S3Client, S3Client>();

/**
 * The same client, with the same connections and credentials, but every request is sent once. Everything that
 * changes something goes through it: only we can tell whether a request was done before it is repeated.
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
