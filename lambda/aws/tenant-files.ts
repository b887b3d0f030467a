import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { FileStore } from '../files/file-store.ts';
import { createS3Client, patience } from './s3/client.ts';
import { createS3FileStore } from './s3/file-store.ts';
import type { Location } from './s3/location.ts';
import { toSessionPolicy } from './session-policy.ts';

/** Where the files of all callers are, and the role that reaches them. */
export interface TenantFilesOptions {
  readonly roleArn: string;
  readonly bucket: string;
  /** What every key begins with, before the root of its owner; ends with a slash. */
  readonly prefix: string;
  readonly createStore?: (location: Location) => FileStore;
  readonly sts?: STSClient;
  /** Its region and its connections are used for all roots. */
  readonly s3?: S3Client;
}

/** How long a session lasts, in seconds: the most that STS allows to a role that assumes another one. */
const sessionSeconds = 3_600;

/** How many roots are kept open at once; each takes 25 KB. */
const maxRoots = 500;

/**
 * Opens roots. Each root has its own credentials, which reach no other: a session of the tenant role whose policy
 * names the root's prefix. There is one session for each root. It is kept as long as the execution environment, and
 * renewed five minutes before it ends. A call of the store fails with STS's error when it gets no session.
 */
export function createTenantFiles(options: TenantFilesOptions): (root: string) => FileStore {
  const { roleArn, bucket, prefix, createStore = createS3FileStore } = options;
  const { sts = new STSClient({ requestHandler: patience }), s3 = createS3Client() } = options;
  const opened = new Map<string, FileStore>();

  async function assumeRole(root: string) {
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      // CloudTrail shows this name beside every call. Whoever knows the root can recognize it.
      RoleSessionName: `mcp-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`,
      Policy: toSessionPolicy(roleArn, bucket, `${prefix}${root}`),
      DurationSeconds: sessionSeconds,
    });
    const { Credentials } = await sts.send(command);
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
      expiration: Credentials?.Expiration ?? new Date(0),
    };
  }

  function open(root: string): FileStore {
    // The SDK keeps the credentials, renews them in time, and asks once however many calls wait for them.
    const client = createS3Client({
      credentials: () => assumeRole(root),
      region: s3.config.region,
      requestHandler: s3.config.requestHandler,
    });
    return renewForUrls(createStore({ client, bucket, prefix: `${prefix}${root}` }), client);
  }

  return (root) => {
    const files = opened.get(root) ?? open(root);
    // The root that was opened last goes to the end, so the first one is the least recently used.
    opened.delete(root);
    opened.set(root, files);
    const [oldest] = opened.keys();
    if (opened.size > maxRoots && oldest !== undefined) opened.delete(oldest);
    return files;
  };
}

/**
 * A presigned URL ends with the session that signed it, whatever expiry it states. So a short session is renewed
 * first.
 */
function renewForUrls(files: FileStore, { config }: S3Client): FileStore {
  async function requireSession(seconds: number): Promise<void> {
    const { expiration = new Date(0) } = await config.credentials();
    const isShort = expiration.getTime() - Date.now() < seconds * 1000;
    if (isShort) await config.credentials({ forceRefresh: true });
  }

  return {
    ...files,
    async createDownloadUrl(path, options) {
      await requireSession(options.expiresInSeconds);
      return files.createDownloadUrl(path, options);
    },
    async createUploadUrl(path, options) {
      await requireSession(options.expiresInSeconds);
      return files.createUploadUrl(path, options);
    },
  };
}
