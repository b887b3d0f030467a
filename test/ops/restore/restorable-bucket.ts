import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { runRestore } from '../../../ops/restore/restore.ts';
import { bucket, type RunningStore, startStore } from '../../local/s3/running-store.ts';

/** What the restores of the tests bring back. */
export const prefix = 'files/shared/notes/';

/** What a restore printed and how it left. */
interface Run {
  readonly exitCode: number;
  /** The first line. */
  readonly title: string | undefined;
  readonly lines: readonly string[];
  readonly summary: string | undefined;
}

/** A versioned bucket on an S3 server of its own, and what people do with it. */
export type RestorableBucket = Awaited<ReturnType<typeof startBucket>>;

/** Starts the bucket; whoever does stops `store`. */
export async function startBucket() {
  const store: RunningStore = await startStore();
  const { client } = store;

  return {
    store,

    async put(key: string, content: string) {
      const input = { Bucket: bucket, Key: key, Body: content, ContentType: 'text/markdown' };
      await client.send(new PutObjectCommand(input));
    },

    async remove(key: string) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },

    async read(key: string): Promise<string | undefined> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body?.transformToString();
    },

    /** Key and etag of every present file. */
    async listFiles(): Promise<Record<string, string | undefined>> {
      const files: Record<string, string | undefined> = {};
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
        for (const { Key = '', ETag } of Contents) files[Key] = ETag;
      }
      return files;
    },

    /** The ids of every version and delete marker. */
    async listVersionIds(): Promise<readonly string[]> {
      const ids: string[] = [];
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
      while (markers) {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, ...markers }),
        );
        const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
        for (const { VersionId = '' } of [...Versions, ...DeleteMarkers]) ids.push(VersionId);
        markers = IsTruncated
          ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker }
          : undefined;
      }
      return ids;
    },

    async restore(to: string, ...options: readonly string[]): Promise<Run> {
      const lines: string[] = [];
      const words = ['--bucket', bucket, '--prefix', prefix, '--to', to, ...options];
      const exitCode = await runRestore(words, {
        createClient: () => client,
        now: new Date(),
        print: (line) => void lines.push(line),
        complain: (line) => void lines.push(line),
      });
      return { exitCode, title: lines[0], lines: lines.slice(1, -1), summary: lines.at(-1) };
    },
  };
}

/** Lets a point in time pass between what was and what will be written, and answers it: S3 tells whole seconds. */
export async function passTime(): Promise<string> {
  const second = Math.floor(Date.now() / 1000) * 1000;
  // A timer may fire a little early.
  while (Date.now() < second + 1000) await sleep(second + 1000 - Date.now());
  return new Date(second).toISOString();
}
