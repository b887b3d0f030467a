import { NoSuchKey, NotFound, S3ServiceException } from '@aws-sdk/client-s3';
import type { FilePath } from '../../files/file-path.ts';
import { FileStoreError, type FileStoreFailure, type WriteCondition } from '../../files/file-store.ts';
import type { Refusal } from './change.ts';
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

/** Tells whether S3 refused because a condition did not hold, or because another write was under way. */
export function isFailedCondition(error: unknown): error is S3ServiceException {
  if (!(error instanceof S3ServiceException)) return false;
  return error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict';
}

/** Tells whether S3 found no object. S3 also refuses an `If-Match` this way. */
export function isMissing(error: unknown): error is S3ServiceException {
  return error instanceof NoSuchKey || error instanceof NotFound;
}

/**
 * Explains a failed condition by what is there now. If the condition would hold now, the reason has gone: somebody
 * deleted what was in the way, brought back what was demanded, or began a write and did not finish it.
 */
export async function explainCondition(
  location: Location,
  path: FilePath,
  condition: WriteCondition,
  { signal, cause }: { readonly signal: AbortSignal; readonly cause: unknown },
): Promise<Refusal> {
  const { ETag: etag, VersionId: versionId } = (await findObject(location, path, signal)) ?? {};
  const fail = (failure: FileStoreFailure) => new FileStoreError(failure, { cause });
  const conflict = fail({ code: 'conflict', path, ...(etag !== undefined && { etag, versionId }) });
  switch (condition.kind) {
    case 'none':
      return { error: conflict, stands: false };
    case 'match':
      if (etag === undefined) return { error: fail({ code: 'not_found', path }), stands: true };
      return { error: conflict, stands: etag !== condition.etag };
    case 'absent':
      if (etag === undefined) return { error: conflict, stands: false };
      return { error: fail({ code: 'already_exists', path, etag, versionId }), stands: true };
  }
}
