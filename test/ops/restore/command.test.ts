import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bucket, credentials } from '../../local/s3/running-store.ts';
import { passTime, prefix, type RestorableBucket, startBucket } from './restorable-bucket.ts';

let files: RestorableBucket;
beforeEach(async () => {
  files = await startBucket();
});
afterEach(() => files.store.stop());

describe('npm run restore', () => {
  async function run(...words: readonly string[]) {
    const command = join(import.meta.dirname, '../../../bin/restore.ts');
    const child = spawn(process.execPath, [command, ...words], {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_S3: files.store.server.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      child.stdout.toArray(),
      child.stderr.toArray(),
      once(child, 'exit'),
    ]);
    return { stdout: stdout.join(''), stderr: stderr.join(''), exitCode };
  }

  it('uses the credentials, the region and the endpoint of the AWS SDK', async () => {
    await files.put(`${prefix}a.md`, 'old');
    const to = await passTime();
    await files.put(`${prefix}a.md`, 'new');
    const { stdout, stderr, exitCode } = await run(
      '--bucket',
      bucket,
      '--prefix',
      'files/',
      '--to',
      to,
      '--apply',
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('1 restored, 0 deleted, 0 as they were, 0 skipped, 0 failed\n');
    expect(await files.read(`${prefix}a.md`)).toBe('old');
  });

  it('leaves with 1 for what S3 refuses, and says to run it again', async () => {
    const to = '2026-01-01T00:00:00Z';
    const { stderr, exitCode } = await run('--bucket', 'no-such-bucket', '--prefix', 'files/', '--to', to);
    expect([stderr, exitCode]).toEqual([
      expect.stringMatching(/^NoSuchBucket: .*\nwhat was done so far stays done: run it again/),
      1,
    ]);
  });

  it.each([
    [['--prefix', 'files/'], 'name the bucket with --bucket'],
    [['--force'], "unknown option '--force'"],
  ])('leaves with 2 for %j', async (words, complaint) => {
    const { stdout, stderr, exitCode } = await run(...words);
    expect([stdout, stderr, exitCode]).toEqual(['', expect.stringContaining(`${complaint}\n\nBrings`), 2]);
  });

  it('explains itself', async () => {
    const { stdout, exitCode } = await run('--help');
    for (const word of ['--bucket', '--prefix', '--to', '--apply', 'AWS_ENDPOINT_URL_S3'])
      expect(stdout).toContain(word);
    expect(exitCode).toBe(0);
  });
});
