import { failedPrecondition, judgeRead } from './conditions.ts';
import { deletedKey, findVersion } from './find-version.ts';
import { contentHeaders, toChecksumHeaders } from './object-headers.ts';
import type { StoredObject } from './object-store.ts';
import type { Operation } from './operation.ts';
import { readRange } from './range.ts';
import { requireHeaderValue } from './request.ts';
import { S3Error } from './s3-error.ts';

/** The parameters that replace a header of the answer. */
export const responseParameters = contentHeaders.map((name) => `response-${name}`);

/** GetObject and HeadObject, which differ in the body only. */
export const getObject: Operation = ({ method, bucket, key, query, headers }, { objects, files }) => {
  const version = findVersion(objects, bucket, key, query.get('versionId'));
  if (version.content === undefined) {
    if (!query.has('versionId')) throw deletedKey(version);
    throw new S3Error('MethodNotAllowed', 'a delete marker can only be deleted', {
      allow: 'DELETE',
      'last-modified': version.modified.toUTCString(),
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': version.versionId,
    });
  }

  const verdict = judgeRead(headers, version);
  if (verdict === 'failed') throw failedPrecondition('if-match or if-unmodified-since');
  if (verdict === 'unmodified') return { status: 304, headers: toStateHeaders(version) };

  const { size, file, checksum } = version.content;
  const range = readRange(headers.range, size);
  const reply = {
    status: range ? 206 : 200,
    headers: {
      ...toStateHeaders(version),
      ...version.content.headers,
      ...readReplacements(query),
      ...(headers['x-amz-checksum-mode'] === 'ENABLED' && !range && toChecksumHeaders(checksum)),
      ...(range && { 'content-range': `bytes ${range.first}-${range.last}/${size}` }),
      'content-length': String(range ? range.last - range.first + 1 : size),
    },
  };
  return method === 'HEAD' ? reply : { ...reply, body: files.read(file, range) };
};

function toStateHeaders({ content, versionId, modified }: StoredObject): Record<string, string> {
  return {
    etag: `"${content.etag}"`,
    'x-amz-version-id': versionId,
    'last-modified': modified.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function readReplacements(query: URLSearchParams): Record<string, string> {
  const replacements = [...query].filter(([name]) => responseParameters.includes(name));
  for (const [name, value] of replacements) requireHeaderValue(name, value);
  return Object.fromEntries(replacements.map(([name, value]) => [name.replace('response-', ''), value]));
}
