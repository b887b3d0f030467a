import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { McpEnvironment } from '../lambda/settings.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { Alarms, type AlarmsProps } from './alarms.ts';
import { createBucketMetrics } from './bucket-metrics.ts';
import { toFunctionDirectory } from './bundle.ts';
import { FileServerDashboard } from './dashboard.ts';
import { FileBucket } from './file-bucket.ts';
import { type FilePermissions, toFileStatements } from './file-permissions.ts';
import { FileServerApi, wellKnown } from './file-server-api.ts';
import { toMcpEnvironment, toMetadataEnvironment } from './function-environment.ts';
import type { McpFileServerProps } from './mcp-file-server-props.ts';
import { warnOfOpenDoors } from './open-doors.ts';
import { Queries } from './queries.ts';
import { QuotaTable } from './quota-table.ts';
import { warnOfReservations } from './reservations.ts';
import { ServerFunction } from './server-function.ts';
import { createServiceMetrics } from './service-metrics.ts';
import type { DeploymentSettings } from './settings/schema.ts';
import { readSettings } from './settings.ts';
import { TenantRole } from './tenant-role.ts';

/** What every key of the files begins with; the MCP function reaches nothing else. */
const prefix = 'files/';

/**
 * An MCP file server: HTTP API, metadata function, MCP function and the bucket of the files, with alarms, a dashboard
 * and saved queries. Throws `InvalidSettings`, which lists every mistake of its settings.
 */
export class McpFileServer extends Construct {
  /** What MCP clients connect to. */
  readonly mcpUrl: string;
  /** Where clients learn who signs people in (RFC 9728); the challenge leads there. */
  readonly metadataUrl: string;
  /** The bucket of the files. */
  readonly bucket: IBucket;
  /** The function of the tools. */
  readonly function: LambdaFunction;
  readonly api: HttpApi;
  /** The log of the tools. */
  readonly log: LogGroup;
  /** The log of the gateway. */
  readonly accessLog: LogGroup;
  /** The name of the dashboard in CloudWatch. */
  readonly dashboardName: string;
  private readonly permissions: FilePermissions;

  constructor(scope: Construct, id: string, props: McpFileServerProps) {
    super(scope, id);
    const { settings: read, code, bucket: given, bucketKey: key, domain, alarmTopic, ...own } = props;
    const { serviceName = Stack.of(this).stackName, ...plain } = own;
    const settings = read ?? readSettings(plain);
    warnOfOpenDoors(this, settings);
    warnOfReservations(this, settings);
    const removalPolicy =
      settings.removalPolicy === 'retain'
        ? // What a failed first deployment had made is empty.
          RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY;
    const { logRetentionDays } = settings;
    const logging = { logRetention: logRetentionDays, removalPolicy };

    const made = given ? undefined : new FileBucket(this, 'Files', { key, removalPolicy, logRetentionDays });
    // Only exactOptionalPropertyTypes tells the CDK's class and its interface apart.
    this.bucket = given ?? (made?.bucket as IBucket);
    this.permissions = { bucket: this.bucket, prefix, key, deletion: settings.deletion };

    const gateway = new FileServerApi(this, 'Api', { domain, throttle: settings, ...logging });
    const { publicUrl, domainName = domain?.name } = settings;
    const endpoint = domainName ? `https://${domainName}` : gateway.api.apiEndpoint;
    const origin = publicUrl ? new URL(publicUrl).origin : endpoint;
    this.mcpUrl = `${origin}/mcp`;
    this.metadataUrl = `${origin}${wellKnown}/mcp`;

    const metadata = new ServerFunction(this, 'Metadata', {
      code: code?.metadata ?? toFunctionDirectory('metadata'),
      description: 'OAuth Protected Resource Metadata (RFC 9728)',
      memorySize: 256,
      environment: toMetadataEnvironment(settings, this.mcpUrl),
      ...logging,
    });
    gateway.routeMetadata(metadata.target);
    if (settings.connectPage) gateway.routeConnectPage(metadata.target);
    if (settings.clientRegistration === 'bridge') gateway.routeBridge(metadata.target);

    const mcp = new ServerFunction(this, 'Mcp', {
      code: code?.mcp ?? toFunctionDirectory('mcp'),
      description: 'MCP file tools',
      memorySize: settings.mcpMemory,
      environment: toMcpEnvironment(settings, this.mcpUrl, {
        serviceName,
        bucketName: this.bucket.bucketName,
        prefix,
      }),
      reservedConcurrency: settings.reservedConcurrency,
      provisionedConcurrency: settings.provisionedConcurrency,
      ...logging,
    });
    this.admit(mcp, settings);
    gateway.routeMcp(mcp.target);

    this.api = gateway.api;
    this.accessLog = gateway.accessLog;
    this.function = mcp.lambda;
    this.log = mcp.logGroup;
    const bucketMetrics = made && createBucketMetrics(made.bucket);
    this.dashboardName = this.watch(settings, serviceName, { bucket: bucketMetrics, topic: alarmTopic });
  }

  /**
   * Lets somebody else use the files as the tools do: list, read and write, and delete where the settings have tools
   * that delete. Nobody is given the right to remove a version.
   */
  grantFiles(grantee: IGrantable): void {
    for (const statement of toFileStatements(this.permissions)) {
      grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
  }

  /** Lets the function use the files, itself or through the role that it takes on for one caller at a time, and count calls. */
  private admit(mcp: ServerFunction, settings: DeploymentSettings): void {
    const statements = toFileStatements(this.permissions);
    const tenants =
      settings.isolation === 'iam'
        ? new TenantRole(this, 'Tenant', { assumedBy: mcp.role, statements })
        : undefined;
    if (tenants)
      mcp.lambda.addEnvironment('TENANT_ROLE_ARN' satisfies keyof McpEnvironment, tenants.role.roleArn);
    else for (const statement of statements) mcp.role.addToPolicy(statement);
    acknowledgeWildcard(
      tenants ?? mcp,
      this.bucket.arnForObjects(`${prefix}*`),
      'the names of the files are the callers’ to choose; nothing outside this prefix is reached',
    );
    if (!hasQuota(settings)) return;
    const limitsBytes = settings.bytesPerDay !== undefined;
    const { table } = new QuotaTable(this, 'Quota', { countedBy: mcp.role, limitsBytes });
    mcp.lambda.addEnvironment('QUOTA_TABLE' satisfies keyof McpEnvironment, table.tableName);
  }

  /** Makes what an operator sees: alarms, a dashboard, saved queries. Answers the name of the dashboard. */
  private watch(
    settings: DeploymentSettings,
    serviceName: string,
    { bucket, topic }: Pick<AlarmsProps, 'bucket' | 'topic'>,
  ): string {
    const { accountConcurrency, reservedConcurrency = accountConcurrency, rateLimit } = settings;
    const watched = { api: this.api, mcp: this.function, service: createServiceMetrics(serviceName), bucket };
    const { all } = new Alarms(this, 'Alarms', {
      ...watched,
      concurrency: reservedConcurrency,
      rateLimit,
      hasQuota: hasQuota(settings),
      topic,
    });
    new Queries(this, 'Queries', { log: this.log, accessLog: this.accessLog });
    return new FileServerDashboard(this, 'Dashboard', { ...watched, alarms: all }).name;
  }
}

function hasQuota({ callsPerMinute, bytesPerDay }: DeploymentSettings): boolean {
  return callsPerMinute !== undefined || bytesPerDay !== undefined;
}
