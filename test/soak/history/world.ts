import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { createS3Client } from '../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import { createTenantFiles } from '../../../lambda/aws/tenant-files.ts';
import { toRootPrefix } from '../../../lambda/files/file-root.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { startS3Server } from '../../../local/s3/server.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startIamGate } from '../../support/iam-gate.ts';
import { readHeldVersions } from './held-versions.ts';
import type { History } from './history.ts';

/** How the files of a history are kept. */
export interface WorldOptions {
  /** `user` gives each caller a root of its own. */
  readonly fileRoots: 'shared' | 'user';
  /** `iam` gives each root a session of its own at STS. */
  readonly isolation: 'iam' | 'code';
}

/** An S3 server of this process, and the way of the function to it. */
export interface World {
  readonly proxy: FaultProxy;
  /** Opens the files of a user as the function does. */
  openFiles(user: string): FileStore;
  /** Ends what is under way, and reads all versions of a user's files past all faults. */
  readVersions(user: string): Promise<History['versions']>;
  /** Requests that the policy of their session does not allow. */
  denied(): readonly string[];
  sessions(): number;
  close(): Promise<void>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const bucket = 'bucket';
const prefix = 'files/';

/** Just above the five minutes before its end at which a session is renewed, so that each lasts a second. */
const sessionSeconds = 301;

/** Starts the S3 server, a proxy for faults in front of it, and with `iam` what judges every request. */
export async function startWorld({ fileRoots, isolation }: WorldOptions): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'history-s3-'));
  const server = await startS3Server({ directory, credentials });
  await server.createBucket(bucket);
  const gate =
    isolation === 'iam' ? await startIamGate(server.url, { credentials, sessionSeconds }) : undefined;
  const proxy = await startFaultProxy(gate?.url ?? server.url);
  const settings = { region: 'us-east-1', forcePathStyle: true };
  const client = createS3Client({ ...settings, credentials, endpoint: proxy.url });
  const direct = new S3Client({ ...settings, credentials, endpoint: server.url });
  const sts = new STSClient({ region: settings.region, credentials, endpoint: gate?.url ?? server.url });
  const toRoot = (user: string) =>
    toRootPrefix(fileRoots, { kind: 'user', subject: user }, (text) =>
      createHash('sha256').update(text).digest('hex'),
    );

  const openTenant = createTenantFiles({
    roleArn: 'arn:aws:iam::123456789012:role/tenant',
    bucket,
    prefix,
    sts,
    s3: client,
    // The client of the root knows only the real S3, so its session goes to one that knows the proxy.
    createStore: (location) => {
      const session = location.client.config.credentials;
      return createS3FileStore({
        ...location,
        client: createS3Client({
          ...settings,
          credentials: session,
          endpoint: proxy.url,
          requestHandler: client.config.requestHandler,
        }),
      });
    },
  });

  return {
    proxy,
    openFiles(user) {
      const root = toRoot(user);
      if (gate) return openTenant(root);
      return createS3FileStore({ client, bucket, prefix: `${prefix}${root}` });
    },
    async readVersions(user) {
      // A request that its call abandoned must not reach S3 after the versions are read.
      client.destroy();
      return readHeldVersions({ client: direct, bucket, prefix: `${prefix}${toRoot(user)}` });
    },
    denied: () => gate?.denied ?? [],
    sessions: () => gate?.sessions() ?? 0,
    async close() {
      client.destroy();
      direct.destroy();
      sts.destroy();
      await proxy.close();
      await gate?.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
