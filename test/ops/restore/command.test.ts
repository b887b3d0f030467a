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

const options = (name: string, to: string) => ['--bucket', name, '--prefix', 'files/', '--to', to];

describe('npm run restore', () => {
  async function run(words: readonly string[], variables: NodeJS.ProcessEnv = { AWS_REGION: 'us-east-1' }) {
    const command = join(import.meta.dirname, '../../../bin/restore.ts');
    const child = spawn(process.execPath, [command, ...words], {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_S3: files.store.server.url,
        ...variables,
        // Whoever runs the tests may have a region of their own.
        AWS_CONFIG_FILE: '/dev/null',
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
    const { stdout, stderr, exitCode } = await run([...options(bucket, to), '--apply']);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('1 restored, 0 deleted, 0 as they were, 0 skipped, 0 failed\n');
    expect(await files.read(`${prefix}a.md`)).toBe('old');
  });

  it('says as JSON what was done to each file, and how it went in sum', async () => {
    await files.put(`${prefix}a.md`, 'old');
    const to = await passTime();
    await files.put(`${prefix}a.md`, 'new');
    await files.put(`${prefix}b.md`, 'new');
    const { stdout, exitCode } = await run([...options(bucket, to), '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      bucket,
      prefix: 'files/',
      to,
      isApplied: false,
      summary: { unchanged: 0, restored: 1, deleted: 1, skipped: 0, failed: 0 },
      results: [
        {
          key: `${prefix}a.md`,
          action: 'restore',
          versionId: expect.any(String),
          modified: expect.any(String),
        },
        { key: `${prefix}b.md`, action: 'delete' },
      ],
    });
  });

  it('says as JSON why it ended early', async () => {
    const { stdout, exitCode } = await run([...options('no-such-bucket', '2026-01-01T00:00:00Z'), '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      results: [],
      error: expect.stringMatching(/^NoSuchBucket: /),
    });
  });

  it('leaves with 2 for what S3 refuses before anything is changed, and does not speak of the rest', async () => {
    const to = '2026-01-01T00:00:00Z';
    const { stdout, stderr, exitCode } = await run([...options('no-such-bucket', to), '--apply']);
    expect([stderr, exitCode]).toEqual([expect.stringMatching(/^NoSuchBucket: .*\n$/), 2]);
    expect(stdout).toBe('files below "files/" of no-such-bucket as of 2026-01-01T00:00:00.000Z\n');
  });

  it.each([[{}], [{ AWS_REGION: '' }]])('says what to set where the region is %j', async (variables) => {
    const { stderr, exitCode } = await run(options(bucket, '2026-01-01T00:00:00Z'), variables);
    expect([stderr, exitCode]).toEqual([
      expect.stringMatching(/^Region .*: set AWS_REGION to the region of the bucket\n$/),
      2,
    ]);
  });

  it.each([
    [['--prefix', 'files/'], 'name the bucket with --bucket'],
    [['--force'], "unknown option '--force'"],
  ])('leaves with 2 for %j', async (words, complaint) => {
    const { stdout, stderr, exitCode } = await run(words);
    expect([stdout, stderr, exitCode]).toEqual(['', expect.stringContaining(`${complaint}\n\nBrings`), 2]);
  });

  it('explains itself', async () => {
    const { stdout, exitCode } = await run(['--help']);
    for (const word of ['--bucket', '--prefix', '--to', '--apply', 'AWS_ENDPOINT_URL_S3'])
      expect(stdout).toContain(word);
    expect(exitCode).toBe(0);
  });
});
