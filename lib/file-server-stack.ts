import { RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { McpEnvironment } from '../lambda/settings.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { createBucketMetrics } from './bucket-metrics.ts';
import { CustomDomain } from './custom-domain.ts';
import { FileServerDashboard } from './dashboard.ts';
import { FileBucket } from './file-bucket.ts';
import { toFileStatements } from './file-permissions.ts';
import { FileServerApi, wellKnown } from './file-server-api.ts';
import { toMcpEnvironment, toMetadataEnvironment } from './function-environment.ts';
import { warnOfOpenDoors } from './open-doors.ts';
import { nameOutputs } from './outputs.ts';
import { Queries } from './queries.ts';
import { QuotaTable } from './quota-table.ts';
import { warnOfReservations } from './reservations.ts';
import { ServerFunction } from './server-function.ts';
import { createServiceMetrics } from './service-metrics.ts';
import type { DeploymentSettings } from './settings/schema.ts';
import { TenantRole } from './tenant-role.ts';

/** What every key of the files begins with; the MCP function reaches nothing else. */
const prefix = 'files/';

/** The whole deployment: HTTP API, metadata function, MCP function and the bucket of the files. */
export class FileServerStack extends Stack {
  /** The bucket of the files. */
  readonly bucket: Bucket | IBucket;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, props?: StackProps) {
    super(scope, id, { terminationProtection: settings.terminationProtection, ...props });
    warnOfOpenDoors(this, settings);
    warnOfReservations(this, settings);
    this.applyToAll(settings);
    const removalPolicy =
      settings.removalPolicy === 'retain'
        ? // What a failed first deployment had made is empty.
          RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY;
    const logging = { logRetention: settings.logRetentionDays, removalPolicy };

    const key = settings.kmsKeyArn ? Key.fromKeyArn(this, 'Key', settings.kmsKeyArn) : undefined;
    const bucket = settings.bucketName
      ? Bucket.fromBucketName(this, 'Files', settings.bucketName)
      : new FileBucket(this, 'Files', { key, removalPolicy, logRetentionDays: settings.logRetentionDays })
          .bucket;
    this.bucket = bucket;

    const { domainName, publicUrl } = settings;
    const domain = domainName
      ? new CustomDomain(this, 'Domain', { ...settings, domainName }).domain
      : undefined;
    const api = new FileServerApi(this, 'Api', { domain, throttle: settings, ...logging });
    const endpoint = domainName ? `https://${domainName}` : api.api.apiEndpoint;
    const origin = publicUrl ? new URL(publicUrl).origin : endpoint;
    const resource = `${origin}/mcp`;

    const metadata = new ServerFunction(this, 'Metadata', {
      code: 'metadata',
      description: 'OAuth Protected Resource Metadata (RFC 9728)',
      memorySize: 256,
      environment: toMetadataEnvironment(settings, resource),
      ...logging,
    });
    api.routeMetadata(metadata.target);
    if (settings.connectPage) api.routeConnectPage(metadata.target);
    if (settings.clientRegistration === 'bridge') api.routeBridge(metadata.target);

    const mcp = new ServerFunction(this, 'Mcp', {
      code: 'mcp',
      description: 'MCP file tools',
      memorySize: settings.mcpMemory,
      environment: toMcpEnvironment(settings, resource, {
        serviceName: this.stackName,
        bucketName: bucket.bucketName,
        prefix,
      }),
      reservedConcurrency: settings.reservedConcurrency,
      provisionedConcurrency: settings.provisionedConcurrency,
      ...logging,
    });
    this.grantFiles(mcp, key, settings);
    if (hasQuota(settings)) {
      const { table } = new QuotaTable(this, 'Quota', {
        countedBy: mcp.role,
        limitsBytes: settings.bytesPerDay !== undefined,
      });
      mcp.lambda.addEnvironment('QUOTA_TABLE' satisfies keyof McpEnvironment, table.tableName);
    }
    api.routeMcp(mcp.target);

    const dashboard = this.watch(api, mcp, settings);
    nameOutputs(this, {
      McpUrl: [resource, 'What MCP clients connect to'],
      MetadataUrl: [
        `${origin}${wellKnown}/mcp`,
        'The OAuth Protected Resource Metadata, where the challenge leads to',
      ],
      FilesBucket: [bucket.bucketName, 'The bucket of the files'],
      McpFunction: [mcp.lambda.functionName, 'The function of the tools'],
      McpLog: [mcp.logGroup.logGroupName, 'The log of that function'],
      AccessLog: [api.accessLog.logGroupName, 'The log of the gateway'],
      Dashboard: [dashboard.name, 'The dashboard in CloudWatch'],
    });
  }

  /** Lets the function use the files: itself, or through the role that it takes on for one caller at a time. */
  private grantFiles(
    mcp: ServerFunction,
    key: IKey | undefined,
    { deletion, isolation }: DeploymentSettings,
  ) {
    const statements = toFileStatements({ bucket: this.bucket, prefix, key, deletion });
    const tenants =
      isolation === 'iam' ? new TenantRole(this, 'Tenant', { assumedBy: mcp.role, statements }) : undefined;
    if (tenants)
      mcp.lambda.addEnvironment('TENANT_ROLE_ARN' satisfies keyof McpEnvironment, tenants.role.roleArn);
    else for (const statement of statements) mcp.role.addToPolicy(statement);
    acknowledgeWildcard(
      tenants ?? mcp,
      this.bucket.arnForObjects(`${prefix}*`),
      'the names of the files are the callers’ to choose; nothing outside this prefix is reached',
    );
  }

  /** What an operator sees of it: alarms, a dashboard, saved queries. */
  private watch(
    { api, accessLog }: FileServerApi,
    mcp: ServerFunction,
    settings: DeploymentSettings,
  ): FileServerDashboard {
    const { alarmEmail, accountConcurrency, reservedConcurrency = accountConcurrency, rateLimit } = settings;
    const watched = {
      api,
      mcp: mcp.lambda,
      service: createServiceMetrics(this.stackName),
      bucket: this.bucket instanceof Bucket ? createBucketMetrics(this.bucket) : undefined,
    };
    const { all } = new Alarms(this, 'Alarms', {
      ...watched,
      concurrency: reservedConcurrency,
      rateLimit,
      hasQuota: hasQuota(settings),
      topic: alarmEmail ? new AlarmTopic(this, 'AlarmTopic', { email: alarmEmail }).topic : undefined,
    });
    new Queries(this, 'Queries', { log: mcp.logGroup, accessLog });
    return new FileServerDashboard(this, 'Dashboard', { ...watched, alarms: all });
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

function hasQuota({ callsPerMinute, bytesPerDay }: DeploymentSettings): boolean {
  return callsPerMinute !== undefined || bytesPerDay !== undefined;
}
