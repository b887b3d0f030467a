import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { runRestore } from '../../../ops/restore/restore.ts';

const s3 = mockClient(S3Client);

beforeEach(() => {
  s3.reset();
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  s3.on(GetBucketLifecycleConfigurationCommand).resolves({ Rules: [] });
  s3.on(CopyObjectCommand).resolves({});
});

const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const version = (VersionId: string, day: number, more: Partial<ObjectVersion> = {}): ObjectVersion => ({
  Key: 'files/a',
  VersionId,
  LastModified: at(day),
  IsLatest: false,
  ETag: `"${VersionId}"`,
  Size: 1,
  ...more,
});

async function restore(...options: readonly string[]) {
  const lines: string[] = [];
  const words = ['--bucket', 'b', '--prefix', 'files/', '--to', at(10).toISOString(), ...options];
  const exitCode = await runRestore(words, {
    createClient: () => new S3Client({}),
    now: at(20),
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
  });
  return { exitCode, lines: lines.slice(1) };
}

const latest = { IsLatest: true };
const skipped =
  'skip     "files/a": what it was then may have been overwritten while the bucket kept no versions, look at it yourself';

describe('a file that was written after the point in time, while the bucket kept no versions', () => {
  it.each<[string, readonly ObjectVersion[]]>([
    ['is all there is', [version('null', 12, latest)]],
    ['was written again since', [version('v2', 15, latest), version('null', 12)]],
    ['has an older version, kept before', [version('null', 12, latest), version('v1', 5)]],
  ])('is neither deleted nor replaced, and named, where it %s', async (_, Versions) => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [...Versions], IsTruncated: false });
    expect(await restore('--apply')).toEqual({
      exitCode: 1,
      lines: [skipped, '0 restored, 0 deleted, 0 as they were, 1 skipped, 0 failed'],
    });
    expect(s3.commandCalls(CopyObjectCommand)).toEqual([]);
    expect(s3.commandCalls(DeleteObjectCommand)).toEqual([]);
    expect((await restore()).lines).toEqual([
      skipped,
      expect.stringMatching(/^0 to restore, 0 to delete, 0 as they were, 1 to skip, 0 failed; nothing was/),
    ]);
  });

  it('was deleted since: it is not taken for a file that never was', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [version('null', 12)],
      DeleteMarkers: [version('v2', 15, latest)],
      IsTruncated: false,
    });
    expect((await restore('--apply')).lines[0]).toBe(skipped);
  });
});

describe('a file that was written before it, while the bucket kept no versions', () => {
  it('is brought back like any other', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [version('v2', 15, { ...latest, Size: 2 }), version('null', 5)],
      IsTruncated: false,
    });
    expect((await restore('--apply')).lines[0]).toMatch(/^restore {2}"files\/a" from version null of /);
    const [copy] = s3.commandCalls(CopyObjectCommand);
    expect(copy?.args[0].input).toMatchObject({ CopySource: 'b/files/a?versionId=null' });
  });
});

describe('a restore that breaks off', () => {
  beforeEach(() => {
    const Versions = [version('v2', 15, { ...latest, Size: 2 }), version('v1', 5)];
    s3.on(ListObjectVersionsCommand).resolves({ Versions, IsTruncated: false });
  });

  it('leaves with 2 where it changed nothing, and says nothing of a rest', async () => {
    s3.on(ListObjectVersionsCommand).rejects(new Error('socket hang up'));
    expect(await restore('--apply')).toEqual({ exitCode: 2, lines: ['socket hang up'] });
  });

  it('leaves with 1 once it began to change something', async () => {
    s3.on(CopyObjectCommand).rejects(new Error('socket hang up'));
    expect(await restore('--apply')).toEqual({
      exitCode: 1,
      lines: ['socket hang up', 'what was done so far stays done: run it again for the rest'],
    });
  });

  it('names the region as the remedy where S3 does', async () => {
    const error = Object.assign(new Error('use the specified endpoint'), { name: 'PermanentRedirect' });
    s3.on(GetBucketVersioningCommand).rejects(error);
    expect((await restore()).lines).toEqual([
      'PermanentRedirect: use the specified endpoint: set AWS_REGION to the region of the bucket',
    ]);
  });
});
