import { Match, type Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, statementsOf, synthesize } from '../support/synthesize.ts';

const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 120_000);

describe('the bucket of the files', () => {
  it('keeps versions, lets old ones and unfinished uploads go, and counts its requests', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
      MetricsConfigurations: [{ Id: 'EntireBucket' }],
    });
  });

  it('is closed to the public, encrypted, and has no physical name, and so is the bucket of its log', () => {
    const buckets = propertiesOf(template, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(bucket).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      });
      expect(bucket).not.toHaveProperty('BucketName');
      expect(bucket).not.toHaveProperty('AccessControl');
    }
  });

  it('refuses requests without TLS', () => {
    const denials = statementsOf(template, 'AWS::S3::BucketPolicy').filter(({ Effect }) => Effect === 'Deny');
    expect(denials).toHaveLength(2);
    for (const denial of denials)
      expect(denial).toMatchObject({
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
  });

  it('logs its requests in the other bucket, where only S3 may write, and only of this one', () => {
    const log = { Ref: Match.stringLikeRegexp('FilesAccessLogs') };
    template.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: log },
    });
    const admissions = statementsOf(template, 'AWS::S3::BucketPolicy').filter(
      ({ Effect }) => Effect === 'Allow',
    );
    expect(admissions).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Resource: expect.anything(),
        Condition: {
          ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching('FilesBucket'), 'Arn'] } },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ]);
  });

  it('forgets the log of its requests when the settings say so', () => {
    const expiring = (days: number) => ({
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: days, Status: 'Enabled' }] },
    });
    template.hasResourceProperties('AWS::S3::Bucket', expiring(30));
    synthesize({ logRetentionDays: 7 }).hasResourceProperties('AWS::S3::Bucket', expiring(7));
  });

  it('outlives the stack, with the logs, but for a creation that failed, unless it is told otherwise', () => {
    const policiesOf = (stack: Template) =>
      ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'].flatMap((type) =>
        Object.values(stack.findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy),
      );
    for (const { UpdateReplacePolicy } of Object.values(template.findResources('AWS::S3::Bucket')))
      expect(UpdateReplacePolicy).toBe('Retain');
    expect(policiesOf(template)).toEqual(Array(5).fill('RetainExceptOnCreate'));
    expect(policiesOf(synthesize({ removalPolicy: 'destroy' }))).toEqual(Array(5).fill('Delete'));
  });
});

describe('what holds data', () => {
  it('keeps its ids, because under another id an upgrade would put an empty one in its place', () => {
    const ids = (type: string) => Object.keys(template.findResources(type));
    expect(ids('AWS::S3::Bucket')).toEqual(['FilesAccessLogsAAAD0C84', 'FilesBucket7C17EE2E']);
    expect(ids('AWS::Logs::LogGroup')).toEqual([
      'ApiAccessLog713001CC',
      'MetadataLogs7AF8816E',
      'McpLogs4DA55288',
    ]);
  });
});

describe('a KMS key', () => {
  it('encrypts the bucket, and the function may use it and no other', () => {
    const other = synthesize({ kmsKeyArn });
    other.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyArn },
          },
        ],
      },
    });
    expect(statementsOf(other)).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: kmsKeyArn,
    });
    expect(JSON.stringify(statementsOf(template))).not.toContain('kms:');
  });
});

describe('an existing bucket', () => {
  it('takes the place of a new one, in the rights and in the variables, and is not changed', () => {
    const other = synthesize({ bucketName: 'their-files', kmsKeyArn });
    other.resourceCountIs('AWS::S3::Bucket', 0);
    other.resourceCountIs('AWS::S3::BucketPolicy', 0);
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::their-files/files/*']] };
    expect(statementsOf(other)).toContainEqual(expect.objectContaining({ Resource: arn }));
    other.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { FILES_BUCKET: 'their-files' } },
    });
    other.hasOutput('FilesBucket', { Value: 'their-files' });
  });
});
