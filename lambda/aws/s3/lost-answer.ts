import { S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import type { FileFacts, FileStore, FileVersion, WriteCondition } from '../../files/file-store.ts';
import { headObject, type ObjectHead, toFacts } from './head.ts';
import type { Location } from './location.ts';

/*
 * S3 may do what was asked and the answer be lost. The SDK then asks again, and a condition fails because of our
 * own first request. Who wrote what is there is told by a random name in the metadata of each write: it costs no
 * request and no right, and an etag cannot tell, as two writers may write the same, and under KMS the same has
 * another etag each time. A copy keeps the name, which there stands for the content.
 */

/** Stands after `x-amz-meta-`. */
const nameOfWrite = 'write-id';

/** How many of the newest versions are searched for what was written or deleted. */
const maxVersions = 20;

/** The metadata of an object that is written under this name. */
export function toMetadata(writeId: string): Record<string, string> {
  return { [nameOfWrite]: writeId };
}

/** Tells whether S3 refused a request that was sent before, so that the first one may have been done. */
export function wasRepeated(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.$metadata.attempts ?? 1) > 1;
}

/** What is looked for among the versions of a file. */
interface Search {
  readonly path: FilePath;
  readonly listVersions: FileStore['listVersions'];
  readonly signal: AbortSignal;
}

/** Finds what was written under a name, even if somebody has written over it. */
export async function findWritten(
  location: Location,
  { writeId, size, condition }: { writeId: string; size: number; condition: WriteCondition },
  { path, listVersions, signal }: Search,
): Promise<FileFacts | undefined> {
  const { versions } = await listVersions(path, { limit: maxVersions, signal });
  for (const version of versions) {
    if (!version.isDeletion && version.size === size) {
      const head = await headObject(location, path, { versionId: version.versionId, signal });
      if (head.Metadata?.[nameOfWrite] === writeId) return toFacts(path, head);
    }
    // What the write was to replace is older than the write.
    if (condition.kind === 'match' && version.etag === condition.etag) return undefined;
  }
  return undefined;
}

/** Finds the deletion that hides the content with this etag. */
export async function findDeletion(
  etag: string,
  { path, listVersions, signal }: Search,
): Promise<FileVersion | undefined> {
  const { versions } = await listVersions(path, { limit: maxVersions, signal });
  const hidden = versions.findIndex((version) => !version.isDeletion && version.etag === etag);
  const newer = hidden < 1 ? undefined : versions[hidden - 1];
  return newer?.isDeletion ? newer : undefined;
}

/** Tells whether one object has the content of another; undefined where that is not known without reading both. */
export function hasSameContent(one: ObjectHead, other: ObjectHead): boolean | undefined {
  if (one.ContentLength !== other.ContentLength) return false;
  const [name, otherName] = [one, other].map(({ Metadata }) => Metadata?.[nameOfWrite]);
  if (name !== undefined || otherName !== undefined) return name === otherName;
  return one.ETag === other.ETag ? true : undefined;
}
