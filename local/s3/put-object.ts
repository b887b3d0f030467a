import { receiveBody } from './body.ts';
import { toGuard } from './conditions.ts';
import { readObjectHeaders, toChecksumHeaders } from './object-headers.ts';
import type { Content, Guard, StoredObject } from './object-store.ts';
import type { Operation, Storage } from './operation.ts';
import type { S3Request } from './request.ts';

/** PutObject. */
export const putObject: Operation = async (request, storage) => {
  const guard = toGuard(request.headers);
  const { kept, size, md5, checksum } = await receiveBody(request, storage.files.write);
  const content = { file: kept, size, etag: md5, headers: readObjectHeaders(request.headers), checksum };
  const { versionId } = addNewFile(request, storage, content, guard);
  const headers = { etag: `"${md5}"`, 'x-amz-version-id': versionId, ...toChecksumHeaders(checksum) };
  return { status: 200, headers };
};

/** Adds a version whose file was just written, and removes the file when the guard throws. */
export function addNewFile(
  { bucket, key }: S3Request,
  { objects, files }: Storage,
  content: Content,
  guard: Guard,
): StoredObject {
  try {
    return objects.add(bucket, key, content, guard);
  } catch (error) {
    files.remove(content.file);
    throw error;
  }
}
