import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { bundleFunctions } from '../../lib/bundle.ts';
import { readSettings } from '../../lib/settings.ts';
import {
  casdoorUrl,
  createStack,
  propertiesOf,
  type Statement,
  statementsOf,
  synthesize,
} from '../support/synthesize.ts';

const domain = {
  domainName: 'files.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};

/** Every setting that adds or changes resources, as much at once as goes together. */
const everything = {
  ...domain,
  stackName: 'Staging',
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555',
  removalPolicy: 'destroy',
  logRetentionDays: 7,
  mcpMemory: 512,
  reservedConcurrency: 20,
  provisionedConcurrency: 2,
  alarmEmail: 'ops@example.com',
  permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary',
  tags: ['team=files', 'cost-center=a=b'],
  fileRoots: 'user',
  isolation: 'iam',
  callsPerMinute: 60,
  bytesPerDay: 1_000_000,
};

let template: Template;
let full: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
  full = synthesize(everything);
}, 120_000);

describe('the variables of the functions', () => {
  const resource = {
    'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('HttpApi'), 'ApiEndpoint'] }, '/mcp']],
  };

  it('hold the URL of the API as the resource, and the settings', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          RESOURCE_URL: resource,
          ISSUER: casdoorUrl,
          JWKS_URL: 'https://door.example.com/.well-known/jwks',
          KEY_SET_MAX_AGE_HOURS: '24',
          PRINCIPAL_CACHE_SECONDS: '60',
          TOKEN_PROFILE: 'casdoor',
          TOKEN_AUDIENCE: Match.absent(),
          SCOPE_PREFIX: Match.absent(),
          TOOL_VISIBILITY: 'all',
          TOKEN_ALGORITHMS: 'RS256',
          INITIAL_SCOPES: 'files:list files:read',
          FILES_BUCKET: { Ref: Match.stringLikeRegexp('Bucket') },
          FILES_PREFIX: 'files/',
          FILE_ROOTS: 'shared',
          DELETION: 'on',
          MAX_WRITE_BYTES: '3145728',
          SERVICE_NAME: 'CasdoorMcpFileServer',
          LOG_PATHS: 'off',
          ALLOWED_ORIGINS:
            'https://claude.ai https://claude.com https://chatgpt.com https://vscode.dev https://insiders.vscode.dev https://github.dev',
          WRITER_METADATA: 'on',
          ALLOWED_CLIENT_IDS: Match.absent(),
          TENANT_ROLE_ARN: Match.absent(),
          QUOTA_TABLE: Match.absent(),
        },
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          RESOURCE_URL: resource,
          ISSUER: casdoorUrl,
          RESOURCE_NAME: 'Casdoor MCP file server',
          DOCUMENTATION_URL: 'https://casdoor.org/docs/mcp-auth/third-party-integration',
        },
      },
    });
  });

  it("hold the application's own key set, the public URL and the allow-lists where they are set", () => {
    const other = synthesize({
      casdoorApplication: 'app-mcp',
      publicUrl: 'https://files.example.com/mcp',
      allowedClientIds: 'one,two',
      allowedOrganizations: 'acme',
      machineClientIds: 'robot',
      tokenAlgorithms: 'ES256',
      fileRoots: 'user',
      deletion: 'false',
      maxWriteBytes: '1024',
      logPaths: 'true',
      writerMetadata: 'false',
      stackName: 'Staging',
    });
    other.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          RESOURCE_URL: 'https://files.example.com/mcp',
          JWKS_URL: 'https://door.example.com/.well-known/app-mcp/jwks',
          ALLOWED_CLIENT_IDS: 'one two',
          ALLOWED_ORGANIZATIONS: 'acme',
          MACHINE_CLIENT_IDS: 'robot',
          TOKEN_ALGORITHMS: 'ES256',
          FILE_ROOTS: 'user',
          DELETION: 'off',
          MAX_WRITE_BYTES: '1024',
          LOG_PATHS: 'on',
          WRITER_METADATA: 'off',
          SERVICE_NAME: 'Staging',
        },
      },
    });
    other.hasOutput('McpUrl', { Value: 'https://files.example.com/mcp' });
  });
});

describe('the longest variables that the settings admit', () => {
  /** The longest names that AWS gives. */
  const lengths: Readonly<Record<string, number>> = {
    FILES_BUCKET: 63,
    QUOTA_TABLE: 255,
    TENANT_ROLE_ARN: 102,
  };

  it('are no longer than Lambda takes, whatever names AWS gives to what they refer to', () => {
    const isAdmitted = (length: number) => {
      try {
        return Boolean(readSettings({ casdoorUrl, ...everything, allowedClientIds: 'x'.repeat(length) }));
      } catch {
        return false;
      }
    };
    let longest = 4096;
    while (!isAdmitted(longest)) longest -= 1;
    expect(longest).toBeGreaterThan(2500);
    const other = synthesize({ ...everything, allowedClientIds: 'x'.repeat(longest) });
    for (const { Environment } of propertiesOf(other, 'AWS::Lambda::Function')) {
      // The shape of an AWS::Lambda::Function; every one here has variables.
      const { Variables } = Environment as { Variables: Record<string, unknown> };
      const texts = Object.entries(Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'x'.repeat(lengths[name] ?? Number.NaN),
      ]);
      expect(JSON.stringify(Object.fromEntries(texts)).length).toBeLessThanOrEqual(4096);
    }
  });
});

describe('the rights of the functions', () => {
  const isEverything = ({ Resource }: Statement) => [Resource].flat().includes('*');

  it('come from no managed policy', () => {
    for (const role of propertiesOf(full, 'AWS::IAM::Role')) {
      expect(role).not.toHaveProperty('ManagedPolicyArns');
      expect(role).not.toHaveProperty('Policies');
    }
  });

  it('are, all together, exactly these', () => {
    const files = { 'Fn::GetAtt': [expect.stringContaining('FilesBucket'), 'Arn'] };
    const statements = statementsOf(template);
    expect(statements).toHaveLength(6);
    expect(statements).toEqual(
      expect.arrayContaining([
        {
          Effect: 'Allow',
          Action: ['s3:DeleteObject', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
          Resource: { 'Fn::Join': ['', [files, '/files/*']] },
        },
        {
          Effect: 'Allow',
          Action: ['s3:ListBucket', 's3:ListBucketVersions'],
          Resource: files,
          Condition: { StringLike: { 's3:prefix': 'files/*' } },
        },
        {
          Effect: 'Allow',
          Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
          Resource: '*',
        },
        ...['MetadataLogs', 'McpLogs'].map((logs) => ({
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [expect.stringContaining(logs), 'Arn'] },
        })),
      ]),
    );
  });

  it('let nobody delete a version, and nobody delete at all where deletion is off', () => {
    const actionsOf = (stack: Template) => JSON.stringify(stack.findResources('AWS::IAM::Policy'));
    expect(actionsOf(template)).toContain('"s3:DeleteObject"');
    expect(actionsOf(template)).not.toContain('s3:DeleteObjectVersion');
    expect(actionsOf(synthesize({ deletion: false }))).not.toContain('s3:Delete');
  });

  it('hold no wildcard in any action', () => {
    const actions = statementsOf(full).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions).not.toHaveLength(0);
  });

  it('reach every resource with the two actions of X-Ray only, which take none', () => {
    const actions = statementsOf(full)
      .filter(isEverything)
      .flatMap(({ Action }) => Action);
    expect([...new Set(actions)]).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
  });

  it('stay within the boundary that the settings name, all of them', () => {
    const boundaries = (stack: Template) =>
      propertiesOf(stack, 'AWS::IAM::Role').map(({ PermissionsBoundary }) => PermissionsBoundary);
    expect(boundaries(template)).toEqual([undefined, undefined]);
    expect(new Set(boundaries(full))).toEqual(new Set([everything.permissionsBoundaryArn]));
  });
});

describe('the isolation of callers by IAM', () => {
  const actionsOf = (stack: Template, role: string) =>
    propertiesOf(stack, 'AWS::IAM::Policy')
      .filter(({ Roles }) => JSON.stringify(Roles).includes(role))
      // Every policy has a document of this form.
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement)
      .flatMap(({ Action }) => Action);

  it('gives the rights to the files to a role that only the MCP function takes on, and takes them from it', () => {
    expect(actionsOf(full, 'TenantRole')).toEqual([
      's3:DeleteObject',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      's3:ListBucket',
      's3:ListBucketVersions',
      'kms:Decrypt',
      'kms:GenerateDataKey',
    ]);
    expect(actionsOf(full, 'McpRole').join()).not.toMatch(/s3:|kms:/);
    const tenantRole = { 'Fn::GetAtt': [Match.stringLikeRegexp('TenantRole'), 'Arn'] };
    full.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: tenantRole }]),
      },
    });
    full.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('McpRole'), 'Arn'] } },
          },
        ],
      },
    });
    full.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TENANT_ROLE_ARN: tenantRole } },
    });
  });

  it('is off by default', () => {
    expect(actionsOf(template, 'McpRole').join()).not.toContain('sts:');
    template.resourceCountIs('AWS::IAM::Role', 2);
  });
});

describe('the quota of each caller', () => {
  const table = { Ref: Match.stringLikeRegexp('Quota') };

  it('has a table that the MCP function counts in, and both limits', () => {
    full.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { QUOTA_TABLE: table, CALLS_PER_MINUTE: '60', BYTES_PER_DAY: '1000000' },
      },
    });
    expect(statementsOf(full)).toContainEqual({
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': [expect.stringContaining('QuotaTable'), 'Arn'] },
    });
  });

  it.each([
    ['callsPerMinute', 'CALLS_PER_MINUTE', 'BYTES_PER_DAY'],
    ['bytesPerDay', 'BYTES_PER_DAY', 'CALLS_PER_MINUTE'],
  ])('is turned on by %s alone', (setting, set, unset) => {
    synthesize({ [setting]: 7 }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { QUOTA_TABLE: table, [set]: '7', [unset]: Match.absent() } },
    });
  });

  it('is off by default and then there is no table to pay for', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  });
});

describe('what others may do with the resources', () => {
  it('is allowed to services by name, and everything only to the account whose key it is', () => {
    const types = ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::KMS::Key'];
    const allowed = types
      .flatMap((type) => statementsOf(full, type))
      .filter(({ Effect }) => Effect === 'Allow');
    const [byAccount, byService] = [true, false].map((isAccount) =>
      allowed.filter(({ Principal }) => JSON.stringify(Principal).includes(':root') === isAccount),
    );
    expect(byAccount?.map(({ Action }) => Action)).toEqual(['kms:*']);
    for (const { Action, Principal, Condition } of byService ?? []) {
      expect([Action].flat().join()).not.toContain('*');
      expect(Principal).toEqual({
        Service: expect.stringMatching(/^(logging\.s3|cloudwatch)\.amazonaws\.com$/),
      });
      expect(Condition).toHaveProperty(['ArnLike', 'aws:SourceArn']);
    }
    expect(byService).toHaveLength(3);
  });
});

describe('the names and tags of the resources', () => {
  it.each([
    ['AWS::S3::Bucket', 'BucketName'],
    ['AWS::Lambda::Function', 'FunctionName'],
    ['AWS::IAM::Role', 'RoleName'],
    ['AWS::Logs::LogGroup', 'LogGroupName'],
    ['AWS::DynamoDB::GlobalTable', 'TableName'],
    ['AWS::SNS::Topic', 'TopicName'],
    ['AWS::CloudWatch::Alarm', 'AlarmName'],
    ['AWS::CloudWatch::Dashboard', 'DashboardName'],
  ])('leave the name of every %s to CloudFormation, so that stacks stand side by side', (type, name) => {
    const all = propertiesOf(full, type);
    expect(all).not.toHaveLength(0);
    for (const properties of all) expect(properties).not.toHaveProperty(name);
  });

  it('put the tags of the settings on what takes tags', () => {
    const both = [
      { Key: 'cost-center', Value: 'a=b' },
      { Key: 'team', Value: 'files' },
    ];
    for (const type of ['AWS::S3::Bucket', 'AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup'])
      for (const { Tags } of propertiesOf(full, type)) expect(Tags).toEqual(expect.arrayContaining(both));
  });
});

describe('the public URLs', () => {
  it('hold no name of a stage', () => {
    const endpoint = { 'Fn::GetAtt': [expect.stringContaining('HttpApi'), 'ApiEndpoint'] };
    expect(template.findOutputs('*')).toMatchObject({
      McpUrl: { Value: { 'Fn::Join': ['', [endpoint, '/mcp']] } },
      MetadataUrl: { Value: { 'Fn::Join': ['', [endpoint, '/.well-known/oauth-protected-resource/mcp']] } },
    });
  });

  it('are those of the public URL where there is one', () => {
    const other = synthesize({ publicUrl: 'https://files.example.com/mcp' });
    other.hasOutput('McpUrl', { Value: 'https://files.example.com/mcp' });
    other.hasOutput('MetadataUrl', {
      Value: 'https://files.example.com/.well-known/oauth-protected-resource/mcp',
    });
  });
});

describe('the outputs', () => {
  it('are the URLs, and the names that an operator gives to commands', () => {
    const nameOf = (id: string) => ({ Value: { Ref: expect.stringMatching(`^${id}[0-9A-F]{8}$`) } });
    expect(template.findOutputs('*')).toMatchObject({
      McpUrl: {},
      MetadataUrl: {},
      FilesBucket: nameOf('FilesBucket'),
      McpFunction: nameOf('McpFunction'),
      McpLog: nameOf('McpLogs'),
      AccessLog: nameOf('ApiAccessLog'),
      Dashboard: nameOf('Dashboard'),
    });
    expect(Object.keys(template.findOutputs('*'))).toHaveLength(7);
  });
});

describe('the warnings', () => {
  const warningsOf = (context: Record<string, unknown>) =>
    Annotations.fromStack(createStack(context).stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));

  it('name the doors that stand open', () => {
    const warnings = warningsOf({});
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).toMatch(
      /allowedClientIds is not set.*allowedOrganizations is not set.*casdoorApplication is not set/s,
    );
  });

  const closed = { allowedClientIds: 'a', allowedOrganizations: 'acme', casdoorApplication: 'app-mcp' };

  it('are gone when both allow-lists and the application are set', () => {
    expect(warningsOf(closed)).toEqual([]);
  });

  it.each(['reservedConcurrency', 'provisionedConcurrency'])('name the check that %s needs', (name) => {
    const warnings = warningsOf({ ...closed, [name]: 2 });
    expect(warnings).toEqual([
      expect.stringMatching(`^${name} is set to 2: .*aws lambda get-account-settings`),
    ]);
  });
});

describe('the protection of the stack against deletion', () => {
  it('is off unless the settings turn it on', () => {
    expect(createStack().stack.terminationProtection).toBe(false);
    expect(createStack({ terminationProtection: true }).stack.terminationProtection).toBe(true);
  });
});

describe('the synthesis', () => {
  it('fails on a finding of the CloudFormation rules', () => {
    const { app, stack } = createStack();
    const bucket = stack.node.findAll().find((node) => node instanceof CfnBucket);
    bucket?.addPropertyOverride('NoSuchProperty', 1);
    expect(() => app.synth()).toThrow(/NoSuchProperty/);
  });

  it("fails on a finding of cdk-nag's AwsSolutions pack", () => {
    const { app, stack } = createStack();
    new CfnBucket(stack, 'Careless');
    expect(() => app.synth()).toThrow(/AwsSolutions-S10/);
  });
});
