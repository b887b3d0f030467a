import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { bundleFunctions } from '../../lib/bundle.ts';
import { McpFileServer } from '../../lib/mcp-file-server.ts';
import type { McpFileServerProps, ServerSettings } from '../../lib/mcp-file-server-props.ts';
import { describeSettings, InvalidSettings } from '../../lib/settings.ts';
import { casdoorUrl, synthesize } from '../support/synthesize.ts';

beforeAll(async () => void (await bundleFunctions()), 120_000);

/** A server in a stack of another app. */
function createServer(props: (stack: Stack) => McpFileServerProps = () => ({ casdoorUrl })) {
  const stack = new Stack(new App(), 'Documents');
  return { stack, server: new McpFileServer(stack, 'Server', props(stack)) };
}

describe('a file server in another app', () => {
  it('makes all that it needs from the address of a Casdoor', () => {
    const { stack, server } = createServer();
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    expect(stack.resolve(server.mcpUrl)).toEqual({
      'Fn::Join': ['', [stack.resolve(server.api.apiEndpoint), '/mcp']],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'MCP file tools',
      Environment: { Variables: Match.objectLike({ ISSUER: casdoorUrl, SERVICE_NAME: 'Documents' }) },
    });
  });

  it('can stand beside another one', () => {
    const { stack } = createServer();
    new McpFileServer(stack, 'Other', { casdoorUrl, serviceName: 'Other' });
    const names = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment.Variables.SERVICE_NAME,
    );
    expect(names.filter(Boolean)).toEqual(['Documents', 'Other']);
  });

  it('uses a bucket of the app, and watches its writes', () => {
    const { stack } = createServer((scope) => ({
      casdoorUrl,
      bucket: new Bucket(scope, 'Own', { versioned: true }) as IBucket,
    }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::S3::Bucket', 1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'UnversionedWrites' });
  });

  it('tells a topic of the app', () => {
    const { stack } = createServer((scope) => ({
      casdoorUrl,
      alarmTopic: new Topic(scope, 'Own') as ITopic,
    }));
    const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.every(({ Properties }) => Properties.AlarmActions.length === 1)).toBe(true);
  });

  it('lets others use the files, without deletion where no tool deletes', () => {
    const { stack, server } = createServer(() => ({ casdoorUrl, deletion: false }));
    const job = new Role(stack, 'Job', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    server.grantFiles(job);
    const [id] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter((name) =>
      name.startsWith('Job'),
    );
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: id }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'] }),
        ]),
      },
    });
  });

  it('refuses wrong settings as a deployment does', () => {
    const create = () => createServer(() => ({ casdoorUrl: 'door.example.com', rateLimit: 0 }));
    expect(create).toThrow(InvalidSettings);
    expect(create).toThrow(/set casdoorUrl to.*set rateLimit to/s);
  });

  it('warns of doors that stand open', () => {
    const { stack } = createServer();
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings).toHaveLength(3);
  });
});

describe('the settings of a file server', () => {
  /** What is one deployment's, and in an app an object or a matter of its stack. */
  const ofDeployment = [
    ...['alarmEmail', 'bucketName', 'certificateArn', 'domainName', 'hostedZoneId', 'hostedZoneName'],
    ...['kmsKeyArn', 'permissionsBoundaryArn', 'stackName', 'tags', 'terminationProtection'],
  ];

  it('are all that are not one deployment’s', () => {
    // The compiler holds this list to the properties.
    const names: Readonly<Record<keyof ServerSettings, true>> = {
      acceptBoundTokens: true,
      accountConcurrency: true,
      allowedClientIds: true,
      allowedOrganizations: true,
      allowedOrigins: true,
      allowedRedirectUris: true,
      audience: true,
      authorizationEndpoint: true,
      burstLimit: true,
      bytesPerDay: true,
      callsPerMinute: true,
      casdoorApplication: true,
      casdoorUrl: true,
      clientClaim: true,
      clientRegistration: true,
      connectPage: true,
      chatgptTools: true,
      deletion: true,
      documentationUrl: true,
      fileRoots: true,
      initialScopes: true,
      isolation: true,
      issuer: true,
      jwksUrl: true,
      keySetMaxAgeHours: true,
      logPaths: true,
      logRetentionDays: true,
      machineClientIds: true,
      maxWriteBytes: true,
      mcpMemory: true,
      organizationClaim: true,
      principalCacheSeconds: true,
      provisionedConcurrency: true,
      publicClientId: true,
      publicUrl: true,
      rateLimit: true,
      removalPolicy: true,
      reservedConcurrency: true,
      resourceName: true,
      scopePrefix: true,
      tokenAlgorithms: true,
      tokenEndpoint: true,
      tokenProfile: true,
      toolVisibility: true,
      userMark: true,
      writerMetadata: true,
    };
    const all = describeSettings().map(({ name }) => name);
    expect([...Object.keys(names), ...ofDeployment].sort()).toEqual(all.sort());
  });
});

describe('the stack of a deployment', () => {
  it.each([
    ['AWS::S3::Bucket', ['FilesAccessLogsAAAD0C84', 'FilesBucket7C17EE2E']],
    ['AWS::ApiGatewayV2::Api', ['ApiHttpApi4C294DC0']],
    ['AWS::Lambda::Function', ['MetadataFunction4C976933', 'McpFunctionD30E3E93']],
    ['AWS::Logs::LogGroup', ['ApiAccessLog713001CC', 'MetadataLogs7AF8816E', 'McpLogs4DA55288']],
    ['AWS::DynamoDB::GlobalTable', ['QuotaTable05F4AF48']],
  ])('keeps the ids of its %s, which a deployment would otherwise replace', (type, ids) => {
    expect(Object.keys(synthesize({ callsPerMinute: 1 }).findResources(type)).sort()).toEqual(ids.sort());
  });
});
