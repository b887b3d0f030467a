import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { readDirectoryPath, readFilePath } from '../../../../lambda/files/file-path.ts';
import type {
  FileAction,
  FileFacts,
  FileStore,
  WriteCondition,
} from '../../../../lambda/files/file-store.ts';
import { type Fault, type MockedS3Options, mockS3, toS3Exception } from '../../../support/mocked-s3.ts';
import { describeFileStore } from '../../files/file-store.contract.ts';

const { signal } = new AbortController();
const none: WriteCondition = { kind: 'none' };
const absent: WriteCondition = { kind: 'absent' };
const digits = new TextEncoder().encode('0123456789');
const a = readFilePath('dir/a');
const missing = readFilePath('missing');

async function open(options?: Pick<MockedS3Options, 'isSilent' | 'hasContentEtags'>) {
  const faults: Fault[] = [];
  const s3 = mockS3('bucket', { ...options, takeFault: () => faults.shift() });
  const client = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'none' },
  });
  return {
    s3,
    store: createS3FileStore({ client, bucket: 'bucket', prefix: 'files/root/' }),
    neighbour: createS3FileStore({ client, bucket: 'bucket', prefix: 'files/root-next/' }),
    async putRaw(key: string, content: string) {
      const input = { Bucket: 'bucket', Key: `files/root/${key}`, Body: new TextEncoder().encode(content) };
      await client.send(new PutObjectCommand(input));
    },
    disturb: (fault: Fault) => void faults.push(fault),
  };
}

const cannot = ['serve URLs'] as const;
describeFileStore('the S3 store on the mocked client', () => open(), { cannot });
describeFileStore('the S3 store where an etag names a content', () => open({ hasContentEtags: true }), {
  cannot,
});
describeFileStore('the S3 store where S3 denies access to what is missing', () => open({ isSilent: true }), {
  cannot,
});

describe('the S3 store', () => {
  let s3: Awaited<ReturnType<typeof open>>['s3'];
  let store: FileStore;
  let disturb: Awaited<ReturnType<typeof open>>['disturb'];
  /** Of `dir/a`, which is there before each test. */
  let facts: FileFacts;
  let versionId: string;

  const write = (path: string, content = digits, condition: WriteCondition = none) =>
    store.write(readFilePath(path), content, { mediaType: 'text/plain', condition, signal });
  const read = (options: Partial<Parameters<FileStore['read']>[1]> = {}) =>
    store.read(a, { start: 0, length: 5, signal, ...options });
  const copyTo = (target: string, condition: WriteCondition = none, source: { versionId?: string } = {}) =>
    store.copy({ path: a, ...source }, readFilePath(target), { condition, signal });
  const list = (directory: string, options: Partial<Parameters<FileStore['list']>[1]> = {}) =>
    store.list(readDirectoryPath(directory), { recursive: false, limit: 10, signal, ...options });
  const requests = () =>
    s3.calls().map(({ args: [command] }) => [command.constructor.name.replace('Command', ''), command.input]);

  beforeEach(async () => {
    ({ s3, store, disturb } = await open());
    facts = await write('dir/a');
    versionId = facts.versionId ?? '';
    s3.resetHistory();
  });

  describe('its requests', () => {
    const file = { Bucket: 'bucket', Key: 'files/root/dir/a' };
    const content = {
      Body: digits,
      ContentType: 'text/plain',
      Metadata: { 'write-id': expect.stringMatching(/^[\da-f-]{36}$/) },
    };
    const copy = {
      Bucket: 'bucket',
      Key: 'files/root/b',
      CopySource: 'bucket/files/root/dir/a',
      TaggingDirective: 'REPLACE',
      MetadataDirective: 'REPLACE',
      ContentType: 'text/plain',
      Metadata: content.Metadata,
    };
    const inDirectory = { Bucket: 'bucket', Prefix: 'files/root/dir/', MaxKeys: 12 };
    const ofFile = { Bucket: 'bucket', Prefix: 'files/root/dir/a' };

    it.each<[string, () => Promise<unknown>, () => [string, object][]]>([
      ['stat', () => store.stat(a, { signal }), () => [['HeadObject', file]]],
      [
        'stat of a version',
        () => store.stat(a, { versionId, signal }),
        () => [['HeadObject', { ...file, VersionId: versionId }]],
      ],
      [
        'read of a window',
        () => read({ start: 2, length: 3 }),
        () => [['GetObject', { ...file, Range: 'bytes=2-4' }]],
      ],
      [
        'read of the end',
        () => read({ start: -3, length: 3 }),
        () => [['GetObject', { ...file, Range: 'bytes=-3' }]],
      ],
      [
        'read of a version that must not have changed',
        () => read({ etag: facts.etag, versionId }),
        () => [['GetObject', { ...file, Range: 'bytes=0-4', IfMatch: facts.etag, VersionId: versionId }]],
      ],
      [
        'read beyond the end',
        () => read({ start: 10 }),
        () => [
          ['GetObject', { ...file, Range: 'bytes=10-14' }],
          ['HeadObject', file],
        ],
      ],
      ['write', () => write('dir/a'), () => [['PutObject', { ...file, ...content }]]],
      [
        'write over one version',
        () => write('dir/a', digits, { kind: 'match', etag: facts.etag }),
        () => [['PutObject', { ...file, ...content, IfMatch: facts.etag }]],
      ],
      [
        'write of a new file',
        () => write('b', digits, absent),
        () => [['PutObject', { ...file, Key: 'files/root/b', ...content, IfNoneMatch: '*' }]],
      ],
      [
        'copy',
        () => copyTo('b'),
        () => [
          ['HeadObject', file],
          ['CopyObject', { ...copy, CopySourceIfMatch: facts.etag }],
        ],
      ],
      [
        'copy to a new file',
        () => copyTo('b', absent),
        () => [
          ['HeadObject', file],
          ['CopyObject', { ...copy, CopySourceIfMatch: facts.etag, IfNoneMatch: '*' }],
        ],
      ],
      [
        'copy of a version over the present one',
        () => copyTo('dir/a', { kind: 'match', etag: facts.etag }, { versionId }),
        () => [
          ['HeadObject', { ...file, VersionId: versionId }],
          [
            'CopyObject',
            {
              ...copy,
              ...file,
              CopySource: `bucket/files/root/dir/a?versionId=${versionId}`,
              CopySourceIfMatch: facts.etag,
              IfMatch: facts.etag,
            },
          ],
        ],
      ],
      [
        'delete',
        () => store.delete(a, { condition: none, signal }),
        () => [
          ['HeadObject', file],
          ['DeleteObject', { ...file, IfMatch: facts.etag }],
        ],
      ],
      [
        'delete of one version, which S3 knows only by its etag',
        () => store.delete(a, { condition: none, seen: facts, signal }),
        () => [
          ['DeleteObject', { ...file, IfMatch: facts.etag }],
          ['ListObjectVersions', { ...ofFile, MaxKeys: 3 }],
        ],
      ],
      ['list', () => list('dir'), () => [['ListObjectsV2', { ...inDirectory, Delimiter: '/' }]]],
      [
        'list of the root',
        () => list(''),
        () => [['ListObjectsV2', { ...inDirectory, Prefix: 'files/root/', Delimiter: '/' }]],
      ],
      [
        'list after a directory',
        () => list('dir', { after: { kind: 'directory', name: 'b' } }),
        () => [['ListObjectsV2', { ...inDirectory, Delimiter: '/', StartAfter: 'files/root/dir/b/' }]],
      ],
      [
        'list of everything after a file',
        () => list('dir', { recursive: true, after: { kind: 'file', name: 'b/c' } }),
        () => [['ListObjectsV2', { ...inDirectory, StartAfter: 'files/root/dir/b/c' }]],
      ],
      [
        'list of more than S3 lists',
        () => list('dir', { limit: 1_000 }),
        () => [['ListObjectsV2', { ...inDirectory, Delimiter: '/', MaxKeys: 1_000 }]],
      ],
      [
        'listVersions',
        () => store.listVersions(a, { limit: 10, signal }),
        () => [['ListObjectVersions', { ...ofFile, MaxKeys: 11 }]],
      ],
      [
        'listVersions after one',
        () => store.listVersions(a, { limit: 10, after: versionId, signal }),
        () => [
          [
            'ListObjectVersions',
            { ...ofFile, MaxKeys: 11, KeyMarker: 'files/root/dir/a', VersionIdMarker: versionId },
          ],
        ],
      ],
      ['createDownloadUrl', () => store.createDownloadUrl(a, { expiresInSeconds: 60 }), () => []],
      [
        'createUploadUrl',
        () => store.createUploadUrl(a, { expiresInSeconds: 60, mediaType: 'a/b', size: 1, condition: none }),
        () => [],
      ],
    ])('are these and no others for %s', async (_, call, expected) => {
      await call();
      expect(requests()).toEqual(expected());
    });

    it('are two for an empty file, which has no range', async () => {
      await write('dir/a', new Uint8Array());
      s3.resetHistory();
      await read();
      expect(requests()).toEqual([
        ['GetObject', { ...file, Range: 'bytes=0-4' }],
        ['HeadObject', file],
      ]);
    });

    it.each<[string, string, () => Promise<unknown>, () => [string, object][]]>([
      [
        'a file that is missing',
        'not_found',
        () => store.stat(missing, { signal }),
        () => [
          ['HeadObject', { Bucket: 'bucket', Key: 'files/root/missing' }],
          ['ListObjectsV2', { Bucket: 'bucket', Prefix: 'files/root/missing/', MaxKeys: 1 }],
        ],
      ],
      [
        'a read of another version than before',
        'conflict',
        () => read({ etag: '"other"' }),
        () => [
          ['GetObject', { ...file, Range: 'bytes=0-4', IfMatch: '"other"' }],
          ['HeadObject', file],
        ],
      ],
      [
        'a write of a file that is there',
        'already_exists',
        () => write('dir/a', digits, absent),
        () => [
          ['PutObject', { ...file, ...content, IfNoneMatch: '*' }],
          ['HeadObject', file],
        ],
      ],
      [
        'a delete of another version than before',
        'conflict',
        () => store.delete(a, { condition: { kind: 'match', etag: '"other"' }, signal }),
        () => [['HeadObject', file]],
      ],
    ])('are these on the way to the failure: %s', async (_, code, call, expected) => {
      await expect(call()).rejects.toMatchObject({ failure: { code } });
      expect(requests()).toEqual(expected());
    });

    afterEach(() => {
      for (const { args } of s3.calls()) {
        // Nobody knows how long a copy takes.
        const patience = args[0] instanceof CopyObjectCommand ? { requestTimeout: 0 } : {};
        expect(args).toEqual([args[0], { abortSignal: signal, ...patience }]);
      }
    });
  });

  describe('its copies', () => {
    it.each([
      ['spaces and + % ?.txt', 'spaces%20and%20%2B%20%25%20%3F.txt'],
      ['a=b&c#d;e', 'a%3Db%26c%23d%3Be'],
      ['dir/日本/ü 😀', 'dir/%E6%97%A5%E6%9C%AC/%C3%BC%20%F0%9F%98%80'],
      ['%2e%2e/x?versionId=y', '%252e%252e/x%3FversionId%3Dy'],
    ])('name the source %s in ASCII', async (path, encoded) => {
      await write(path);
      await store.copy({ path: readFilePath(path) }, readFilePath('b'), { condition: none, signal });
      const [request] = s3.commandCalls(CopyObjectCommand);
      expect(request?.args[0].input.CopySource).toBe(`bucket/files/root/${encoded}`);
    });

    it('take a file of 5 GiB', async () => {
      s3.on(HeadObjectCommand).resolves({ ETag: facts.etag, ContentLength: 5_368_709_120 });
      expect(await copyTo('b')).toMatchObject({ path: 'b', size: 5_368_709_120 });
    });

    it('refuse a larger one without asking S3 for it', async () => {
      s3.on(HeadObjectCommand).resolves({ ETag: facts.etag, ContentLength: 5_368_709_121 });
      await expect(copyTo('b')).rejects.toMatchObject({
        failure: { code: 'too_large', path: 'dir/a', size: 5_368_709_121, maxBytes: 5_368_709_120 },
      });
      expect(s3.commandCalls(CopyObjectCommand)).toEqual([]);
    });

    it('tell a source that changed after it was looked at', async () => {
      const heads = s3.on(HeadObjectCommand).resolvesOnce({ ETag: '"old"', ContentLength: 10 });
      heads.resolves({ ETag: '"new"', ContentLength: 10 });
      await expect(copyTo('b')).rejects.toMatchObject({
        failure: { code: 'conflict', path: 'dir/a', etag: '"new"' },
      });
    });

    it.each(['present', 'old'])('tell a target that is missing from the %s source', async (source) => {
      const version = source === 'old' ? { versionId } : {};
      await expect(copyTo('missing', { kind: 'match', etag: '"x"' }, version)).rejects.toMatchObject({
        failure: { code: 'not_found', path: 'missing' },
      });
    });
  });

  describe('what S3 refuses', () => {
    const calls: [string, () => Promise<unknown>][] = [
      ['stat', () => store.stat(a, { signal })],
      ['read', () => read()],
      ['read of a version', () => read({ versionId })],
      ['write', () => write('dir/a')],
      ['copy', () => copyTo('b')],
      ['delete', () => store.delete(a, { condition: none, signal })],
      ['list', () => list('')],
      ['listVersions', () => store.listVersions(a, { limit: 1, signal })],
    ];
    const outages: [string, Error][] = [
      ['ExpiredToken', toS3Exception(400, 'ExpiredToken')],
      ['NoSuchBucket', toS3Exception(404, 'NoSuchBucket')],
      ['SlowDown', toS3Exception(503, 'SlowDown')],
      ['InternalError', toS3Exception(500, 'InternalError')],
      ['a broken connection', new Error('socket hang up')],
    ];

    describe.each(outages)('with %s', (name, outage) => {
      it.each(calls)('is handed on as it is by %s, unless it may have been done', async (call, work) => {
        s3.reset().rejects(outage);
        const isUncertain = call === 'write' && /^(SlowDown|InternalError|a broken connection)$/.test(name);
        const error = await work().catch((thrown: unknown) => thrown);
        if (isUncertain) expect(error).toMatchObject({ failure: { code: 'uncertain' }, cause: outage });
        else expect(error).toBe(outage);
      });
    });

    it.each<[FileAction, string, (typeof calls)[number][1]]>([
      ...calls.map(([name, call]): [FileAction, string, typeof call] => {
        // Before a copy or a deletion S3 is asked for the file, which is a read.
        const action = /^(read|stat|copy|delete)/.test(name) ? 'read' : name === 'write' ? 'write' : 'list';
        return [action, name, call];
      }),
      ['delete', 'delete of what was seen', () => store.delete(a, { condition: none, seen: facts, signal })],
    ])('with AccessDenied is told as the %s that is not allowed by %s', async (action, _, call) => {
      const denial = toS3Exception(403, 'AccessDenied');
      s3.reset().rejects(denial);
      await expect(call()).rejects.toMatchObject({ failure: { code: 'denied', action }, cause: denial });
    });

    it.each<[FileAction, () => Promise<unknown>]>([
      ['write', () => write('missing')],
      ['write', () => write('missing', digits, absent)],
      ['copy', () => copyTo('missing')],
      ['delete', () => store.delete(a, { condition: none, signal })],
    ])('is not taken for a missing file when it is a %s: %#', async (action, call) => {
      const denial = toS3Exception(403, 'AccessDenied');
      s3.on(PutObjectCommand).rejects(denial);
      s3.on(CopyObjectCommand).rejects(denial);
      s3.on(DeleteObjectCommand).rejects(denial);
      await expect(call()).rejects.toMatchObject({ failure: { code: 'denied', action }, cause: denial });
    });

    it('is a file that may not be read, where that is there', async () => {
      const denial = toS3Exception(403, 'AccessDenied');
      s3.on(GetObjectCommand).rejects(denial);
      const failure = { code: 'denied', action: 'read', path: 'dir/a' };
      await expect(read()).rejects.toMatchObject({ failure, cause: denial });
      await expect(read({ versionId })).rejects.toMatchObject({ failure, cause: denial });
    });

    it('is a source that went away, where a copy is denied for it', async () => {
      s3.on(CopyObjectCommand).callsFake(async () => {
        await store.delete(a, { condition: none, signal });
        throw toS3Exception(403, 'AccessDenied');
      });
      await expect(copyTo('b')).rejects.toMatchObject({ failure: { code: 'not_found', path: 'dir/a' } });
    });

    it('is handed on when it is the second request of a call', async () => {
      const outage = toS3Exception(503, 'SlowDown');
      s3.on(ListObjectsV2Command).rejects(outage);
      await expect(store.stat(missing, { signal })).rejects.toBe(outage);
      s3.on(HeadObjectCommand).rejects(outage);
      await expect(write('dir/a', digits, absent)).rejects.toBe(outage);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['PutObject', () => write('dir/a')],
      ['CopyObject', () => copyTo('b')],
      ['DeleteObject', () => store.delete(a, { condition: none, signal })],
    ])('is uncertain when %s is sent three times and S3 never says what it did', async (name, call) => {
      const outage = toS3Exception(503, 'SlowDown');
      s3.on(PutObjectCommand).rejects(outage);
      s3.on(CopyObjectCommand).rejects(outage);
      s3.on(DeleteObjectCommand).rejects(outage);
      await expect(call()).rejects.toMatchObject({ failure: { code: 'uncertain' }, cause: outage });
      expect(requests().filter(([request]) => request === name)).toHaveLength(3);
    });

    it.each(['InvalidObjectState', 'ObjectNotInActiveTierError'])(
      'is an archived file when S3 says %s',
      async (code) => {
        s3.on(GetObjectCommand).rejects(toS3Exception(403, code));
        s3.on(CopyObjectCommand).rejects(toS3Exception(403, code));
        const archived = { failure: { code: 'archived', path: 'dir/a' } };
        await expect(read()).rejects.toMatchObject(archived);
        await expect(read({ versionId })).rejects.toMatchObject(archived);
        await expect(copyTo('b')).rejects.toMatchObject(archived);
        await expect(copyTo('b', none, { versionId })).rejects.toMatchObject(archived);
      },
    );

    it('is a conflict when another write is under way', async () => {
      const refusal = toS3Exception(409, 'ConditionalRequestConflict');
      const condition: WriteCondition = { kind: 'match', etag: facts.etag };
      s3.on(PutObjectCommand).rejects(refusal);
      s3.on(CopyObjectCommand).rejects(refusal);
      s3.on(DeleteObjectCommand).rejects(refusal);
      const conflict = { failure: { code: 'conflict', path: 'dir/a', etag: facts.etag }, cause: refusal };
      await expect(write('dir/a', digits, condition)).rejects.toMatchObject(conflict);
      await expect(copyTo('dir/a', condition)).rejects.toMatchObject(conflict);
      await expect(store.delete(a, { condition, signal })).rejects.toMatchObject(conflict);
    });
  });

  describe('what nobody can tell', () => {
    const lost = new Error('socket hang up');
    const underWay = toS3Exception(409, 'ConditionalRequestConflict');
    const uncertain = (path: string) => ({ failure: { code: 'uncertain', path } });

    it.each<[string, () => WriteCondition]>([
      ['dir/a', () => ({ kind: 'match', etag: facts.etag })],
      ['b', () => absent],
    ])('is whether a write was made whose first request may be under way: %s', async (path, toCondition) => {
      s3.on(PutObjectCommand).rejectsOnce(lost).rejects(underWay);
      await expect(write(path, digits, toCondition())).rejects.toMatchObject(uncertain(path));
      expect(s3.commandCalls(PutObjectCommand)).toHaveLength(3);
    });

    it('is whether a file is the copy, when S3 does not tell all that the source carries', async () => {
      s3.on(CopyObjectCommand).rejects(lost);
      const head = { ETag: '"a"', ContentLength: 10 };
      for (const more of [
        { MissingMeta: 1 },
        { ExpiresString: 'never' },
        { Metadata: { x: 'y'.repeat(2_040) } },
      ]) {
        s3.resetHistory();
        s3.on(HeadObjectCommand).resolves({ ...head, ...more });
        await expect(copyTo('b', absent)).rejects.toMatchObject(uncertain('b'));
        const [request, ...others] = s3.commandCalls(CopyObjectCommand);
        expect(request?.args[0].input).not.toHaveProperty('MetadataDirective');
        expect(others).toEqual([]);
      }
    });

    it('is whether a file was deleted, when somebody may have put it back with the same content', async () => {
      s3.on(DeleteObjectCommand).callsFakeOnce(async () => {
        s3.on(ListObjectVersionsCommand).resolves({
          Versions: [
            { Key: 'files/root/dir/a', VersionId: 'v3', ETag: facts.etag, LastModified: new Date(3_000) },
            {
              Key: 'files/root/dir/a',
              VersionId: versionId,
              ETag: facts.etag,
              LastModified: new Date(1_000),
            },
          ],
          DeleteMarkers: [
            { Key: 'files/root/dir/a', VersionId: 'd4', IsLatest: true, LastModified: new Date(4_000) },
            { Key: 'files/root/dir/a', VersionId: 'd2', LastModified: new Date(2_000) },
          ],
        });
        throw lost;
      });
      await expect(store.delete(a, { condition: none, signal })).rejects.toMatchObject({
        failure: { code: 'hidden', path: 'dir/a', versionId: 'v3' },
      });
      expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
    });

    it('is not sent again as a deletion that nobody answered, and which may still be on its way', async () => {
      const silence = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      s3.on(DeleteObjectCommand).rejects(silence);
      await expect(store.delete(a, { condition: none, signal })).rejects.toMatchObject(uncertain('dir/a'));
      expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
    });
  });

  describe('an answer that S3 cannot have given', () => {
    it.each<[string, () => void, () => Promise<unknown>]>([
      ['a write', () => s3.on(PutObjectCommand).resolves({}), () => write('dir/a')],
      ['a copy', () => s3.on(CopyObjectCommand).resolves({}), () => copyTo('b')],
      [
        'a deletion',
        () => s3.on(DeleteObjectCommand).resolves({}),
        () => store.delete(a, { condition: none, signal }),
      ],
    ])('is not taken for %s', async (_, answer, call) => {
      answer();
      await expect(call()).rejects.toMatchObject({ failure: { code: 'uncertain' } });
    });

    it('is not taken for a file', async () => {
      s3.on(HeadObjectCommand).resolves({});
      s3.on(GetObjectCommand).resolves({});
      for (const call of [() => store.stat(a, { signal }), () => read(), () => copyTo('b')]) {
        await expect(call()).rejects.toMatchObject({ name: 'IncompleteAnswer' });
      }
    });
  });

  describe('what other programs gave a file', () => {
    const given = {
      CacheControl: 'max-age=60',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ContentType: 'text/x-mine',
      StorageClass: 'STANDARD_IA',
    } as const;
    const expires = new Date('2030-01-01T00:00:00Z');
    const metadata = { owner: 'ops', origin: 'x' };

    async function put(more: Partial<PutObjectCommandInput> = {}) {
      const input = { Bucket: 'bucket', Key: 'files/root/other', Body: digits, Metadata: metadata };
      await new S3Client({}).send(new PutObjectCommand({ ...input, ...given, Expires: expires, ...more }));
      const facts = await store.stat(readFilePath('other'), { signal });
      s3.resetHistory();
      return facts;
    }

    it('is told by a read, without the names of writes', async () => {
      const attributes = {
        cacheControl: 'max-age=60',
        contentDisposition: 'inline',
        contentEncoding: 'identity',
        contentLanguage: 'de',
        expires,
        metadata,
        storageClass: 'STANDARD_IA',
      };
      expect(await put({ Metadata: { ...metadata, 'write-id': 'w' } })).toMatchObject({ attributes });
      expect((await store.stat(a, { signal })).attributes).toBeUndefined();
    });

    it('stays in a write that replaces it, and in a copy', async () => {
      const replaces = await put();
      const options = { mediaType: replaces.mediaType, condition: none, replaces, signal };
      await store.write(replaces.path, digits, options);
      await store.copy({ path: replaces.path }, readFilePath('copy'), { condition: none, signal });
      const inputs = s3.calls().map(({ args: [{ input }] }) => input);
      const kept = { ...given, Expires: expires, Metadata: { ...metadata, 'write-id': expect.any(String) } };
      expect(inputs).toEqual([
        expect.objectContaining(kept),
        expect.objectContaining({ Key: 'files/root/other' }),
        expect.objectContaining({ ...kept, MetadataDirective: 'REPLACE' }),
      ]);
    });

    it.each(['GLACIER', 'DEEP_ARCHIVE'] as const)(
      'is not kept where it would hide the content: %s',
      async (name) => {
        const replaces = await put({ StorageClass: name });
        await store.write(replaces.path, digits, { mediaType: 'a/b', condition: none, replaces, signal });
        expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).not.toHaveProperty('StorageClass');
      },
    );

    it('stays even if it leaves no room for the name of the write, which is then not looked for', async () => {
      const replaces = await put({ Metadata: { x: 'y'.repeat(2_040) } });
      const options = { mediaType: 'a/b', condition: none, replaces, signal };
      await store.write(replaces.path, digits, options);
      expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Metadata).toEqual({ x: 'y'.repeat(2_040) });
      s3.on(PutObjectCommand).rejects(new Error('socket hang up'));
      await expect(store.write(replaces.path, digits, options)).rejects.toMatchObject({
        failure: { code: 'uncertain' },
      });
    });
  });

  describe('the search for a lost write', () => {
    it.each<[string, string, () => Promise<unknown>, () => object]>([
      ['write', 'PutObject', () => write('dir/a'), () => ({ IfMatch: facts.etag })],
      ['write of a new file', 'PutObject', () => write('b'), () => ({ IfNoneMatch: '*' })],
      ['copy', 'CopyObject', () => copyTo('b'), () => ({ IfNoneMatch: '*' })],
    ])(
      'lets a plain %s be repeated only upon what it saw, as the first request may be late',
      async (...row) => {
        const [, name, call, toDemand] = row;
        disturb({ isDone: false });
        await call();
        const inputs = requests().flatMap(([request, input]) => (request === name ? [input] : []));
        expect(inputs).toHaveLength(2);
        expect(inputs[0]).not.toHaveProperty(Object.keys(toDemand())[0] ?? '');
        expect(inputs[1]).toMatchObject(toDemand());
      },
    );

    it('goes back page by page to the version that was replaced, and no further', async () => {
      const key = 'files/root/dir/a';
      const pages = [2_000, 1_000].map((first, page) => ({
        IsTruncated: true,
        NextKeyMarker: key,
        NextVersionIdMarker: `v${first - 999}`,
        Versions: Array.from({ length: 1_000 }, (_, index) => ({
          Key: key,
          VersionId: `v${first - index}`,
          IsLatest: page + index === 0,
          ETag: '"latest"',
          Size: first - index === 300 ? 10 : 11,
          LastModified: new Date(),
        })),
      }));
      const [newest, oldest] = pages;
      s3.on(PutObjectCommand).rejects(new Error('socket hang up'));
      s3.on(ListObjectVersionsCommand).resolves(oldest ?? {});
      s3.on(ListObjectVersionsCommand, { MaxKeys: 1_000, VersionIdMarker: undefined }).resolves(newest ?? {});
      s3.on(HeadObjectCommand).resolves({ ETag: '"other"', Metadata: { 'write-id': 'other' } });
      const replaces = { ...facts, versionId: 'v200' };
      const condition: WriteCondition = { kind: 'match', etag: facts.etag };
      const work = store.write(a, digits, { mediaType: 'a/b', condition, replaces, signal });
      await expect(work).rejects.toMatchObject({ failure: { code: 'uncertain' } });
      expect(s3.commandCalls(ListObjectVersionsCommand)).toHaveLength(3 * 2);
      // Of all versions only one has the size of the write.
      expect(s3.commandCalls(HeadObjectCommand).map(({ args }) => args[0].input.VersionId)).toEqual([
        'v300',
        'v300',
        'v300',
      ]);
    });

    it('ends at a version that is older than the write can be', async () => {
      const old = new Date(Date.now() - 20 * 60_000);
      const page = { Key: 'files/root/dir/a', VersionId: 'v1', ETag: '"e"', Size: 10, LastModified: old };
      s3.on(PutObjectCommand).rejects(new Error('socket hang up'));
      s3.on(ListObjectVersionsCommand).resolves({
        IsTruncated: true,
        NextKeyMarker: page.Key,
        NextVersionIdMarker: 'v1',
        Versions: [page],
      });
      await expect(write('dir/a')).rejects.toMatchObject({ failure: { code: 'uncertain' } });
      expect(s3.commandCalls(ListObjectVersionsCommand)).toHaveLength(3);
      expect(s3.commandCalls(HeadObjectCommand)).toEqual([]);
    });
  });

  it('looks at ten pages of what no path leads to, and tells where to go on', async () => {
    s3.on(ListObjectsV2Command).callsFake(async ({ StartAfter = 'files/root/0' }) => ({
      Contents: [{ Key: `${StartAfter}//` }],
      IsTruncated: true,
    }));
    const page = await list('', { recursive: true });
    expect(page).toEqual({
      entries: [],
      truncated: true,
      after: { kind: 'file', name: `0${'/'.repeat(20)}` },
    });
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(10);
  });

  it('ends the versions of a file where those of longer names begin', async () => {
    await write('dir/ab');
    await write('dir/ab');
    const { versions, truncated } = await store.listVersions(a, { limit: 2, signal });
    expect([versions.map((version) => version.versionId), truncated]).toEqual([[versionId], false]);
  });

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['stat', (signal) => store.stat(a, { signal })],
    ['read', (signal) => read({ signal })],
    ['write', (signal) => store.write(a, digits, { mediaType: 'a/b', condition: none, signal })],
    ['copy', (signal) => store.copy({ path: a }, missing, { condition: none, signal })],
    ['delete', (signal) => store.delete(a, { condition: none, signal })],
    ['list', (signal) => list('', { signal })],
    ['listVersions', (signal) => store.listVersions(a, { limit: 1, signal })],
  ])('ends %s with the error of the SDK when it is aborted under way', async (_, call) => {
    const controller = new AbortController();
    const ended = call(controller.signal);
    controller.abort(new Error('deadline'));
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(s3.calls()).toHaveLength(1);
  });
});
