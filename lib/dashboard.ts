import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { BucketMetrics } from './bucket-metrics.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** What the dashboard shows. */
export interface FileServerDashboardProps {
  readonly api: HttpApi;
  readonly mcp: LambdaFunction;
  readonly service: ServiceMetrics;
  /** @default - the bucket is not this stack's */
  readonly bucket?: BucketMetrics | undefined;
  readonly alarms: readonly Alarm[];
}

const five = Duration.minutes(5);

/** One page that shows how the server does: alarms first, then from the gateway inwards to the bucket. */
export class FileServerDashboard extends Construct {
  /** Its name, under which CloudWatch lists it. */
  readonly name: string;

  constructor(scope: Construct, id: string, { api, mcp, service, bucket, alarms }: FileServerDashboardProps) {
    super(scope, id);
    // The names that CloudFormation gives to dashboards do not tell their stack.
    const title = `${Stack.of(this).stackName}: alarms`;
    const sum = (name: Parameters<ServiceMetrics['of']>[0]) => service.of(name, 'Sum', five);
    const dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title, alarms: [...alarms], width: 24, height: 3 })],
        [
          graph('Requests', [
            sum('Requests'),
            sum('Refusals'),
            sum('QuotaExceeded'),
            sum('QuotaFailures'),
            sum('UnversionedWrites'),
            api.metricCount({ period: five, statistic: 'Sum', label: 'gateway' }),
            api.metricClientError({ period: five, statistic: 'Sum', label: '4xx' }),
            api.metricServerError({ period: five, statistic: 'Sum', label: '5xx' }),
          ]),
          graph('Refusals by code', [service.by('Code', 'Refusals', 'Sum')]),
          graph('Milliseconds of a request', [
            service.of('RequestDuration', 'p50', five),
            service.of('RequestDuration', 'p99', five),
            api.metricLatency({ period: five, statistic: 'p99', label: 'gateway p99' }),
          ]),
        ],
        [
          graph('Calls by tool', [service.by('Tool', 'ToolCalls', 'Sum')]),
          graph('Failures by tool', [sum('ToolFailures'), service.by('Tool', 'ToolFailures', 'Sum')]),
          graph('Milliseconds by tool, p99', [service.by('Tool', 'ToolDuration', 'p99')]),
        ],
        [
          graph('MCP function', [
            mcp.metric('ConcurrentExecutions', { period: five, statistic: 'Maximum' }),
            mcp.metricThrottles({ period: five, statistic: 'Sum' }),
            mcp.metricErrors({ period: five, statistic: 'Sum' }),
            sum('ColdStarts'),
          ]),
          graph('Key set', [sum('KeySetLoads'), sum('KeySetLoadFailures')]),
          graph('Milliseconds of S3 by operation, p99', [service.by('Operation', 'StorageLatency', 'p99')]),
        ],
        bucket
          ? [
              graph('Requests to the bucket', [
                bucket.of('AllRequests', 'Sum', five),
                bucket.of('4xxErrors', 'Sum', five),
                bucket.of('5xxErrors', 'Sum', five),
              ]),
            ]
          : [],
      ],
    });
    this.name = dashboard.dashboardName;
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0, showUnits: false } });
}
