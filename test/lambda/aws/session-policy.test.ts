import { toSessionPolicy } from '../../../lambda/aws/session-policy.ts';
import { toRootPrefix } from '../../../lambda/files/file-root.ts';
import { isAllowed, readStatements } from '../../permissions/iam-policy.ts';

const roleArn = 'arn:aws:iam::111122223333:role/tenant';
const bucket = 'arn:aws:s3:::bucket';

function isGranted(prefix: string, action: string, resource: string, context = {}): boolean {
  const statements = readStatements(JSON.parse(toSessionPolicy(roleArn, 'bucket', prefix)));
  return isAllowed(statements, { action, resource, context });
}

describe('the policy of a session', () => {
  it.each([
    ['s3:GetObject', `${bucket}/files/users/al/a.md`, {}],
    ['s3:GetObjectVersion', `${bucket}/files/users/al/a/b.md`, {}],
    ['s3:PutObject', `${bucket}/files/users/al/a.md`, {}],
    ['s3:DeleteObject', `${bucket}/files/users/al/a.md`, {}],
    ['s3:ListBucket', bucket, { 's3:prefix': 'files/users/al/' }],
    ['s3:ListBucketVersions', bucket, { 's3:prefix': 'files/users/al/a.md' }],
    ['kms:Decrypt', 'arn:aws:kms:eu-central-1:111122223333:key/1', {}],
    ['kms:GenerateDataKey', 'arn:aws:kms:eu-central-1:111122223333:key/1', {}],
  ])('grants %s for %s %j', (action, resource, context) => {
    expect(isGranted('files/users/al/', action, resource, context)).toBe(true);
  });

  it.each([
    ['s3:GetObject', `${bucket}/files/users/alice/a.md`, {}],
    ['s3:GetObject', `${bucket}/files/users/al`, {}],
    ['s3:PutObject', `${bucket}/files/users/bob/a.md`, {}],
    ['s3:DeleteObjectVersion', `${bucket}/files/users/al/a.md`, {}],
    ['s3:PutObjectTagging', `${bucket}/files/users/al/a.md`, {}],
    ['s3:ListBucket', bucket, { 's3:prefix': 'files/users/' }],
    ['s3:ListBucket', bucket, { 's3:prefix': 'files/users/alice/' }],
    ['s3:ListBucket', bucket, {}],
    ['s3:GetObject', 'arn:aws:s3:::other/files/users/al/a.md', {}],
  ])('does not grant %s for %s %j', (action, resource, context) => {
    expect(isGranted('files/users/al/', action, resource, context)).toBe(false);
  });

  it('fits into what STS takes, whoever the caller is', () => {
    const owner = { kind: 'user', subject: '\u{1f600}'.repeat(10) } as const;
    const root = toRootPrefix('user', owner, () => '');
    expect(root.length).toBeGreaterThan(120);
    expect(toSessionPolicy(roleArn, 'b'.repeat(63), `files/${root}`).length).toBeLessThan(2_048);
  });

  it.each(['*', '?', `\${aws:username}`])('is not made of %j, which policies interpret', (text) => {
    expect(() => toSessionPolicy(roleArn, 'bucket', `files/users/${text}/`)).toThrow(
      'holds a character that policies interpret',
    );
  });

  it('names the bucket in the partition of the role', () => {
    const policy = toSessionPolicy('arn:aws-cn:iam::111122223333:role/tenant', 'bucket', 'files/');
    expect(policy).toContain('arn:aws-cn:s3:::bucket/files/*');
    expect(policy).not.toContain('arn:aws:');
  });
});
