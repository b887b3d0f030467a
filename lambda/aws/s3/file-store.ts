import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DirectoryPath, FilePath } from '../files/file-path.ts';
import { type DirectoryEntry, type FileStore, FileStoreError } from '../files/file-store.ts';

/** Where the files are. */
export interface S3FileStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Every key begins with it; ends with `/`. The function's role reaches no other key. */
  readonly prefix: string;
}

/** Creates the file store on one prefix of an S3 bucket. */
export function createS3FileStore({ client, bucket, prefix }: S3FileStoreOptions): FileStore {
  const toKey = (path: FilePath) => `${prefix}${path}`;
  const toPrefix = (directory: DirectoryPath) => (directory === '' ? prefix : `${prefix}${directory}/`);

  /** S3 knows no directories: what looks like one is a prefix that other keys share. */
  async function isDirectory(path: FilePath, signal: AbortSignal): Promise<boolean> {
    const input = { Bucket: bucket, Prefix: `${toKey(path)}/`, MaxKeys: 1 };
    const page = await client.send(new ListObjectsV2Command(input), { abortSignal: signal });
    return (page.KeyCount ?? 0) > 0;
  }

  return {
    async read(path, { maxBytes, signal }) {
      const input = { Bucket: bucket, Key: toKey(path) };
      const object = await client
        .send(new GetObjectCommand(input), { abortSignal: signal })
        .catch(async (cause: unknown) => {
          if (!(cause instanceof NoSuchKey)) throw cause;
          const code = (await isDirectory(path, signal)) ? 'is_directory' : 'not_found';
          throw new FileStoreError({ code, path }, { cause });
        });
      const size = object.ContentLength ?? 0;
      if (size > maxBytes) {
        // Not read: ends the download instead of carrying a large file through memory.
        await object.Body?.transformToWebStream().cancel();
        throw new FileStoreError({ code: 'too_large', path, size, maxBytes });
      }
      return {
        path,
        size,
        etag: object.ETag ?? '',
        modified: object.LastModified ?? new Date(0),
        mediaType: object.ContentType ?? 'application/octet-stream',
        ...(object.VersionId !== undefined && { versionId: object.VersionId }),
        content: (await object.Body?.transformToByteArray()) ?? new Uint8Array(),
      };
    },

    async write(path, content, { mediaType, signal }) {
      const input = { Bucket: bucket, Key: toKey(path), Body: content, ContentType: mediaType };
      const written = await client.send(new PutObjectCommand(input), { abortSignal: signal });
      return {
        path,
        size: content.length,
        etag: written.ETag ?? '',
        modified: new Date(),
        mediaType,
        ...(written.VersionId !== undefined && { versionId: written.VersionId }),
      };
    },

    async list(directory, { limit, signal }) {
      const base = toPrefix(directory);
      const input = { Bucket: bucket, Prefix: base, Delimiter: '/', MaxKeys: limit };
      const page = await client.send(new ListObjectsV2Command(input), { abortSignal: signal });
      const directories = (page.CommonPrefixes ?? []).map(
        ({ Prefix = base }): DirectoryEntry => ({ kind: 'directory', name: Prefix.slice(base.length, -1) }),
      );
      const files = (page.Contents ?? [])
        // A key that equals the prefix is the empty marker that some tools write for a directory.
        .filter(({ Key }) => Key !== base)
        .map(
          ({ Key = base, Size = 0, ETag = '', LastModified = new Date(0) }): DirectoryEntry => ({
            kind: 'file',
            name: Key.slice(base.length),
            size: Size,
            etag: ETag,
            modified: LastModified,
          }),
        );
      const entries = [...directories, ...files].sort(byNameBytes);
      return { entries, truncated: page.IsTruncated ?? false };
    },
  };
}

function byNameBytes(one: DirectoryEntry, other: DirectoryEntry): number {
  return Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));
}
