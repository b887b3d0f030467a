import { receiveText } from './body.ts';
import { toGuard } from './conditions.ts';
import { type Operation, type Storage, toXmlReply } from './operation.ts';
import { S3Error } from './s3-error.ts';
import { requireVersionId } from './version-id.ts';
import { readElements, readText } from './xml.ts';

type Target = { key: string; versionId: string | undefined; ifMatch: string | undefined };
type Deleted = { versionId: string; isMarker: boolean };

const maximumKeys = 1000;

/** DeleteObject: puts a delete marker on the key or, with a version id, removes that version for good. */
export const deleteObject: Operation = ({ bucket, key, query, headers }, storage) => {
  const target = { key, versionId: query.get('versionId') ?? undefined, ifMatch: headers['if-match'] };
  const { versionId, isMarker } = deleteTarget(storage, bucket, target);
  return {
    status: 204,
    headers: { 'x-amz-version-id': versionId, ...(isMarker && { 'x-amz-delete-marker': 'true' }) },
  };
};

/** DeleteObjects: up to 1000 deletes, each with an outcome of its own. */
export const deleteObjects: Operation = async (request, storage) => {
  const xml = await receiveText(request);
  const targets = readElements(xml, 'Object').map(readTarget);
  if (targets.length === 0 || targets.length > maximumKeys) {
    throw new S3Error('MalformedXML', `name 1 to ${maximumKeys} objects, got ${targets.length}`);
  }
  const outcomes = targets.map((target) => toOutcome(storage, request.bucket, target));
  const isQuiet = readText(xml, 'Quiet') === 'true';
  return toXmlReply('DeleteResult', {
    Deleted: isQuiet ? [] : outcomes.map(({ deleted }) => deleted),
    Error: outcomes.map(({ failed }) => failed),
  });
};

function deleteTarget({ objects, files }: Storage, bucket: string, target: Target): Deleted {
  const { key, versionId, ifMatch } = target;
  if (versionId === undefined) {
    const marker = objects.add(bucket, key, undefined, toGuard({ 'if-match': ifMatch }));
    return { versionId: marker.versionId, isMarker: true };
  }
  if (ifMatch !== undefined) {
    throw new S3Error('NotImplemented', 'delete a version without if-match: it is judged on the latest only');
  }
  requireVersionId(versionId);
  const removed = objects.removeVersion(bucket, key, versionId);
  const file = removed?.content?.file;
  if (file !== undefined && !objects.usesFile(file)) files.remove(file);
  return { versionId, isMarker: removed !== undefined && removed.content === undefined };
}

function readTarget(xml: string): Target {
  const key = readText(xml, 'Key');
  if (!key) throw new S3Error('MalformedXML', 'name the key of every object to delete');
  for (const condition of ['LastModifiedTime', 'Size']) {
    if (readText(xml, condition) === undefined) continue;
    throw new S3Error('NotImplemented', `the local store does not offer DeleteObjects with ${condition}`);
  }
  return { key, versionId: readText(xml, 'VersionId'), ifMatch: readText(xml, 'ETag') };
}

function toOutcome(storage: Storage, bucket: string, target: Target) {
  const named = { Key: target.key, VersionId: target.versionId };
  try {
    const { versionId, isMarker } = deleteTarget(storage, bucket, target);
    const marker = isMarker && { DeleteMarker: true, DeleteMarkerVersionId: versionId };
    return { deleted: { ...named, ...marker } };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { failed: { ...named, Code: error.code, Message: error.message } };
  }
}
