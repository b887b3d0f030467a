import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { CustomDomain } from './custom-domain.ts';
import { McpFileServer } from './mcp-file-server.ts';
import { nameOutputs } from './outputs.ts';
import type { DeploymentSettings } from './settings/schema.ts';

/** The whole deployment: one MCP file server, with the domain, the bucket and the alarms that its settings name. */
export class FileServerStack extends Stack {
  /** The bucket of the files. */
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, props?: StackProps) {
    super(scope, id, { terminationProtection: settings.terminationProtection, ...props });
    this.applyToAll(settings);
    const { bucketName, kmsKeyArn, domainName, alarmEmail } = settings;
    const domain = domainName ? new CustomDomain(this, 'Domain', { ...settings, domainName }) : undefined;
    const topic = alarmEmail ? new AlarmTopic(this, 'AlarmTopic', { email: alarmEmail }).topic : undefined;
    // An id "Default" leaves the ids of what it holds as if it stood in the stack itself.
    const server = new McpFileServer(this, 'Default', {
      settings,
      ...(bucketName && { bucket: Bucket.fromBucketName(this, 'Files', bucketName) }),
      ...(kmsKeyArn && { bucketKey: Key.fromKeyArn(this, 'Key', kmsKeyArn) }),
      // Only exactOptionalPropertyTypes tells the CDK's classes and its interfaces apart.
      ...(domain && { domain: domain.domain as IDomainName }),
      ...(topic && { alarmTopic: topic as ITopic }),
    });
    this.bucket = server.bucket;
    nameOutputs(this, {
      McpUrl: [server.mcpUrl, 'What MCP clients connect to'],
      MetadataUrl: [
        server.metadataUrl,
        'The OAuth Protected Resource Metadata, where the challenge leads to',
      ],
      FilesBucket: [server.bucket.bucketName, 'The bucket of the files'],
      McpFunction: [server.function.functionName, 'The function of the tools'],
      McpLog: [server.log.logGroupName, 'The log of that function'],
      AccessLog: [server.accessLog.logGroupName, 'The log of the gateway'],
      Dashboard: [server.dashboardName, 'The dashboard in CloudWatch'],
      ...(domain?.target && {
        DomainTarget: [domain.target, 'What a CNAME record of the domain must lead to'] as const,
      }),
    });
  }

  /** What every resource, or every role, of the stack gets. */
  private applyToAll({ tags, permissionsBoundaryArn }: DeploymentSettings): void {
    for (const tag of tags) {
      const [key = '', ...value] = tag.split('=');
      Tags.of(this).add(key, value.join('='));
    }
    if (permissionsBoundaryArn) {
      const boundary = ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', permissionsBoundaryArn);
      PermissionsBoundary.of(this).apply(boundary);
    }
  }
}
