import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { presign } from './presign.ts';
import { bucket, type RunningStore, refusal, startStore } from './running-store.ts';

let store: RunningStore;
beforeEach(async () => {
  store = await startStore();
});
afterEach(() => store.stop());

const unknownVersion = 'f'.repeat(32);
const malformed = ['', 'null', '1', 'F'.repeat(32), '../../etc/passwd'];

function put(Key: string, Body: string) {
  return store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
}

function get(Key: string, VersionId?: string) {
  return store.client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
}

function remove(Key: string, VersionId?: string) {
  return store.client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
}

function removeAll(Objects: ObjectIdentifier[], Quiet = false) {
  return store.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet } }));
}

function list(more = {}) {
  return store.client.send(new ListObjectVersionsCommand({ Bucket: bucket, ...more }));
}

async function read(key: string, versionId?: string): Promise<string | undefined> {
  return (await get(key, versionId)).Body?.transformToString();
}

async function ask(method: string, key: string, versionId?: string) {
  const query: Record<string, string> = versionId === undefined ? {} : { versionId };
  const response = await fetch(presign(`${store.server.url}/${bucket}/${key}`, { method, query }), {
    method,
  });
  const code = /<Code>(.*)<\/Code>/.exec(await response.text())?.[1];
  return { status: response.status, code, headers: Object.fromEntries(response.headers) };
}

describe('a bucket', () => {
  it('is versioned from the start', async () => {
    const versioning = await store.client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    expect(versioning.Status).toBe('Enabled');
  });
});

describe('a list of versions', () => {
  it('shows versions and deletions as they were made, newest first, key by key', async () => {
    const first = await put('k', 'first');
    const deletion = await remove('k');
    const second = await put('k', 'second');
    const other = await put('l', 'other');
    const gone = await remove('l');
    const response = await fetch(
      presign(`${store.server.url}/${bucket}`, { method: 'GET', query: { versions: '' } }),
    );
    const elements = (await response.text()).matchAll(
      /<(Version|DeleteMarker)>.*?<VersionId>(.*?)<\/VersionId>/g,
    );
    expect(Array.from(elements, ([, name, id]) => [name, id])).toEqual([
      ['Version', second.VersionId],
      ['DeleteMarker', deletion.VersionId],
      ['Version', first.VersionId],
      ['DeleteMarker', gone.VersionId],
      ['Version', other.VersionId],
    ]);
  });
});

describe('a version', () => {
  it('stays readable after it is overwritten', async () => {
    const first = await put('k', 'first');
    const second = await put('k', 'second');
    expect(second.VersionId).not.toBe(first.VersionId);
    expect(await read('k')).toBe('second');
    expect(await read('k', first.VersionId)).toBe('first');
    expect(await read('k', second.VersionId)).toBe('second');
    const known = await store.client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'k', VersionId: first.VersionId }),
    );
    expect(known).toMatchObject({ VersionId: first.VersionId, ContentLength: 5, ETag: first.ETag });
  });

  it('belongs to its key', async () => {
    const { VersionId } = await put('k', 'x');
    await put('other', 'x');
    expect(await refusal(get('other', VersionId))).toEqual({ status: 404, code: 'NoSuchVersion' });
  });

  it('that never was is not found', async () => {
    await put('k', 'x');
    expect(await refusal(get('k', unknownVersion))).toEqual({ status: 404, code: 'NoSuchVersion' });
    expect(await ask('HEAD', 'k', unknownVersion)).toMatchObject({ status: 404 });
  });

  it.each(malformed)('named "%s" is refused', async (versionId) => {
    await put('k', 'x');
    const refused = { status: 400, code: 'InvalidArgument' };
    expect(await ask('GET', 'k', versionId)).toMatchObject(refused);
    expect(await ask('DELETE', 'k', versionId)).toMatchObject(refused);
    expect(await read('k')).toBe('x');
  });

  it('is removed for good by a delete that names it', async () => {
    const first = await put('k', 'first');
    const second = await put('k', 'second');
    expect(await remove('k', second.VersionId)).toMatchObject({ VersionId: second.VersionId });
    expect(await read('k')).toBe('first');
    expect((await list()).Versions).toMatchObject([{ VersionId: first.VersionId, IsLatest: true }]);
    expect(await refusal(get('k', second.VersionId))).toEqual({ status: 404, code: 'NoSuchVersion' });
    await remove('k', first.VersionId);
    expect(await refusal(get('k'))).toEqual({ status: 404, code: 'NoSuchKey' });
    expect(readdirSync(join(store.directory, 'objects'))).toEqual([]);
  });

  it('that is not the latest goes without touching the latest', async () => {
    const first = await put('k', 'first');
    const second = await put('k', 'second');
    await remove('k', first.VersionId);
    expect(await read('k')).toBe('second');
    expect((await list()).Versions).toMatchObject([{ VersionId: second.VersionId, IsLatest: true }]);
  });

  it('may be deleted twice', async () => {
    const { VersionId } = await put('k', 'x');
    await remove('k', VersionId);
    expect((await remove('k', VersionId)).$metadata.httpStatusCode).toBe(204);
  });

  it('is read to its end by a reader who began before it was removed', async () => {
    const { VersionId } = await put('k', 'x'.repeat(5_000_000));
    const { Body } = await get('k');
    await remove('k', VersionId);
    expect((await Body?.transformToString())?.length).toBe(5_000_000);
  });

  it('outlives the source it was copied from', async () => {
    const source = await put('source', 'shared');
    const copy = await store.client.send(
      new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/source` }),
    );
    await remove('source', source.VersionId);
    expect(await read('copy')).toBe('shared');
    await remove('copy', copy.VersionId);
    expect(readdirSync(join(store.directory, 'objects'))).toEqual([]);
  });
});

describe('a delete marker', () => {
  it('hides the key and keeps its versions', async () => {
    const { VersionId } = await put('k', 'x');
    const marker = await remove('k');
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId };
    expect(await ask('GET', 'k')).toMatchObject({ status: 404, code: 'NoSuchKey', headers });
    expect(await ask('HEAD', 'k')).toMatchObject({ status: 404, code: undefined, headers });
    expect(await read('k', VersionId)).toBe('x');
  });

  it('cannot be read', async () => {
    await put('k', 'x');
    const { VersionId } = await remove('k');
    const headers = {
      'x-amz-delete-marker': 'true',
      allow: 'DELETE',
      'last-modified': expect.stringContaining('GMT'),
    };
    expect(await ask('GET', 'k', VersionId)).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
      headers,
    });
    expect(await ask('HEAD', 'k', VersionId)).toMatchObject({ status: 405, code: undefined, headers });
  });

  it('that is removed gives the key back', async () => {
    await put('k', 'x');
    const { VersionId } = await remove('k');
    expect(await remove('k', VersionId)).toMatchObject({ VersionId, DeleteMarker: true });
    expect(await read('k')).toBe('x');
  });

  it('is put even where there is nothing to delete', async () => {
    const markers = [await remove('k'), await remove('k')].map(({ VersionId }) => VersionId).reverse();
    const { Versions, DeleteMarkers } = await list();
    expect(Versions).toBeUndefined();
    expect(DeleteMarkers).toMatchObject([
      { Key: 'k', VersionId: markers[0], IsLatest: true },
      { Key: 'k', VersionId: markers[1], IsLatest: false },
    ]);
  });
});

describe('DeleteObjects', () => {
  it('tells the outcome of each', async () => {
    const kept = await put('kept', 'x');
    const pinned = await put('pinned', 'x');
    await put("odd 'key' <&lt;>\r\n", 'x');
    const { Deleted, Errors } = await removeAll([
      { Key: "odd 'key' <&lt;>\r\n" },
      { Key: 'never-there' },
      { Key: 'pinned', VersionId: pinned.VersionId },
      { Key: 'kept', ETag: '"other"' },
      { Key: 'kept', VersionId: 'bad' },
    ]);
    expect(Deleted).toEqual([
      { Key: "odd 'key' <&lt;>\r\n", DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
      { Key: 'never-there', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
      { Key: 'pinned', VersionId: pinned.VersionId },
    ]);
    expect(Errors).toMatchObject([
      { Key: 'kept', Code: 'PreconditionFailed' },
      { Key: 'kept', VersionId: 'bad', Code: 'InvalidArgument' },
    ]);
    expect(await read('kept', kept.VersionId)).toBe('x');
    expect((await list({ Prefix: 'pinned' })).Versions).toBeUndefined();
  });

  it('tells of errors only when it is to be quiet', async () => {
    const { Deleted, Errors } = await removeAll([{ Key: 'a' }, { Key: 'b', ETag: '*' }], true);
    expect(Deleted).toBeUndefined();
    expect(Errors).toMatchObject([{ Key: 'b', Code: 'NoSuchKey' }]);
  });

  it('takes 1000 keys', async () => {
    const objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    expect(await refusal(removeAll(objects))).toEqual({ status: 400, code: 'MalformedXML' });
    expect((await removeAll(objects.slice(1))).Deleted).toHaveLength(1000);
  });

  it('does nothing at all under a condition it does not offer', async () => {
    await put('k', 'x');
    const call = removeAll([{ Key: 'k' }, { Key: 'k', Size: 1 }]);
    expect(await refusal(call)).toEqual({ status: 501, code: 'NotImplemented' });
    expect(await read('k')).toBe('x');
  });
});

describe('ListObjectVersions', () => {
  async function fill() {
    const ids: Record<string, string | undefined> = {};
    for (const name of ['a1', 'b/x1', 'b/y1', 'a2', 'c1', 'a3']) {
      ids[name] = (await put(name.slice(0, -1), name)).VersionId;
    }
    ids.a4 = (await remove('a')).VersionId;
    return ids;
  }

  it('shows each key newest first', async () => {
    const ids = await fill();
    const { Versions, DeleteMarkers, CommonPrefixes, IsTruncated } = await list();
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: ids.a4, IsLatest: true }]);
    expect(Versions).toMatchObject([
      { Key: 'a', VersionId: ids.a3, IsLatest: false, Size: 2, StorageClass: 'STANDARD' },
      { Key: 'a', VersionId: ids.a2, IsLatest: false },
      { Key: 'a', VersionId: ids.a1, IsLatest: false },
      { Key: 'b/x', VersionId: ids['b/x1'], IsLatest: true },
      { Key: 'b/y', VersionId: ids['b/y1'], IsLatest: true },
      { Key: 'c', VersionId: ids.c1, IsLatest: true },
    ]);
    expect([CommonPrefixes, IsTruncated]).toEqual([undefined, false]);
  });

  it.each([1, 2, 3])('goes through everything once in pages of %d', async (MaxKeys) => {
    const ids = await fill();
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let pages = 0, more = true; more && pages < 10; pages++) {
      const page = await list({ MaxKeys, Delimiter: '/', ...markers });
      const entries = [...(page.DeleteMarkers ?? []), ...(page.Versions ?? [])].map(
        ({ VersionId }) => VersionId,
      );
      const prefixes = page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [];
      expect(entries.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
      seen.push(...entries, ...prefixes);
      more = page.IsTruncated === true;
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(seen.sort()).toEqual([ids.a4, ids.a3, ids.a2, ids.a1, 'b/', ids.c1].sort());
  });

  it('goes on after a version that was removed meanwhile', async () => {
    const ids = await fill();
    await remove('a', ids.a3);
    const { Versions } = await list({ Prefix: 'a', KeyMarker: 'a', VersionIdMarker: ids.a3 });
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([ids.a2, ids.a1]);
  });

  it('goes on after all versions of a key', async () => {
    await fill();
    const { Versions } = await list({ KeyMarker: 'a', MaxKeys: 1 });
    expect(Versions).toMatchObject([{ Key: 'b/x' }]);
  });

  it.each([[{ VersionIdMarker: unknownVersion }], [{ KeyMarker: 'a', VersionIdMarker: 'bad' }]])(
    'refuses %j',
    async (markers) => {
      expect(await refusal(list(markers))).toEqual({ status: 400, code: 'InvalidArgument' });
    },
  );
});
