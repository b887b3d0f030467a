/**
 * The policy that limits a session of the role to the keys of one prefix. The session may do nothing that the role
 * may not do, such as delete where deletion is off. At most 2,048 characters (STS, AssumeRole).
 */
export function toSessionPolicy(roleArn: string, bucket: string, prefix: string): string {
  if (/[*?$]/.test(prefix))
    throw new Error(`the prefix "${prefix}" holds a character that policies interpret`);
  const [, partition] = roleArn.split(':');
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'],
        Resource: `${bucketArn}/${prefix}*`,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketVersions'],
        Resource: bucketArn,
        Condition: { StringLike: { 's3:prefix': `${prefix}*` } },
      },
      // The role names the key of the bucket, if it has one of its own.
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' },
    ],
  });
}
