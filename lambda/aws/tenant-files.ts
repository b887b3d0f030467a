import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { FileStore } from '../files/file-store.ts';
import { createS3Client, patience } from './s3/client.ts';
import { createS3FileStore } from './s3/file-store.ts';
import type { Location } from './s3/location.ts';
import { toSessionPolicy } from './session-policy.ts';

/** Where the files of all callers are, and the role under which they are used. */
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

/** How long a session lasts, in seconds: the most that STS gives to a role that takes on another one. */
const sessionSeconds = 3_600;

/** How many roots are kept open at once; each takes 25 KB. */
const maxRoots = 500;

/**
 * Opens roots, each under credentials of its own that reach no other: a session of the tenant role whose policy
 * names the root's prefix. Sessions are kept as long as the execution environment, one for each root, and
 * renewed five minutes before they end. A call of the store fails with STS's error when it gets no session.
 */
export function createTenantFiles(options: TenantFilesOptions): (root: string) => FileStore {
  const { roleArn, bucket, prefix, createStore = createS3FileStore } = options;
  const { sts = new STSClient({ requestHandler: patience }), s3 = createS3Client() } = options;
  const opened = new Map<string, FileStore>();

  async function assumeRole(root: string) {
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      // Stands in CloudTrail beside every call, and names the root to whoever knows it.
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
    // What was opened last stands last, so that the first is the one that was not used for longest.
    opened.delete(root);
    opened.set(root, files);
    const [oldest] = opened.keys();
    if (opened.size > maxRoots && oldest !== undefined) opened.delete(oldest);
    return files;
  };
}

/** A presigned URL ends with the session that signed it, whatever it says itself, so that one is renewed first. */
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
