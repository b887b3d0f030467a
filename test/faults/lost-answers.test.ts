import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { readFilePath } from '../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../lambda/files/file-store.ts';
import { appendFile } from '../../lambda/tools/append-file.ts';
import { copyFile } from '../../lambda/tools/copy-file.ts';
import { deleteFile } from '../../lambda/tools/delete-file.ts';
import { editFile } from '../../lambda/tools/edit-file.ts';
import { moveFile } from '../../lambda/tools/move-file.ts';
import { restoreFile } from '../../lambda/tools/restore-file.ts';
import { writeFile } from '../../lambda/tools/write-file.ts';
import { startS3Server } from '../../local/s3/server.ts';
import {
  type Fault,
  type FaultProxy,
  onRequests,
  type S3Operation,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { readText, toEtag, writeText } from '../support/memory-file-store.ts';
import { failTool, runTool } from '../support/run-tool.ts';

const { signal } = new AbortController();
const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const settings = { region: 'us-east-1', forcePathStyle: true, credentials };

let directory: string;
let server: Awaited<ReturnType<typeof startS3Server>>;
let proxy: FaultProxy;
let clients: { readonly faulty: S3Client; readonly direct: S3Client };
let roots = 0;
/** The files as seen by the caller whose answers are lost. */
let files: FileStore;
/** The same files as everyone else sees them. */
let others: FileStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lost-answers-'));
  server = await startS3Server({ directory, credentials });
  await server.createBucket('bucket');
  proxy = await startFaultProxy(server.url);
  clients = {
    faulty: createS3Client({ ...settings, endpoint: proxy.url }),
    direct: createS3Client({ ...settings, endpoint: server.url }),
  };
});

beforeEach(() => {
  roots += 1;
  const place = { bucket: 'bucket', prefix: `files/root-${roots}/` };
  files = createS3FileStore({ ...place, client: clients.faulty });
  others = createS3FileStore({ ...place, client: clients.direct });
});

afterEach(() => proxy.clear());

afterAll(async () => {
  clients.faulty.destroy();
  clients.direct.destroy();
  // Rejects when something that a test did meanwhile has failed. The rest is closed all the same.
  await proxy.close().finally(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });
});

/** S3 does what is asked next, `meanwhile` happens, and the caller gets no answer. */
function loseAnswer(operation: S3Operation, meanwhile: () => Promise<unknown> = async () => {}): void {
  proxy.inject(onRequests({ operation }, { kind: 'lose-answer', meanwhile }));
}

/** Others do something before the next request of this kind reaches S3. */
function doBefore(operation: S3Operation, delay: () => Promise<unknown>): void {
  proxy.inject(onRequests({ operation }, { kind: 'delay-request', delay }));
}

/** Every content that a file has had, the oldest first; a deletion is null. */
async function historyOf(path: string): Promise<(string | null)[]> {
  const file = readFilePath(path);
  const { versions } = await others.listVersions(file, { limit: 1_000, signal });
  const contents = versions.toReversed().map(async ({ versionId, isDeletion }) => {
    if (isDeletion) return null;
    const { bytes } = await others.read(file, { start: 0, length: 100_000, versionId, signal });
    return new TextDecoder().decode(bytes);
  });
  return Promise.all(contents);
}

/** The current contents of files; null for a file that does not exist. */
async function present(...paths: string[]): Promise<(string | null)[]> {
  return Promise.all(
    paths.map((path) =>
      readText(others, path).catch((error: unknown) => {
        if (error instanceof FileStoreError && error.failure.code === 'not_found') return null;
        throw error;
      }),
    ),
  );
}

const write = (path: string, text: string) => writeText(others, path, text);
const remove = (path: string) => others.delete(readFilePath(path), { condition: { kind: 'none' }, signal });
const restore = (versionId = '') => runTool(restoreFile, { path: 'a', version_id: versionId }, others);
const appendOther = (content: string) => runTool(appendFile, { path: 'a', content }, others);

/** Makes 24 newer versions: more than one page of what a model would look at. */
async function writeMany(): Promise<void> {
  for (let index = 0; index < 24; index += 1) await appendOther(`other ${index}\n`);
}

describe('an append whose answer is lost', () => {
  it('is made once, however many versions come after it', async () => {
    await write('a', 'start\n');
    loseAnswer('PutObject', writeMany);
    expect(await runTool(appendFile, { path: 'a', content: 'mine\n' }, files)).toMatchObject({
      structured: { etag: toEtag('start\nmine\n') },
    });
    expect((await readText(others, 'a')).match(/mine/g)).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['deletes', () => remove('a')],
    ['moves', () => runTool(moveFile, { source: 'a', target: 'b' }, others)],
  ])('does not create the file again that another caller %s', async (_, meanwhile) => {
    await write('a', 'start\n');
    loseAnswer('PutObject', meanwhile);
    await runTool(appendFile, { path: 'a', content: 'mine\n' }, files);
    expect(await historyOf('a')).toEqual(['start\n', 'start\nmine\n', null]);
  });

  it('is known as made although the old content came back', async () => {
    const { versionId } = await write('a', 'start\n');
    loseAnswer('PutObject', () => restore(versionId));
    await runTool(appendFile, { path: 'a', content: 'mine\n' }, files);
    expect(await historyOf('a')).toEqual(['start\n', 'start\nmine\n', 'start\n']);
  });
});

describe('a write whose answer is lost', () => {
  it('is not repeated over what another caller wrote upon it', async () => {
    await write('a', 'zero');
    const meanwhile = () =>
      runTool(writeFile, { path: 'a', content: 'second', if_match: toEtag('first') }, others);
    // S3 refuses the first request, which requires that the file does not exist.
    proxy.inject(onRequests({ operation: 'PutObject', skip: 1 }, { kind: 'lose-answer', meanwhile }));
    await runTool(writeFile, { path: 'a', content: 'first' }, files);
    expect(await historyOf('a')).toEqual(['zero', 'first', 'second']);
  });

  it.each<[string, (versionId?: string) => Promise<unknown>]>([
    ['24 versions came after it', writeMany],
    ['the old content came back', restore],
    ['the old content came back and changed', (versionId) => restore(versionId).then(() => appendOther('!'))],
    ['the file was moved', () => runTool(moveFile, { source: 'a', target: 'b' }, others)],
  ])('is told as made although %s', async (_, meanwhile) => {
    const { etag, versionId } = await write('a', 'old');
    loseAnswer('PutObject', () => meanwhile(versionId));
    const input = { path: 'a', content: 'mine', if_match: etag };
    expect(await runTool(writeFile, input, files)).toMatchObject({ structured: { etag: toEtag('mine') } });
    expect((await historyOf('a')).filter((content) => content === 'mine')).toHaveLength(1);
  });
});

describe('an edit whose answer is lost', () => {
  const edit = { path: 'a', edits: [{ old_text: 'one', new_text: 'two' }] };

  it('is not made again after another caller undid it', async () => {
    const { versionId } = await write('a', 'one');
    loseAnswer('PutObject', () => restore(versionId));
    await runTool(editFile, edit, files);
    expect(await historyOf('a')).toEqual(['one', 'two', 'one']);
  });

  it('is told as made although another caller moved the file', async () => {
    await write('a', 'one');
    loseAnswer('PutObject', () => runTool(moveFile, { source: 'a', target: 'b' }, others));
    await runTool(editFile, edit, files);
    expect(await present('a', 'b')).toEqual([null, 'two']);
  });
});

describe('two moves in opposite directions', () => {
  const findVersionId = (told: string) => /restore_file for "a" with version_id (\S+)/.exec(told)?.[1];

  it('leave the file under one name, wherever the second one comes between', async () => {
    const back = { source: 'b', target: 'a', overwrite: true };
    await write('a', 'precious');
    doBefore('DeleteObject', () => runTool(moveFile, back, others));
    expect(await failTool(moveFile, { source: 'a', target: 'b' }, files)).toMatch(
      /^copied "a" to "b" .* changed/,
    );
    expect(await present('a', 'b')).toEqual(['precious', null]);
  });

  it('tell which version may be hidden when the answer to the deletion is lost', async () => {
    const back = { source: 'b', target: 'a', overwrite: true };
    await write('a', 'precious');
    const delay = () => runTool(moveFile, back, others);
    proxy.inject(onRequests({ operation: 'CopyObject' }, { kind: 'delay-answer', delay }));
    loseAnswer('DeleteObject');
    const told = await failTool(moveFile, { source: 'a', target: 'b' }, files);
    await restore(findVersionId(told));
    expect(await present('a', 'b')).toEqual(['precious', null]);
  });

  it('tell which version to bring back when another caller took the name of a hidden one', async () => {
    await write('a', 'precious');
    doBefore('DeleteObject', () => runTool(moveFile, { source: 'b', target: 'a', overwrite: true }, others));
    doBefore('ListObjectVersions', () => write('a', 'new'));
    const told = await failTool(moveFile, { source: 'a', target: 'b' }, files);
    expect(await present('a', 'b')).toEqual(['new', null]);
    await restore(findVersionId(told));
    expect(await present('a')).toEqual(['precious']);
  });

  it.each<[string, () => void]>([
    [
      'before the look',
      () => doBefore('ListObjectVersions', () => write('a', 'new').then(() => remove('a'))),
    ],
    [
      'after the refusal of what was to be put back',
      () => {
        // The first copies are those of the two moves. The two looks after the third are for its source and its target.
        proxy.inject(
          onRequests(
            { operation: 'CopyObject', key: /\/a$/ },
            { kind: 'delay-request', delay: () => write('a', 'new') },
          ),
        );
        proxy.inject(
          onRequests(
            { operation: 'HeadObject', key: /\/a$/, skip: 3 },
            { kind: 'delay-request', delay: () => remove('a') },
          ),
        );
      },
    ],
  ])('put nothing back over the deletion of another caller, %s', async (_, take) => {
    await write('a', 'precious');
    doBefore('DeleteObject', () => runTool(moveFile, { source: 'b', target: 'a', overwrite: true }, others));
    take();
    const told = await failTool(moveFile, { source: 'a', target: 'b' }, files);
    expect(await historyOf('a')).toEqual(['precious', 'precious', null, 'new', null]);
    await restore(findVersionId(told));
    expect(await present('a')).toEqual(['precious']);
  });
});

describe('an answer of a middlebox', () => {
  it.each<[string, S3Operation, object]>([
    ['write', 'PutObject', { path: 'new', content: 'x' }],
    ['deletion', 'DeleteObject', { path: 'a' }],
    ['copy', 'CopyObject', { source: 'a', target: 'new' }],
  ])('is not taken for a %s', async (_, operation, input) => {
    await write('a', 'one');
    const tool = { PutObject: writeFile, DeleteObject: deleteFile, CopyObject: copyFile }[
      operation as 'PutObject'
    ];
    proxy.inject(onRequests({ operation, times: Number.POSITIVE_INFINITY }, { kind: 'garbage' }));
    expect(await failTool(tool, { ...input }, files)).toContain('get_file_info');
    expect(await present('a', 'new')).toEqual(['one', null]);
  });

  it('does not stand in the way of the next try', async () => {
    proxy.inject(onRequests({ operation: 'PutObject' }, { kind: 'garbage' }));
    await runTool(writeFile, { path: 'new', content: 'x' }, files);
    expect(await historyOf('new')).toEqual(['x']);
  });
});

describe('a deletion whose answer is lost', () => {
  it('does not hide a new file of the same content', async () => {
    const { versionId } = await write('a', 'same');
    loseAnswer('DeleteObject', () => write('a', 'same'));
    expect(await runTool(deleteFile, { path: 'a' }, files)).toMatchObject({
      structured: { version_id: versionId },
    });
    expect(await historyOf('a')).toEqual(['same', null, 'same']);
  });
});

describe('a request that never reached S3', () => {
  const dropped: Fault = { kind: 'drop' };

  it('is repeated, unless another caller was there meanwhile', async () => {
    await write('a', 'same');
    proxy.inject(onRequests({ operation: 'DeleteObject' }, dropped));
    await runTool(deleteFile, { path: 'a' }, files);
    expect(await historyOf('a')).toEqual(['same', null]);

    await write('a', 'same');
    proxy.inject(onRequests({ operation: 'DeleteObject' }, dropped));
    doBefore('ListObjectVersions', () => write('a', 'same'));
    expect(await failTool(deleteFile, { path: 'a' }, files)).toContain('changed meanwhile');
    expect(await present('a')).toEqual(['same']);
  });

  it('is repeated as a plain write upon what is there then', async () => {
    await write('a', 'one');
    proxy.inject(onRequests({ operation: 'PutObject' }, dropped));
    proxy.inject(
      onRequests({ operation: 'PutObject' }, { kind: 'delay-request', delay: () => write('a', 'two') }),
    );
    await runTool(writeFile, { path: 'a', content: 'mine' }, files);
    expect(await historyOf('a')).toEqual(['one', 'two', 'mine']);
  });
});

describe('a refusal whose reason has gone', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['write', () => runTool(writeFile, { path: 'a', content: 'mine', create_only: true }, files)],
    ['copy', () => runTool(copyFile, { source: 'from', target: 'a' }, files)],
    ['move', () => runTool(moveFile, { source: 'from', target: 'a' }, files)],
    ['append', () => runTool(appendFile, { path: 'a', content: 'mine' }, files)],
  ])('lets a %s try again', async (tool, call) => {
    await write('from', 'mine');
    const isAppend = tool === 'append';
    if (!isAppend) await write('a', 'other');
    // An append finds no file, another caller makes one, and it is gone again when the append reaches S3.
    if (isAppend) doBefore('PutObject', () => write('a', 'other'));
    proxy.inject(
      onRequests(
        { operation: 'HeadObject', key: /\/a$/ },
        { kind: 'delay-request', delay: () => remove('a') },
      ),
    );
    await call();
    expect(await present('a')).toEqual(['mine']);
  });

  it('is told as a race when it comes again and again', async () => {
    const making = () => write('a', 'other');
    const removing = () => remove('a');
    for (const [operation, delay] of [
      ['PutObject', making],
      ['HeadObject', removing],
    ] as const) {
      proxy.inject(
        onRequests(
          { operation, key: /\/a$/, times: Number.POSITIVE_INFINITY },
          { kind: 'delay-request', delay },
        ),
      );
    }
    const input = { path: 'a', content: 'mine', create_only: true };
    expect(await failTool(writeFile, input, files)).toContain('nothing was done');
    expect(await historyOf('a')).not.toContain('mine');
  });
});
