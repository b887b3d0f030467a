import {
  type BucketVersioningStatus,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { requireSafe, Unsafe } from '../../../ops/restore/preconditions.ts';
import { runRestore } from '../../../ops/restore/restore.ts';

const now = new Date('2026-11-23T12:00:00Z');
const prefix = 'files/shared/';
const s3 = mockClient(S3Client);

beforeEach(() => {
  s3.reset();
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
});

function require(daysAgo: number) {
  const to = new Date(now.getTime() - daysAgo * 86_400_000);
  return requireSafe({ client: new S3Client({}), bucket: 'b', prefix, to }, now);
}

const keep = (NoncurrentDays: number, more: Partial<LifecycleRule> = {}): LifecycleRule => ({
  Status: 'Enabled',
  NoncurrentVersionExpiration: { NoncurrentDays },
  ...more,
});

describe('a restore', () => {
  it.each<[string, LifecycleRule, number, boolean]>([
    ['within the days of the rule', keep(90), 90, true],
    ['before them', keep(90), 90.001, false],
    ['before them, by the old kind of rule', keep(90, { Prefix: '' }), 91, false],
    ['under a rule that is off', keep(90, { Status: 'Disabled' }), 91, true],
    ['under a rule for something else', { Status: 'Enabled', Expiration: { Days: 1 } }, 91, true],
    ['beside the prefix of the rule', keep(1, { Filter: { Prefix: 'other/' } }), 91, true],
    ['below the prefix of the rule', keep(1, { Filter: { Prefix: 'files/' } }), 91, false],
    ['above the prefix of the rule', keep(1, { Filter: { Prefix: 'files/shared/notes/' } }), 91, false],
    ['below one of two conditions', keep(1, { Filter: { And: { Prefix: 'files/', Tags: [] } } }), 91, false],
  ])('%s is judged by whether versions may have expired', async (_, rule, daysAgo, isSafe) => {
    s3.on(GetBucketLifecycleConfigurationCommand).resolves({ Rules: [keep(200), rule] });
    const judged = require(daysAgo);
    if (isSafe) await judged;
    else await expect(judged).rejects.toThrow(Unsafe);
  });

  it('names the earliest time', async () => {
    s3.on(GetBucketLifecycleConfigurationCommand).resolves({ Rules: [keep(90)] });
    await expect(require(91)).rejects.toThrow(
      'set --to to 2026-08-25T12:00:00.000Z or later: b keeps replaced versions for 90 days',
    );
  });

  it.each(['NoSuchLifecycleConfiguration', 'NotImplemented'])('goes back at will after %s', async (name) => {
    s3.on(GetBucketLifecycleConfigurationCommand).rejects(toError(name));
    await require(10_000);
  });

  it('is not made when the rules cannot be read', async () => {
    s3.on(GetBucketLifecycleConfigurationCommand).rejects(toError('AccessDenied'));
    await expect(require(1)).rejects.toThrow('AccessDenied');
  });

  it.each<BucketVersioningStatus | undefined>(['Suspended', undefined])(
    'is not made in a bucket whose versioning is %s',
    async (Status) => {
      s3.on(GetBucketVersioningCommand).resolves(Status ? { Status } : {});
      s3.on(GetBucketLifecycleConfigurationCommand).resolves({ Rules: [] });
      await expect(require(1)).rejects.toThrow(
        new Unsafe('turn on the versioning of b: without it a restore overwrites for good'),
      );
    },
  );
});

describe('a restore that is not safe', () => {
  it('does not begin', async () => {
    s3.on(GetBucketVersioningCommand).resolves({ Status: 'Suspended' });
    const complaints: string[] = [];
    const exitCode = await runRestore(['--bucket', 'b', '--prefix', prefix, '--to', '2026-11-23T00:00:00Z'], {
      createClient: () => new S3Client({}),
      now,
      print: () => {},
      complain: (line) => void complaints.push(line),
    });
    expect([exitCode, complaints]).toEqual([2, [expect.stringMatching(/^turn on the versioning of b/)]]);
    expect(s3.commandCalls(ListObjectVersionsCommand)).toEqual([]);
  });
});

function toError(name: string): S3ServiceException {
  return new S3ServiceException({ name, message: name, $fault: 'client', $metadata: {} });
}
