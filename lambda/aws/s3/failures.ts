import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { type FileAction, FileStoreError, type FileStoreFailure } from '../../files/file-store.ts';
import { type Location, toKey, toKeyPrefix } from './location.ts';

/** What was asked, and of which file. */
export interface Asked {
  readonly path: FilePath;
  readonly versionId?: string | undefined;
  readonly action: FileAction;
  readonly signal: AbortSignal;
}

/**
 * Translates an error of S3 into a failure of the port. An error that it does not know is an outage and comes back
 * unchanged. Only a failed call costs a request: to tell a directory from nothing, and a denied file from a missing
 * one.
 */
export async function toFailure(error: unknown, location: Location, asked: Asked): Promise<unknown> {
  const failure = await findFailure(error, location, asked).catch((cause: unknown) => {
    // The answer to a HEAD does not name the error. What is asked next does.
    if (isOfClock(cause)) return { code: 'wrong_clock', path: asked.path } as const;
    throw cause;
  });
  return failure === undefined ? error : new FileStoreError(failure, { cause: error });
}

async function findFailure(
  error: unknown,
  location: Location,
  asked: Asked,
): Promise<FileStoreFailure | undefined> {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { path, versionId, action } = asked;
  if (isOfClock(error)) return { code: 'wrong_clock', path };
  const { name, $metadata } = error;
  if (name === 'InvalidObjectState' || name === 'ObjectNotInActiveTierError')
    return { code: 'archived', path };
  if (versionId !== undefined && $metadata.httpStatusCode === 405) {
    return { code: 'is_deletion', path, versionId };
  }
  if (versionId !== undefined && isUnknownVersion(error)) return { code: 'no_such_version', path, versionId };
  const isMissing = error instanceof NoSuchKey || error instanceof NotFound;
  if (isMissing || (isDenied(error) && isReading(action) && !(await exists(location, asked)))) {
    if (versionId !== undefined) return { code: 'no_such_version', path, versionId };
    return { code: (await isDirectory(location, asked)) ? 'is_directory' : 'not_found', path };
  }
  return isDenied(error) ? { code: 'denied', path, action } : undefined;
}

/** The answer to a HEAD has no body that could name the error, so the SDK knows only its status. */
function isUnknownVersion({ name, $metadata }: S3ServiceException): boolean {
  if (name === 'NoSuchVersion' || name === 'InvalidArgument' || name === 'NotFound') return true;
  return name === 'Unknown' && $metadata.httpStatusCode === 400;
}

/** Tells whether S3 refused because the server may not do what was asked. */
export function isDenied(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403 && !isOfClock(error);
}

/**
 * Tells whether S3 refused because our clock is more than 15 minutes off, before it did anything (Amazon S3 API, error
 * responses). The SDK learns the right time from such an answer, so the next request usually goes through.
 */
export function isOfClock(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'RequestTimeTooSkewed';
}

/** Only where S3 reads does it report a missing key to a caller that may list, and deny access to any other caller. */
function isReading(action: FileAction): boolean {
  return action === 'read' || action === 'copy';
}

/**
 * Tells whether a file exists after access to it was denied. S3 reports a missing key only to a caller that may list.
 * Whether the right to list this prefix is enough is not documented, so we look ourselves.
 */
async function exists(location: Location, asked: Asked): Promise<boolean> {
  try {
    return await isListed(location, asked);
  } catch (error) {
    // A caller that may not list either does not learn that something is missing.
    if (isDenied(error)) return true;
    throw error;
  }
}

async function isListed(location: Location, { path, versionId, signal }: Asked): Promise<boolean> {
  const key = toKey(location, path);
  const input = { Bucket: location.bucket, Prefix: key };
  if (versionId === undefined) {
    const command = new ListObjectsV2Command({ ...input, MaxKeys: 1 });
    const page = await location.client.send(command, { abortSignal: signal });
    return page.Contents?.[0]?.Key === key;
  }
  const page = await location.client.send(new ListObjectVersionsCommand(input), { abortSignal: signal });
  const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
  return versions.some(({ Key, VersionId }) => Key === key && VersionId === versionId);
}

/** S3 has no directories. What looks like one is a prefix that keys share. */
async function isDirectory(location: Location, { path, signal }: Asked): Promise<boolean> {
  const input = { Bucket: location.bucket, Prefix: toKeyPrefix(location, path), MaxKeys: 1 };
  const page = await location.client.send(new ListObjectsV2Command(input), { abortSignal: signal });
  return (page.KeyCount ?? 0) > 0;
}
