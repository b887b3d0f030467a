import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { BucketMetrics } from './bucket-metrics.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** What the alarms watch, and whom they tell. */
export interface AlarmsProps {
  readonly api: HttpApi;
  readonly mcp: LambdaFunction;
  readonly service: ServiceMetrics;
  /** @default - the bucket is not this stack's, and counts its requests only if its owner wants that */
  readonly bucket?: BucketMetrics | undefined;
  /** How many requests the MCP function may answer at once. */
  readonly concurrency: number;
  /** @default - alarms change their state and tell nobody */
  readonly topic?: Topic | undefined;
}

const five = Duration.minutes(5);
const fifteen = Duration.minutes(15);

/**
 * What wakes an operator. No alarm goes off for want of traffic. `lib/README.md` says what to do at each.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { api, mcp, service, bucket, concurrency, topic }: AlarmsProps) {
    super(scope, id);
    this.all = [
      this.alarm('ServerErrors', api.metricServerError({ period: five, statistic: 'Sum' }), {
        alarmDescription: 'the API answered 5 requests with a status of 500 or more within 5 minutes',
        threshold: 5,
      }),
      this.alarm('Throttles', mcp.metricThrottles({ period: five, statistic: 'Sum' }), {
        alarmDescription: 'Lambda turned a request away because the concurrency is used up',
        threshold: 1,
      }),
      this.alarm('SlowRequests', mcp.metricDuration({ period: five, statistic: 'p99' }), {
        alarmDescription: 'for 15 minutes, one request in a hundred took 10 of its 28 seconds',
        threshold: 10_000,
        evaluationPeriods: 3,
        // The percentile of a few requests is nothing but the slowest of them.
        evaluateLowSampleCountPercentile: 'ignore',
      }),
      this.alarm('KeySetFailures', service.of('KeySetLoadFailures', 'Sum', five), {
        alarmDescription: 'the keys of the authorization server could not be loaded 3 times within 5 minutes',
        threshold: 3,
      }),
      this.alarm(
        'Refusals',
        toShare(service.of('Refusals', 'Sum', fifteen), service.of('Requests', 'Sum', fifteen), {
          // Every client begins without a token, and so does everybody who only looks what is there.
          but: service.ofRefusals('no_token', fifteen),
        }),
        {
          alarmDescription:
            'within 15 minutes more than 100 requests with a token were refused, and they were half of all requests',
          threshold: 50,
        },
      ),
      this.alarm('Concurrency', mcp.metric('ConcurrentExecutions', { period: five, statistic: 'Maximum' }), {
        alarmDescription: `the MCP function used 80 % of the ${concurrency} executions that it may have at once`,
        threshold: Math.ceil(concurrency * 0.8),
      }),
      ...(bucket
        ? [
            this.alarm(
              'BucketErrors',
              toShare(bucket.of('4xxErrors', 'Sum', fifteen), bucket.of('AllRequests', 'Sum', fifteen)),
              {
                alarmDescription:
                  'within 15 minutes S3 refused more than 100 requests to the bucket, and they were half of all requests',
                threshold: 50,
              },
            ),
          ]
        : []),
    ];
    if (topic) for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }

  private alarm(
    id: string,
    metric: IMetric,
    options: Omit<CreateAlarmOptions, 'evaluationPeriods'> & { evaluationPeriods?: number },
  ): Alarm {
    return new Alarm(this, id, {
      metric,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
  }
}

/**
 * The share of a count in the whole, in percent, leaving out of it what `but` counts. It is 0 while the count is
 * small, because 1 of 2 is half as well.
 */
function toShare(count: IMetric, whole: IMetric, { but }: { but?: IMetric } = {}): MathExpression {
  const counted = but ? '(count - FILL(but, 0))' : 'count';
  return new MathExpression({
    expression: `IF(${counted} > 100, 100 * ${counted} / whole, 0)`,
    usingMetrics: { count, whole, ...(but && { but }) },
    period: fifteen,
  });
}
