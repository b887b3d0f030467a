import type { S3Client } from '@aws-sdk/client-s3';
import type { DirectoryPath, FilePath } from '../../files/file-path.ts';

/** The part of a bucket that one file store sees. */
export interface Location {
  readonly client: S3Client;
  readonly bucket: string;
  /** Every key begins with this prefix, which ends with `/`. The function's role reaches no other key. */
  readonly prefix: string;
}

/** The key of a file. */
export function toKey({ prefix }: Location, path: FilePath): string {
  return `${prefix}${path}`;
}

/** What the keys of everything in a directory begin with. */
export function toKeyPrefix({ prefix }: Location, directory: DirectoryPath | FilePath): string {
  return directory === '' ? prefix : `${prefix}${directory}/`;
}
