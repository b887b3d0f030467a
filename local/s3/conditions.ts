import type { Guard, StoredObject } from './object-store.ts';
import type { RequestHeaders } from './request-headers.ts';
import { S3Error } from './s3-error.ts';

/**
 * Judges the conditions of a read or, with a prefix, those on the source of a copy. `If-Match` outranks
 * `If-Unmodified-Since`, and `If-None-Match` outranks `If-Modified-Since`; an invalid date is ignored.
 * Source: RFC 9110 section 13.2.2.
 */
export function judgeRead(
  headers: RequestHeaders,
  { content, modified }: StoredObject,
  prefix = '',
): 'read' | 'unmodified' | 'failed' {
  const match = headers[`${prefix}if-match`];
  const unmodifiedSince = Date.parse(headers[`${prefix}if-unmodified-since`] ?? '');
  const fails = match === undefined ? modified.getTime() > unmodifiedSince : !matches(match, content.etag);
  if (fails) return 'failed';

  const noneMatch = headers[`${prefix}if-none-match`];
  const modifiedSince = Date.parse(headers[`${prefix}if-modified-since`] ?? '');
  const isKnown =
    noneMatch === undefined ? modified.getTime() <= modifiedSince : matches(noneMatch, content.etag);
  return isKnown ? 'unmodified' : 'read';
}

/**
 * The guard of a write or delete with `If-Match` or `If-None-Match: *`. A delete marker counts as no object:
 * `If-Match` then fails as `NoSuchKey`; everything else fails as `PreconditionFailed`.
 * Source: Amazon S3 user guide, "Conditional writes" and "Conditional deletes".
 */
export function toGuard({ 'if-match': match, 'if-none-match': noneMatch }: RequestHeaders): Guard {
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', `write with if-none-match: *, S3 offers no other, got ${noneMatch}`);
  }
  return (latest) => {
    const current = latest?.content;
    if (noneMatch !== undefined && current) throw failedPrecondition('if-none-match');
    if (match === undefined) return;
    if (!current) throw new S3Error('NoSuchKey', 'if-match found no object at this key');
    if (!matches(match, current.etag)) throw failedPrecondition('if-match');
  };
}

/** The `412` that names the condition that did not hold. */
export function failedPrecondition(condition: string): S3Error {
  return new S3Error('PreconditionFailed', `at least one of the preconditions did not hold: ${condition}`);
}

function matches(condition: string, etag: string): boolean {
  const candidates = condition.split(',').map((candidate) => candidate.trim());
  // It matches everything only without quotes (RFC 9110 section 13.1.1).
  if (candidates.includes('*')) return true;
  return candidates.some((candidate) => candidate.replace(/^(?:W\/)?"?(.*?)"?$/, '$1') === etag);
}
