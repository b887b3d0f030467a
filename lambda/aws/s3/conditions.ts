import { S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { FileStoreError, type FileStoreFailure, type WriteCondition } from '../../files/file-store.ts';
import { findObject } from './head.ts';
import type { Location } from './location.ts';

/** Conditional writes of S3: `If-Match` and `If-None-Match: *` of RFC 9110 section 13.1. */
export function toHeaders(condition: WriteCondition): { IfMatch?: string; IfNoneMatch?: string } {
  switch (condition.kind) {
    case 'none':
      return {};
    case 'match':
      return { IfMatch: condition.etag };
    case 'absent':
      return { IfNoneMatch: '*' };
  }
}

/** Tells whether S3 refused because a condition did not hold, or another write was under way. */
export function isFailedCondition(error: unknown): error is S3ServiceException {
  if (!(error instanceof S3ServiceException)) return false;
  return error.name === 'PreconditionFailed' || isUnderWay(error);
}

/** Tells whether S3 refused because another write was under way, which may be the same one sent before. */
export function isUnderWay({ name }: S3ServiceException): boolean {
  return name === 'ConditionalRequestConflict';
}

/** Names a failed condition by what is there now. */
export async function toConflict(
  location: Location,
  path: FilePath,
  condition: WriteCondition,
  { signal, cause }: { readonly signal: AbortSignal; readonly cause: unknown },
): Promise<unknown> {
  const etag = (await findObject(location, path, signal))?.ETag;
  const fail = (failure: FileStoreFailure) => new FileStoreError(failure, { cause });
  if (etag !== undefined) {
    return fail({ code: condition.kind === 'absent' ? 'already_exists' : 'conflict', path, etag });
  }
  // Refused for a write that was under way, and which then left nothing: to be tried again.
  return condition.kind === 'absent' ? cause : fail({ code: 'not_found', path });
}
