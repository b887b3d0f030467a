import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import { createTenantFiles } from '../../../lambda/aws/tenant-files.ts';
import { readDirectoryPath, readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { createS3WithIam, type S3WithIam } from '../../support/s3-with-iam.ts';

const roleArn = 'arn:aws:iam::111122223333:role/tenant';
const alice = 'users/alice/';
const path = readFilePath('a.md');
const { signal } = new AbortController();

let iam: S3WithIam;

beforeEach(() => {
  iam = createS3WithIam();
});

function createFiles(): (root: string) => FileStore {
  return createTenantFiles({ roleArn, bucket: 'bucket', prefix: 'files/', s3: iam.s3 });
}

/** As it would be if the code that makes keys had forgotten the root: every path leads anywhere. */
function createWrongFiles(): (root: string) => FileStore {
  return createTenantFiles({
    roleArn,
    bucket: 'bucket',
    prefix: 'files/',
    s3: iam.s3,
    createStore: (location) => createS3FileStore({ ...location, prefix: 'files/' }),
  });
}

describe('the files of a tenant', () => {
  it('are used in a session of the role that its root is all of', async () => {
    const files = createFiles()(alice);
    await files.stat(path, { signal });
    expect(iam.requests).toEqual(['HEAD files/users/alice/a.md 200']);
    expect(iam.sessions).toEqual([
      {
        RoleArn: roleArn,
        RoleSessionName: expect.stringMatching(/^mcp-[\da-f]{32}$/),
        Policy: expect.stringContaining('"arn:aws:s3:::bucket/files/users/alice/*"'),
        DurationSeconds: 3600,
      },
    ]);
  });

  it('can be read, written, copied, listed and deleted', async () => {
    const files = createFiles()(alice);
    const condition = { kind: 'none' } as const;
    await files.read(path, { start: 0, length: 5, signal });
    await files.write(path, Buffer.from('hello'), { mediaType: 'text/plain', condition, signal });
    await files.copy({ path, versionId: 'v1' }, readFilePath('b.md'), { condition, signal });
    await files.delete(path, { condition, signal });
    await files.list(readDirectoryPath(''), { recursive: false, limit: 10, signal });
    await files.listVersions(path, { limit: 10, signal });
    expect(iam.requests.filter((request) => !request.endsWith(' 200'))).toEqual([]);
    expect(iam.requests).toHaveLength(8);
    expect(iam.sessions).toHaveLength(1);
  });
});

describe('the files of another tenant, when the code that makes keys is wrong', () => {
  const foreign = readFilePath('users/bob/a.md');
  const own = readFilePath('users/alice/a.md');
  const condition = { kind: 'none' } as const;

  it.each<[string, (files: FileStore) => Promise<unknown>]>([
    ['looked at', (files) => files.stat(foreign, { signal })],
    ['read', (files) => files.read(foreign, { start: 0, length: 5, signal })],
    ['read by version', (files) => files.read(foreign, { start: 0, length: 5, versionId: 'v1', signal })],
    [
      'written',
      (files) => files.write(foreign, Buffer.from('x'), { mediaType: 'text/plain', condition, signal }),
    ],
    ['copied', (files) => files.copy({ path: foreign }, own, { condition, signal })],
    ['copied to', (files) => files.copy({ path: own }, foreign, { condition, signal })],
    ['deleted', (files) => files.delete(foreign, { condition, signal })],
    ['listed', (files) => files.list(readDirectoryPath('users/bob'), { recursive: true, limit: 9, signal })],
    [
      'listed with all others',
      (files) => files.list(readDirectoryPath(''), { recursive: true, limit: 9, signal }),
    ],
    ['listed by version', (files) => files.listVersions(foreign, { limit: 9, signal })],
  ])('cannot be %s', async (_, use) => {
    const files = createWrongFiles()(alice);
    await files.stat(own, { signal });
    await expect(use(files)).rejects.toMatchObject({ failure: { code: 'denied' } });
    const others = iam.requests.filter((request) => !request.includes('files/users/alice/'));
    expect(others.length).toBeGreaterThan(0);
    for (const request of others) expect(request).toMatch(/ 403$/);
  });

  it('are nothing that a model is told of', async () => {
    const open = createWrongFiles();
    const server = await createTestServer({ openFiles: () => open(alice) });
    // The server's S3 is mocked for every client of this process.
    server.s3.restore();
    const body = legacy('tools/call', { name: 'read_file', arguments: { path: 'users/bob/secret.md' } });
    const response = await server.send({ body, token: await server.token('files:read') });
    expect(await response.json()).toMatchObject({
      result: {
        isError: true,
        content: [
          {
            text: expect.stringMatching(/^this server is not allowed to read "users\/bob\/secret\.md"/),
          },
        ],
      },
    });
    expect(iam.requests[0]).toBe('GET files/users/bob/secret.md 403');
    for (const request of iam.requests) expect(request).toMatch(/ 403$/);
    expect(server.logged).toMatchObject([
      { event: 'tool_failed', facts: { error: { message: 'denied', cause: { name: 'AccessDenied' } } } },
      { event: 'tool_call', facts: { outcome: 'outage' } },
      { event: 'request' },
    ]);
  });
});

describe('the sessions of tenants', () => {
  it('are one for each root, and asked for once however many calls wait', async () => {
    const open = createFiles();
    await Promise.all([1, 2, 3].map(() => open(alice).stat(path, { signal })));
    await open(alice).stat(path, { signal });
    await open('users/bob/').stat(path, { signal });
    expect(iam.sessions.map(({ RoleSessionName }) => RoleSessionName)).toEqual([
      iam.sessions[0]?.RoleSessionName,
      expect.not.stringMatching(String(iam.sessions[0]?.RoleSessionName)),
    ]);
  });

  it('are renewed before they end', async () => {
    const open = createFiles();
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    for (const minutes of [0, 54, 56, 100]) {
      clock.mockReturnValue(start + minutes * 60_000);
      await open(alice).stat(path, { signal });
    }
    clock.mockRestore();
    expect(iam.sessions).toHaveLength(2);
  });

  it('are kept for five hundred roots, and forgotten first where they were not used for longest', async () => {
    const open = createFiles();
    await open(alice).stat(path, { signal });
    await open('users/bob/').stat(path, { signal });
    for (let index = 0; index < 498; index += 1) open(`users/${index}/`);
    await open(alice).stat(path, { signal });
    open('users/carol/');
    await open(alice).stat(path, { signal });
    expect(iam.sessions).toHaveLength(2);
    await open('users/bob/').stat(path, { signal });
    expect(iam.sessions).toHaveLength(3);
  });

  it('last as long as the URLs that they sign', async () => {
    const files = createFiles()(alice);
    iam.answer(600_000);
    await files.createDownloadUrl(path, { expiresInSeconds: 60 });
    expect(iam.sessions).toHaveLength(1);
    iam.answer(3_600_000);
    const url = await files.createDownloadUrl(path, { expiresInSeconds: 900 });
    expect(iam.sessions).toHaveLength(2);
    expect(new URL(url).searchParams.get('X-Amz-Credential')).toMatch(/^SESSION1\//);
    const upload = { mediaType: 'text/plain', size: 5, condition: { kind: 'none' } } as const;
    await files.createUploadUrl(path, { expiresInSeconds: 900, ...upload });
    expect(iam.sessions).toHaveLength(2);
  });

  it('are an outage while STS hands none out, and asked for again by the next call', async () => {
    const open = createFiles();
    iam.answer(
      Object.assign(new Error('not authorized to perform: sts:AssumeRole'), { name: 'AccessDenied' }),
    );
    const server = await createTestServer({ openFiles: () => open(alice) });
    server.s3.restore();
    const body = legacy('tools/call', { name: 'read_file', arguments: { path: 'a.md' } });
    const token = await server.token('files:read');
    expect(await (await server.send({ body, token })).text()).toContain('cannot answer at the moment');
    expect(server.logged[0]).toMatchObject({
      event: 'tool_failed',
      facts: { error: { message: 'not authorized to perform: sts:AssumeRole' } },
    });
    iam.answer(3_600_000);
    expect(await (await server.send({ body, token })).text()).toContain('hello');
  });
});
