import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { bucket } from '../../local/s3/running-store.ts';
import { passTime, prefix, type RestorableBucket, startBucket } from './restorable-bucket.ts';

let files: RestorableBucket;
beforeEach(async () => {
  files = await startBucket();
});
afterEach(() => files.store.stop());

describe('the restore of a few files', () => {
  it('copies what was changed and deleted, and deletes what did not exist', async () => {
    await files.put(`${prefix}changed.md`, 'older');
    await files.put(`${prefix}changed.md`, 'old');
    await files.put(`${prefix}deleted.md`, 'gone');
    await files.put(`${prefix}same.md`, 'same');
    const to = await passTime();
    await files.put(`${prefix}changed.md`, 'new');
    await files.remove(`${prefix}deleted.md`);
    await files.put(`${prefix}created.md`, 'new');
    await files.put('files/shared/other.md', 'not below the prefix');

    const { exitCode, title, lines, summary } = await files.restore(to, '--apply');
    expect(title).toBe(`files below "files/shared/notes/" of files as of ${to}`);
    expect(lines).toEqual([
      expect.stringMatching(
        /^restore {2}"files\/shared\/notes\/changed\.md" from version [0-9a-f]{32} of .*Z$/,
      ),
      'delete   "files/shared/notes/created.md"',
      expect.stringMatching(/^restore {2}"files\/shared\/notes\/deleted\.md" from version/),
    ]);
    expect(summary).toBe('2 restored, 1 deleted, 1 as they were, 0 skipped, 0 failed');
    expect(exitCode).toBe(0);
    expect(await files.read(`${prefix}changed.md`)).toBe('old');
    expect(await files.read(`${prefix}deleted.md`)).toBe('gone');
    expect(Object.keys(await files.listFiles())).toEqual([
      `${prefix}changed.md`,
      `${prefix}deleted.md`,
      `${prefix}same.md`,
      'files/shared/other.md',
    ]);
  });

  it('keeps the media type', async () => {
    await files.put(`${prefix}a.md`, 'old');
    const to = await passTime();
    await files.store.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${prefix}a.md`, Body: 'new' }),
    );
    await files.restore(to, '--apply');
    const { ContentType } = await files.store.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: `${prefix}a.md` }),
    );
    expect(ContentType).toBe('text/markdown');
  });

  it('changes nothing unless it is applied', async () => {
    await files.put(`${prefix}a.md`, 'old');
    const to = await passTime();
    await files.put(`${prefix}a.md`, 'new');
    await files.put(`${prefix}b.md`, 'new');
    const before = await files.listVersionIds();
    const { exitCode, lines, summary } = await files.restore(to);
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['restore', 'delete ']);
    expect(summary).toBe(
      '1 to restore, 1 to delete, 0 as they were, 0 to skip, 0 failed; nothing was changed: add --apply to do it',
    );
    expect([exitCode, await files.listVersionIds()]).toEqual([0, before]);
  });

  it('counts what was deleted then and is deleted now as unchanged', async () => {
    await files.put(`${prefix}a.md`, 'old');
    await files.remove(`${prefix}a.md`);
    const to = await passTime();
    await files.put(`${prefix}a.md`, 'new');
    await files.remove(`${prefix}a.md`);
    expect((await files.restore(to, '--apply')).summary).toMatch(/^0 restored, 0 deleted, 1 as they were/);
  });

  it.each(['a b+c%20d?e&f.md', 'grüße 世界 😀.md', 'tab\tand\nline\u0001.md', 'quote\'"<&>.md'])(
    'handles the key %j',
    async (name) => {
      await files.put(`${prefix}${name}`, 'old');
      const to = await passTime();
      await files.put(`${prefix}${name}`, 'new');
      const { lines } = await files.restore(to, '--apply');
      expect(lines).toEqual([expect.stringContaining(`${JSON.stringify(`${prefix}${name}`)} from version`)]);
      expect(await files.read(`${prefix}${name}`)).toBe('old');
    },
  );

  it.each([
    ['a deletion after a write', ['put', 'remove'], undefined],
    ['a write after a deletion', ['put', 'remove', 'put'], '2'],
  ])('tells %s within one second by their order', async (_, steps, expected) => {
    const key = await doWithinOneSecond(steps);
    const to = await passTime();
    // Two more within one second, so that the order of the newer ones does not tell either.
    await files.put(key, 'new');
    await files.remove(key);
    await files.put(key, 'newer');
    await files.restore(to, '--apply');
    const present = await files.listFiles();
    expect(key in present ? await files.read(key) : undefined).toBe(expected);
  });

  /** Writes and deletes a file within one second; tries with other files until that works. */
  async function doWithinOneSecond(steps: readonly string[]): Promise<string> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const key = `${prefix}${attempt}.md`;
      const begin = Math.floor(Date.now() / 1000);
      for (const [index, step] of steps.entries())
        await (step === 'put' ? files.put(key, `${index}`) : files.remove(key));
      if (Math.floor(Date.now() / 1000) === begin) return key;
    }
    throw new Error('this machine is too slow for two writes a second');
  }
});

describe('a change that somebody makes meanwhile', () => {
  /** Does something right before the first request of this kind. */
  function before(command: { name: string }, interfere: () => Promise<unknown>): void {
    let isFirst = true;
    files.store.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === command.name && isFirst) {
          isFirst = false;
          await interfere();
        }
        return next(args);
      },
      { step: 'initialize' },
    );
  }

  it.each<
    [
      string,
      () => Promise<unknown>,
      () => Promise<unknown>,
      { name: string },
      () => Promise<unknown>,
      string | undefined,
    ]
  >([
    [
      'a write',
      () => files.put(`${prefix}a`, '1'),
      () => files.put(`${prefix}a`, '2'),
      CopyObjectCommand,
      () => files.put(`${prefix}a`, '3'),
      '3',
    ],
    [
      'a deletion',
      () => files.put(`${prefix}a`, '1'),
      () => files.put(`${prefix}a`, '2'),
      CopyObjectCommand,
      () => files.remove(`${prefix}a`),
      undefined,
    ],
    [
      'a write of what was deleted',
      () => files.put(`${prefix}a`, '1'),
      () => files.remove(`${prefix}a`),
      CopyObjectCommand,
      () => files.put(`${prefix}a`, '3'),
      '3',
    ],
    [
      'a write of what is to be deleted',
      async () => {},
      () => files.put(`${prefix}a`, '2'),
      DeleteObjectCommand,
      () => files.put(`${prefix}a`, '3'),
      '3',
    ],
    [
      'a deletion of what is to be deleted',
      async () => {},
      () => files.put(`${prefix}a`, '2'),
      DeleteObjectCommand,
      () => files.remove(`${prefix}a`),
      undefined,
    ],
  ])('is kept when it is %s, and named', async (_, first, second, command, interfere, expected) => {
    await first();
    const to = await passTime();
    await second();
    before(command, interfere);
    const { exitCode, lines, summary } = await files.restore(to, '--apply');
    expect(lines).toEqual([`skip     "${prefix}a": it changed meanwhile`]);
    expect([exitCode, summary]).toEqual([1, '0 restored, 0 deleted, 0 as they were, 1 skipped, 0 failed']);
    const present = await files.listFiles();
    expect(`${prefix}a` in present ? await files.read(`${prefix}a`) : undefined).toBe(expected);
  });
});
