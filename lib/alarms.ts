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
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { BucketMetrics } from './bucket-metrics.ts';
import { functionTimeout } from './server-function.ts';
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
  /** How many requests the API takes in a second. */
  readonly rateLimit: number;
  /** Whether callers have a quota. */
  readonly hasQuota: boolean;
  /** @default - alarms change their state and tell nobody */
  readonly topic?: ITopic | undefined;
}

const five = Duration.minutes(5);
const fifteen = Duration.minutes(15);

/**
 * What wakes an operator. No alarm goes off for want of traffic. `docs/operations.md` says what to do at each.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { api, mcp, service, bucket, concurrency, rateLimit, hasQuota, topic } = props;
    this.all = [
      this.alarm('ServerErrors', api.metricServerError({ period: five, statistic: 'Sum' }), {
        alarmDescription: 'the API answered 5 requests with a status of 500 or more within 5 minutes',
        threshold: 5,
      }),
      // The gateway counts the requests that it turns away only among all 4xx.
      this.alarm('RateLimit', api.metricCount({ period: five, statistic: 'Sum' }), {
        alarmDescription: `for 5 minutes the API was asked 80 % of the ${rateLimit} requests a second that it takes`,
        threshold: Math.ceil(rateLimit * five.toSeconds() * 0.8),
      }),
      this.alarm('Throttles', mcp.metricThrottles({ period: five, statistic: 'Sum' }), {
        alarmDescription: 'Lambda turned a request away because the concurrency is used up',
        threshold: 1,
      }),
      this.alarm('SlowRequests', mcp.metricDuration({ period: five, statistic: 'p99' }), {
        alarmDescription: `for 15 minutes, one request in a hundred took 10 of its ${functionTimeout.toSeconds()} seconds`,
        threshold: 10_000,
        evaluationPeriods: 3,
        // The percentile of a few requests is just the slowest of them.
        evaluateLowSampleCountPercentile: 'ignore',
      }),
      this.alarm('KeySetFailures', service.of('KeySetLoadFailures', 'Sum', five), {
        alarmDescription: 'the keys of the authorization server could not be loaded 3 times within 5 minutes',
        threshold: 3,
      }),
      this.alarm(
        'Refusals',
        toShare(service.of('Refusals', 'Sum', fifteen), service.of('Requests', 'Sum', fifteen), {
          but: [
            // Every client begins without a token, and so does everybody who only looks around.
            service.ofRefusals('no_token', fifteen),
            // An outage, which has an alarm of its own.
            service.ofRefusals('keys_unavailable', fifteen),
            // The caller is allowed in, but has used up the quota.
            ...(hasQuota ? [service.ofRefusals('quota_exceeded', fifteen)] : []),
          ],
        }),
        {
          alarmDescription:
            'within 15 minutes the tokens of more than 100 requests were refused, and they were half of all requests',
          threshold: 50,
        },
      ),
      this.alarm('Concurrency', mcp.metric('ConcurrentExecutions', { period: five, statistic: 'Maximum' }), {
        alarmDescription: `the MCP function used 80 % of the ${concurrency} executions that it may have at once`,
        threshold: Math.ceil(concurrency * 0.8),
      }),
      ...(hasQuota
        ? [
            this.alarm('QuotaFailures', service.of('QuotaFailures', 'Sum', five), {
              alarmDescription:
                'the counters of the quota failed 5 times within 5 minutes, and held nobody to it',
              threshold: 5,
            }),
          ]
        : []),
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
        : [
            this.alarm('UnversionedWrites', service.of('UnversionedWrites', 'Sum', five), {
              alarmDescription:
                'a file was written into a bucket that keeps no versions: what is overwritten or deleted is gone',
              threshold: 1,
            }),
          ]),
    ];
    if (!topic) return;
    const tell = new SnsAction(topic);
    for (const alarm of this.all) {
      alarm.addAlarmAction(tell);
      alarm.addOkAction(tell);
    }
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
 * The share of a count in the whole, in percent, without what `but` counts. It is 0 while the count is small,
 * because 1 of 2 would be half.
 */
function toShare(
  count: IMetric,
  whole: IMetric,
  { but = [] }: { but?: readonly IMetric[] } = {},
): MathExpression {
  const left = Object.fromEntries(but.map((metric, index) => [`but${index + 1}`, metric]));
  const counted = `(${['count', ...Object.keys(left).map((id) => `FILL(${id}, 0)`)].join(' - ')})`;
  return new MathExpression({
    expression: `IF(${counted} > 100, 100 * ${counted} / whole, 0)`,
    usingMetrics: { count, whole, ...left },
    period: fifteen,
  });
}
