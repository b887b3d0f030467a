import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { bundleFunctions } from '../../lib/bundle.ts';
import { FileServerStack } from '../../lib/file-server-stack.ts';
import { readSettings } from '../../lib/settings.ts';

const casdoorUrl = 'https://door.example.com';

function synthesize(context: Record<string, unknown> = {}): Template {
  // Findings of the CloudFormation rules that come with the CDK fail the synthesis, as in cdk.json.
  const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
  const stack = new FileServerStack(app, 'Test', readSettings({ casdoorUrl, ...context }));
  app.synth();
  return Template.fromStack(stack);
}

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 60_000);

type Statement = { readonly Action: string | readonly string[] };
type Properties = Readonly<Record<string, unknown>> & {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
};

/** The properties of every resource of a type; only policies have a `PolicyDocument`. */
const propertiesOf = (type: string): readonly Properties[] =>
  Object.values(template.findResources(type)).map((resource) => resource.Properties as Properties);

describe('the HTTP API', () => {
  it('has exactly these routes, and none that catches a preflight', () => {
    expect(
      propertiesOf('AWS::ApiGatewayV2::Route')
        .map(({ RouteKey }) => RouteKey)
        .sort(),
    ).toEqual([
      'DELETE /mcp',
      'GET /.well-known/oauth-protected-resource',
      'GET /.well-known/oauth-protected-resource/mcp',
      'GET /mcp',
      'POST /mcp',
    ]);
  });

  it('hands events on in payload format 2.0', () => {
    const formats = propertiesOf('AWS::ApiGatewayV2::Integration').map(
      ({ PayloadFormatVersion }) => PayloadFormatVersion,
    );
    expect(formats).toEqual(['2.0', '2.0']);
  });

  it('has the default stage with throttling, so that no stage name gets into a URL', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  it('lets browsers send what MCP needs and read the challenge', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      CorsConfiguration: {
        AllowOrigins: ['*'],
        AllowMethods: ['GET', 'POST', 'DELETE'],
        AllowHeaders: [
          'authorization',
          'content-type',
          'mcp-protocol-version',
          'mcp-method',
          'mcp-name',
          'mcp-session-id',
          'last-event-id',
        ],
        ExposeHeaders: ['www-authenticate', 'mcp-session-id'],
        AllowCredentials: Match.absent(),
      },
    });
  });
});

describe('the functions', () => {
  it('are two, on Node 24 and arm64, with less time than the gateway has', () => {
    const functions = propertiesOf('AWS::Lambda::Function');
    expect(functions).toHaveLength(2);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: 28,
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
      });
    }
  });

  it('log to groups of their own that forget after a month', () => {
    const retentions = propertiesOf('AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
    expect(retentions).toEqual([30, 30]);
  });

  it('get the URL of the API as the resource, and the settings', () => {
    const resource = {
      'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('HttpApi'), 'ApiEndpoint'] }, '/mcp']],
    };
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          RESOURCE_URL: resource,
          ISSUER: casdoorUrl,
          JWKS_URL: 'https://door.example.com/.well-known/jwks',
          TOKEN_PROFILE: 'casdoor',
          LISTED_TOOLS: 'all',
          TOKEN_ALGORITHMS: 'RS256',
          INITIAL_SCOPES: 'files:list files:read',
          FILES_BUCKET: { Ref: Match.stringLikeRegexp('Bucket') },
          FILES_PREFIX: 'files/',
          FILE_ROOTS: 'shared',
          DELETION: 'on',
          MAX_WRITE_BYTES: '3145728',
          ALLOWED_ORIGINS: 'https://claude.ai https://chatgpt.com https://vscode.dev',
          ALLOWED_CLIENT_IDS: Match.absent(),
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

  it("use the application's own key set, the public URL and the allow-lists where they are set", () => {
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
        },
      },
    });
    other.hasOutput('McpUrl', { Value: 'https://files.example.com/mcp' });
  });
});

describe('the rights of the functions', () => {
  it('come from no managed policy', () => {
    for (const role of propertiesOf('AWS::IAM::Role')) expect(role).not.toHaveProperty('ManagedPolicyArns');
  });

  it('are, all together, exactly these', () => {
    const files = { 'Fn::GetAtt': [expect.stringContaining('FilesBucket'), 'Arn'] };
    const statements = propertiesOf('AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    expect(statements).toHaveLength(4);
    expect(statements).toEqual(
      expect.arrayContaining([
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'],
          Resource: { 'Fn::Join': ['', [files, '/files/*']] },
        },
        {
          Effect: 'Allow',
          Action: ['s3:ListBucket', 's3:ListBucketVersions'],
          Resource: files,
          Condition: { StringLike: { 's3:prefix': 'files/*' } },
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
    const actions = propertiesOf('AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as { Action: string | string[] }[])
      .flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions).not.toHaveLength(0);
  });
});

describe('the bucket', () => {
  it('keeps versions and lets old ones and unfinished uploads go', () => {
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
    });
  });

  it('is closed to the public, encrypted, and has no physical name', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.absent(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  it('refuses requests without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('outlives the stack', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('the warnings', () => {
  const warningsOf = (context: Record<string, unknown>) => {
    const stack = new FileServerStack(new App(), 'Test', readSettings(context));
    return Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
  };

  it('name the doors that stand open', () => {
    const warnings = warningsOf({ casdoorUrl });
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toMatch(/allowedClientIds is not set.*allowedOrganizations is not set/s);
  });

  it('are gone when both allow-lists are set', () => {
    expect(warningsOf({ casdoorUrl, allowedClientIds: 'a', allowedOrganizations: 'acme' })).toEqual([]);
  });
});

describe('the outputs', () => {
  it('are the MCP URL, the metadata URL and the name of the bucket', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual(['FilesBucket', 'McpUrl', 'MetadataUrl']);
  });
});

describe('the synthesis', () => {
  it('fails on a finding of the CloudFormation rules', () => {
    const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    const stack = new FileServerStack(app, 'Test', readSettings({ casdoorUrl }));
    const bucket = stack.node.findAll().find((node) => node instanceof CfnBucket);
    bucket?.addPropertyOverride('NoSuchProperty', 1);
    expect(() => app.synth()).toThrow(/NoSuchProperty/);
  });
});
