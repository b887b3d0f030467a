import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { openDatabase } from '../../../local/s3/database.ts';
import { listPage } from '../../../local/s3/listing.ts';
import { createObjectStore, type Position } from '../../../local/s3/object-store.ts';
import { presign } from './presign.ts';
import { bucket, type RunningStore, startStore } from './running-store.ts';

// 2,500 keys: 40 files in each of 50 directories, 450 at the root, and 50 deleted ones between the directories.
const inDirectories = Array.from({ length: 2000 }, (_, index) => `dir-${index % 50}/file-${index}`);
const atRoot = Array.from({ length: 450 }, (_, index) => `file-${index}`);
const deleted = Array.from({ length: 50 }, (_, index) => `dir-${index}.bak`);

let store: RunningStore;
beforeAll(async () => {
  store = await startStore((directory) => {
    const database = openDatabase(directory);
    const objects = createObjectStore(database);
    const content = { file: 'none', size: 1, etag: 'e', headers: {}, checksum: {} };
    for (const key of [...inDirectories, ...atRoot]) objects.add(bucket, key, content, () => {});
    for (const key of deleted) objects.add(bucket, key, content, () => {});
    for (const key of deleted) objects.add(bucket, key, undefined, () => {});
    database.close();
  });
  await store.server.createBucket('odd');
});
afterAll(() => store.stop());

function list(more: Partial<ListObjectsV2CommandInput> = {}) {
  return store.client.send(new ListObjectsV2Command({ Bucket: bucket, ...more }));
}

/** All pages of a listing: keys and common prefixes in the order they came. */
async function listAll(more: Partial<ListObjectsV2CommandInput>) {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const sizes: (number | undefined)[] = [];
  let token: string | undefined;
  do {
    const page = await list({ ...more, ...(token !== undefined && { ContinuationToken: token }) });
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
    sizes.push(page.KeyCount);
    token = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(token !== undefined);
  } while (token !== undefined && sizes.length < 100);
  return { keys, prefixes, sizes };
}

describe('ListObjectsV2', () => {
  const directories = [...new Set(inDirectories.map((key) => key.replace(/\/.*/, '/')))].sort();

  it('goes through 2,450 keys in pages of 1000', async () => {
    const { keys, prefixes, sizes } = await listAll({});
    expect(keys).toEqual([...inDirectories, ...atRoot].sort());
    expect(prefixes).toEqual([]);
    expect(sizes).toEqual([1000, 1000, 450]);
  });

  it.each([1, 7, 49, 50, 51])('never repeats a common prefix in pages of %d', async (MaxKeys) => {
    const { keys, prefixes, sizes } = await listAll({ Prefix: 'dir-', Delimiter: '/', MaxKeys });
    expect(keys).toEqual([]);
    expect(prefixes).toEqual(directories);
    expect(sizes.slice(0, -1)).toEqual(sizes.slice(0, -1).fill(MaxKeys));
  });

  it('mixes keys and common prefixes over the pages', async () => {
    const { keys, prefixes, sizes } = await listAll({ Delimiter: '/', MaxKeys: 120 });
    expect(keys).toEqual([...atRoot].sort());
    expect(prefixes).toEqual(directories);
    expect(sizes).toEqual([120, 120, 120, 120, 20]);
  });

  it('rolls up at a delimiter of any length', async () => {
    const { keys, prefixes } = await listAll({ Prefix: 'dir-7', Delimiter: '/file-' });
    expect([keys, prefixes]).toEqual([[], ['dir-7/file-']]);
  });

  it('lists below a prefix', async () => {
    const { keys } = await listAll({ Prefix: 'dir-7/', Delimiter: '/', MaxKeys: 13 });
    expect(keys).toEqual(inDirectories.filter((key) => key.startsWith('dir-7/')).sort());
  });

  it('starts after a key or a common prefix', async () => {
    const afterKey = await list({ Prefix: 'file-', StartAfter: 'file-448', MaxKeys: 2 });
    expect(afterKey.Contents?.map(({ Key }) => Key)).toEqual(['file-449', 'file-45']);
    expect(afterKey.StartAfter).toBe('file-448');
    const afterPrefix = await list({ Delimiter: '/', StartAfter: 'dir-8/', MaxKeys: 1 });
    expect(afterPrefix.CommonPrefixes).toEqual([{ Prefix: 'dir-9/' }]);
    const beforePrefix = await list({ Prefix: 'dir-9', StartAfter: 'a', MaxKeys: 1 });
    expect(beforePrefix.Contents?.[0]?.Key).toBe('dir-9/file-1009');
    expect((await list({ Prefix: 'dir-9', StartAfter: 'z' })).KeyCount).toBe(0);
  });

  it('lets the token decide over StartAfter', async () => {
    const first = await list({ Prefix: 'file-', MaxKeys: 1 });
    const second = await list({
      Prefix: 'file-',
      MaxKeys: 1,
      StartAfter: 'file-9',
      ContinuationToken: first.NextContinuationToken,
    });
    expect(second.Contents?.[0]?.Key).toBe('file-1');
  });

  it('echoes what it was asked', async () => {
    const page = await list({ Prefix: 'dir-1', Delimiter: '/', MaxKeys: 5000 });
    expect(page).toMatchObject({
      Name: bucket,
      Prefix: 'dir-1',
      Delimiter: '/',
      MaxKeys: 1000,
      KeyCount: 11,
    });
  });

  it('of no key at all is an empty page', async () => {
    const page = await list({ Prefix: 'dir-1', MaxKeys: 0 });
    expect([page.Contents, page.KeyCount, page.IsTruncated]).toEqual([undefined, 0, false]);
  });

  it.each([
    ['max-keys', '-1'],
    ['max-keys', 'many'],
    ['encoding-type', 'base64'],
    ['continuation-token', 'not-from-here'],
    ['continuation-token', ''],
  ])('refuses %s "%s"', async (name, value) => {
    const query = { 'list-type': '2', [name]: value };
    const response = await fetch(presign(`${store.server.url}/${bucket}`, { query }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidArgument</Code>');
  });

  it('tells of an object what HeadObject tells', async () => {
    const put = new PutObjectCommand({ Bucket: 'odd', Key: 'same', Body: '12345' });
    await store.client.send(put);
    const head = await store.client.send(new HeadObjectCommand({ Bucket: 'odd', Key: 'same' }));
    const { Contents } = await list({ Bucket: 'odd', Prefix: 'same' });
    const { ETag, LastModified } = head;
    expect(Contents).toEqual([{ Key: 'same', Size: 5, ETag, LastModified, StorageClass: 'STANDARD' }]);
  });

  it('orders keys by their UTF-8 bytes', async () => {
    const keys = ['o/A', 'o/a', 'o/a-b', 'o/a/b', 'o/é', 'o/～', 'o/😀'];
    for (const Key of [...keys].reverse()) {
      await store.client.send(new PutObjectCommand({ Bucket: 'odd', Key, Body: '1' }));
    }
    const listed = await listAll({ Bucket: 'odd', Prefix: 'o/', MaxKeys: 2 });
    expect(listed.keys).toEqual(keys);
  });

  it('encodes keys as S3 does when asked to', async () => {
    for (const Key of ["e/a b+c%/(d)'e!*~/한", 'e/x']) {
      await store.client.send(new PutObjectCommand({ Bucket: 'odd', Key, Body: '1' }));
    }
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix: 'e/a b',
      delimiter: '(',
      'start-after': 'e/a',
    };
    const document = await (await fetch(presign(`${store.server.url}/odd`, { query }))).text();
    expect(document).toContain('<Prefix>e/a+b</Prefix>');
    expect(document).toContain('<Delimiter>%28</Delimiter>');
    expect(document).toContain('<CommonPrefixes><Prefix>e/a+b%2Bc%25/%28</Prefix></CommonPrefixes>');
    const { Contents } = await list({ Bucket: 'odd', Prefix: 'e/a', EncodingType: 'url' });
    expect(Contents?.[0]?.Key).toBe('e/a+b%2Bc%25/%28d%29%27e%21*%7E/%ED%95%9C');
  });

  it('shows a key again that was deleted and put', async () => {
    const Key = deleted[0] ?? '';
    expect((await list({ Prefix: Key })).KeyCount).toBe(0);
    const { VersionId } = await store.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    expect((await list({ Prefix: Key })).Contents).toMatchObject([{ Key, Size: 1 }]);
    await store.client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    expect((await list({ Prefix: Key })).KeyCount).toBe(0);
  });
});

describe('listPage', () => {
  it('reads as many entries as the page has lines, whatever the bucket holds', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ({
      key: `dir-${String(index).padStart(6, '0').slice(0, 3)}/${String(index).padStart(6, '0')}`,
      versionId: '0',
    }));
    let reads = 0;
    function* readEntries(from: Position, before: Buffer) {
      for (const entry of entries) {
        const key = Buffer.from(entry.key);
        const order = Buffer.compare(key, from.key);
        if (order < 0 || (order === 0 && entry.versionId <= from.versionId)) continue;
        if (Buffer.compare(key, before) >= 0) return;
        reads++;
        yield entry;
      }
    }
    const { lines, next } = listPage(readEntries, {
      prefix: '',
      delimiter: '/',
      limit: 20,
      marker: 'dir-042/',
    });
    expect(lines[0]).toEqual({ commonPrefix: 'dir-043/' });
    expect([lines.length, next, reads]).toEqual([20, { marker: 'dir-062/' }, 21]);

    reads = 0;
    listPage(readEntries, { prefix: 'dir-099/', delimiter: '/', limit: 20, marker: '' });
    expect(reads).toBe(21);
  });
});
