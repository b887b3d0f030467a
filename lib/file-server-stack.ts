import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { McpEnvironment, MetadataEnvironment } from '../lambda/settings.ts';
import { FileBucket } from './file-bucket.ts';
import { FileServerApi } from './file-server-api.ts';
import { ServerFunction } from './server-function.ts';
import type { DeploymentSettings } from './settings.ts';

/** What every key of the files begins with; the MCP function reaches nothing else. */
const filesPrefix = 'files/';

/** The whole deployment: HTTP API, metadata function, MCP function and the bucket of the files. */
export class FileServerStack extends Stack {
  /** The bucket of the files. */
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, props?: StackProps) {
    super(scope, id, props);
    warnOfOpenDoors(this, settings);
    const { bucket } = new FileBucket(this, 'Files');
    this.bucket = bucket;
    const api = new FileServerApi(this, 'Api');
    const resource = settings.publicUrl ?? `${api.api.apiEndpoint}/mcp`;

    const metadata = new ServerFunction(this, 'Metadata', {
      code: 'metadata',
      description: 'OAuth Protected Resource Metadata (RFC 9728)',
      memorySize: 256,
      environment: toMetadataEnvironment(settings, resource),
    });
    api.routeMetadata(metadata.lambda);

    const mcp = new ServerFunction(this, 'Mcp', {
      code: 'mcp',
      description: 'MCP file tools',
      memorySize: 1024,
      environment: toMcpEnvironment(settings, resource, bucket.bucketName),
    });
    for (const statement of toStatements(bucket.bucketArn, settings)) mcp.lambda.addToRolePolicy(statement);
    api.routeMcp(mcp.lambda);

    new CfnOutput(this, 'McpUrl', { value: resource, description: 'What MCP clients connect to' });
    new CfnOutput(this, 'MetadataUrl', {
      value: `${api.api.apiEndpoint}/.well-known/oauth-protected-resource`,
      description: 'The OAuth Protected Resource Metadata',
    });
    new CfnOutput(this, 'FilesBucket', { value: bucket.bucketName, description: 'The bucket of the files' });
  }
}

/**
 * Any client of a Casdoor may ask for this server's audience and scopes, and any organization's users sign
 * in at the same issuer; only these two lists keep them out.
 */
function warnOfOpenDoors(stack: Stack, settings: DeploymentSettings): void {
  if (settings.allowedClientIds.length === 0) {
    Annotations.of(stack).addWarningV2(
      'casdoor-mcp-file-server:allowedClientIds',
      'allowedClientIds is not set: tokens of every client of the authorization server are accepted. Set it to your client ids',
    );
  }
  if (settings.tokenProfile === 'casdoor' && settings.allowedOrganizations.length === 0) {
    Annotations.of(stack).addWarningV2(
      'casdoor-mcp-file-server:allowedOrganizations',
      'allowedOrganizations is not set: users of every organization of the Casdoor are accepted. Set it to your organizations',
    );
  }
}

function toMetadataEnvironment(settings: DeploymentSettings, resource: string): MetadataEnvironment {
  return {
    RESOURCE_URL: resource,
    ISSUER: settings.issuer,
    RESOURCE_NAME: settings.resourceName,
    DOCUMENTATION_URL: settings.documentationUrl,
  };
}

function toMcpEnvironment(
  settings: DeploymentSettings,
  resource: string,
  bucketName: string,
): McpEnvironment {
  return {
    RESOURCE_URL: resource,
    ISSUER: settings.issuer,
    JWKS_URL: settings.jwksUrl,
    TOKEN_PROFILE: settings.tokenProfile,
    LISTED_TOOLS: settings.listedTools,
    TOKEN_ALGORITHMS: settings.tokenAlgorithms.join(' '),
    INITIAL_SCOPES: settings.initialScopes.join(' '),
    FILES_BUCKET: bucketName,
    FILES_PREFIX: filesPrefix,
    FILE_ROOTS: settings.fileRoots,
    DELETION: settings.deletion ? 'on' : 'off',
    MAX_WRITE_BYTES: String(settings.maxWriteBytes),
    ...toVariable('ALLOWED_ORIGINS', settings.allowedOrigins),
    ...toVariable('ALLOWED_CLIENT_IDS', settings.allowedClientIds),
    ...toVariable('ALLOWED_ORGANIZATIONS', settings.allowedOrganizations),
    ...toVariable('MACHINE_CLIENT_IDS', settings.machineClientIds),
  };
}

type ListVariable = 'ALLOWED_ORIGINS' | 'ALLOWED_CLIENT_IDS' | 'ALLOWED_ORGANIZATIONS' | 'MACHINE_CLIENT_IDS';

/** Lambda's variables are never empty, so an empty list is an absent variable. */
function toVariable(name: ListVariable, list: readonly string[]): Partial<Record<ListVariable, string>> {
  return list.length === 0 ? {} : { [name]: list.join(' ') };
}

/**
 * What the tools do to the bucket, action by action, below the prefix only. No version can be deleted: what
 * the tools delete or overwrite can be brought back.
 */
function toStatements(bucketArn: string, { deletion }: DeploymentSettings): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        ...(deletion ? ['s3:DeleteObject'] : []),
      ],
      resources: [`${bucketArn}/${filesPrefix}*`],
    }),
    // Also lets S3 say that a key is missing, where it would otherwise only deny access.
    new PolicyStatement({
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': `${filesPrefix}*` } },
    }),
  ];
}
