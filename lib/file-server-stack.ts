import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
  constructor(scope: Construct, id: string, settings: DeploymentSettings, props?: StackProps) {
    super(scope, id, props);
    const { bucket } = new FileBucket(this, 'Files');
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
    for (const statement of toStatements(bucket.bucketArn)) mcp.lambda.addToRolePolicy(statement);
    api.routeMcp(mcp.lambda);

    new CfnOutput(this, 'McpUrl', { value: resource, description: 'What MCP clients connect to' });
    new CfnOutput(this, 'MetadataUrl', {
      value: `${api.api.apiEndpoint}/.well-known/oauth-protected-resource`,
      description: 'The OAuth Protected Resource Metadata',
    });
    new CfnOutput(this, 'FilesBucket', { value: bucket.bucketName, description: 'The bucket of the files' });
  }
}

function toMetadataEnvironment(settings: DeploymentSettings, resource: string): MetadataEnvironment {
  return {
    RESOURCE_URL: resource,
    ISSUER: settings.casdoorUrl,
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
    ISSUER: settings.casdoorUrl,
    JWKS_URL: toJwksUrl(settings),
    TOKEN_ALGORITHMS: settings.tokenAlgorithms.join(' '),
    INITIAL_SCOPES: settings.initialScopes.join(' '),
    FILES_BUCKET: bucketName,
    FILES_PREFIX: filesPrefix,
    ...toVariable('ALLOWED_ORIGINS', settings.allowedOrigins),
    ...toVariable('ALLOWED_CLIENT_IDS', settings.allowedClientIds),
    ...toVariable('ALLOWED_ORGANIZATIONS', settings.allowedOrganizations),
    ...toVariable('MACHINE_CLIENT_IDS', settings.machineClientIds),
  };
}

/** An application's own key set holds its one key; the global set holds every certificate of the instance. */
function toJwksUrl({ casdoorUrl, casdoorApplication }: DeploymentSettings): string {
  const application = casdoorApplication === undefined ? '' : `${casdoorApplication}/`;
  return `${casdoorUrl}/.well-known/${application}jwks`;
}

function toVariable(name: keyof McpEnvironment, list: readonly string[]): Partial<McpEnvironment> {
  return list.length === 0 ? {} : { [name]: list.join(' ') };
}

/** What the tools do to the bucket, action by action, below the prefix only. */
function toStatements(bucketArn: string): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [`${bucketArn}/${filesPrefix}*`],
    }),
    // Also lets S3 say that a key is missing, where it would otherwise only deny access.
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': `${filesPrefix}*` } },
    }),
  ];
}
