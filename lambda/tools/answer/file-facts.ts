import type { FileFacts } from '../../files/file-store.ts';

/** Tells of a file in the names and the order that every tool uses. */
export function toFacts({ path, size, mediaType, modified, etag, versionId }: FileFacts) {
  return {
    path,
    size,
    media_type: mediaType,
    modified: modified.toISOString(),
    etag,
    ...(versionId !== undefined && { version_id: versionId }),
  };
}
