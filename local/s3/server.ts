import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest } from './answer.ts';
import { createBucketStore } from './bucket-store.ts';
import { openDatabase } from './database.ts';
import { openObjectFiles } from './object-files.ts';
import { createObjectStore } from './object-store.ts';
import { runOperation } from './operations.ts';
import { readRequest } from './request.ts';
import { type Credentials, requireSignature } from './signature.ts';
import { createUploadStore } from './upload-store.ts';

/** A running local S3 server. */
export type S3Server = {
  /** Its endpoint, path-style addressing only. */
  url: string;
  /** Makes a bucket unless it is there. Every bucket is versioned. */
  createBucket(name: string): Promise<void>;
  /** Cuts open connections off and gives the port and the directory back. */
  close(): Promise<void>;
};

/**
 * Serves a subset of Amazon S3 on 127.0.0.1, with its objects in `directory`, made when missing. What was answered
 * with success survives `kill -9`. One process may use a directory at a time.
 * Rejects with the code `EADDRINUSE` when the port is taken.
 */
export async function startS3Server(options: {
  directory: string;
  /** @default 0, any free port */
  port?: number;
  credentials: Credentials;
  /** @default us-east-1 */
  region?: string;
  /** Its clock, in milliseconds since 1970. @default Date.now */
  now?: () => number;
}): Promise<S3Server> {
  const { directory, port = 0, credentials, region = 'us-east-1', now = Date.now } = options;
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { database, storage } = openStorage(directory, region, server, now);

  const underWay = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    const answer = answerRequest(request, response, async () => {
      const s3Request = readRequest(request);
      requireSignature(request, credentials, region, now);
      return runOperation(s3Request, storage);
    });
    underWay.add(answer);
    void answer.finally(() => underWay.delete(answer));
  });

  return {
    // A TCP server has an AddressInfo; only a pipe has a string.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async createBucket(name) {
      storage.buckets.create(name);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, ...underWay]);
      database.close();
    },
  };
}

function openStorage(directory: string, region: string, server: Server, now: () => number) {
  try {
    mkdirSync(directory, { recursive: true });
    const database = openDatabase(directory);
    const storage = {
      region,
      buckets: createBucketStore(database),
      objects: createObjectStore(database, now),
      uploads: createUploadStore(database),
      files: openObjectFiles(directory),
    };
    return { database, storage };
  } catch (error) {
    server.close();
    throw error;
  }
}
