import type { Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 120_000);

function readAlarms(stack: Template) {
  const alarms = Object.entries(stack.findResources('AWS::CloudWatch::Alarm'));
  return Object.fromEntries(
    alarms.map(([id, { Properties }]) => [id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, '$1'), Properties]),
  );
}

/** The metrics that an expression reads, by their ids. */
function readMetrics(alarm: { Metrics: { Id: string; MetricStat?: object; Expression?: string }[] }) {
  return Object.fromEntries(
    alarm.Metrics.map(({ Id, MetricStat, Expression }) => [Id, MetricStat ?? Expression]),
  );
}

const service = { Dimensions: [{ Name: 'Service', Value: 'CasdoorMcpFileServer' }] };
const ofFunction = { Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringContaining('Mcp') } }] };

describe('the alarms', () => {
  it('are eight, stay quiet without traffic, and say what happened', () => {
    const alarms = readAlarms(template);
    expect(Object.keys(alarms).sort()).toEqual([
      'BucketErrors',
      'Concurrency',
      'KeySetFailures',
      'RateLimit',
      'Refusals',
      'ServerErrors',
      'SlowRequests',
      'Throttles',
    ]);
    for (const alarm of Object.values(alarms))
      expect(alarm).toMatchObject({
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmDescription: expect.stringMatching(/\w+ \w+/),
      });
  });

  it.each<[string, object]>([
    [
      'ServerErrors',
      { Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum', Period: 300, Threshold: 5 },
    ],
    [
      'RateLimit',
      { Namespace: 'AWS/ApiGateway', MetricName: 'Count', Statistic: 'Sum', Period: 300, Threshold: 12_000 },
    ],
    [
      'Throttles',
      { Namespace: 'AWS/Lambda', MetricName: 'Throttles', ...ofFunction, Statistic: 'Sum', Threshold: 1 },
    ],
    [
      'SlowRequests',
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'Duration',
        ...ofFunction,
        ExtendedStatistic: 'p99',
        EvaluationPeriods: 3,
        EvaluateLowSampleCountPercentile: 'ignore',
        Threshold: 10_000,
      },
    ],
    [
      'KeySetFailures',
      {
        Namespace: 'CasdoorMcpFileServer',
        MetricName: 'KeySetLoadFailures',
        ...service,
        Statistic: 'Sum',
        Threshold: 3,
      },
    ],
    [
      'Concurrency',
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'ConcurrentExecutions',
        ...ofFunction,
        Statistic: 'Maximum',
        Threshold: 800,
      },
    ],
  ])('%s watches its metric', (name, properties) => {
    expect(readAlarms(template)[name]).toMatchObject(properties);
  });

  it('Refusals goes off at half of all requests, but not for a few, nor for what is no fault of a token', () => {
    const sumOf = (MetricName: string, ...more: object[]) => ({
      Metric: {
        Namespace: 'CasdoorMcpFileServer',
        MetricName,
        Dimensions: [...more, { Name: 'Service', Value: 'CasdoorMcpFileServer' }],
      },
      Period: 900,
      Stat: 'Sum',
    });
    const alarm = readAlarms(template).Refusals;
    expect(alarm.Threshold).toBe(50);
    expect(readMetrics(alarm)).toEqual({
      expr_1:
        'IF((count - FILL(but1, 0) - FILL(but2, 0)) > 100, 100 * (count - FILL(but1, 0) - FILL(but2, 0)) / whole, 0)',
      count: sumOf('Refusals'),
      but1: sumOf('Refusals', { Name: 'Code', Value: 'no_token' }),
      but2: sumOf('Refusals', { Name: 'Code', Value: 'keys_unavailable' }),
      whole: sumOf('Requests'),
    });
    expect(readMetrics(readAlarms(synthesize({ bytesPerDay: 1 })).Refusals)).toMatchObject({
      expr_1: expect.stringContaining(' - FILL(but3, 0)) > 100'),
      but3: sumOf('Refusals', { Name: 'Code', Value: 'quota_exceeded' }),
    });
  });

  it('BucketErrors goes off at half of all requests to the bucket, but not for a few', () => {
    const sumOf = (MetricName: string) => ({
      Metric: {
        Namespace: 'AWS/S3',
        MetricName,
        Dimensions: [
          { Name: 'BucketName', Value: { Ref: expect.stringContaining('FilesBucket') } },
          { Name: 'FilterId', Value: 'EntireBucket' },
        ],
      },
      Period: 900,
      Stat: 'Sum',
    });
    const alarm = readAlarms(template).BucketErrors;
    expect(alarm.Threshold).toBe(50);
    expect(readMetrics(alarm)).toEqual({
      expr_1: 'IF((count) > 100, 100 * (count) / whole, 0)',
      count: sumOf('4xxErrors'),
      whole: sumOf('AllRequests'),
    });
  });

  it('read the twelve metrics that the costs reckon with', () => {
    const counts = Object.values(readAlarms(template)).map(
      (alarm) => alarm.Metrics?.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).length ?? 1,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  it('watch the concurrency that is reserved, where some is, and else that of the account', () => {
    expect(readAlarms(synthesize({ reservedConcurrency: 11 })).Concurrency.Threshold).toBe(9);
    const inNewAccount = readAlarms(synthesize({ accountConcurrency: 10 }));
    expect(inNewAccount.Concurrency.Threshold).toBe(8);
    expect(inNewAccount.Concurrency.AlarmDescription).toContain('80 % of the 10 executions');
  });

  it('watch the rate that the gateway throttles at', () => {
    expect(readAlarms(synthesize({ rateLimit: 7 })).RateLimit.Threshold).toBe(1680);
  });

  it.each(['callsPerMinute', 'bytesPerDay'])('watch the counters of a quota by %s', (setting) => {
    expect(readAlarms(template)).not.toHaveProperty('QuotaFailures');
    expect(readAlarms(synthesize({ [setting]: 1 })).QuotaFailures).toMatchObject({
      Namespace: 'CasdoorMcpFileServer',
      MetricName: 'QuotaFailures',
      ...service,
      Statistic: 'Sum',
      Period: 300,
      Threshold: 5,
    });
  });

  it('do not watch the requests to a bucket that is not of this stack', () => {
    const alarms = readAlarms(synthesize({ bucketName: 'their-files' }));
    expect(readAlarms(template)).not.toHaveProperty('UnversionedWrites');
    expect(alarms.UnversionedWrites).toMatchObject({
      MetricName: 'UnversionedWrites',
      ...service,
      Threshold: 1,
    });
    expect(Object.keys(alarms)).toHaveLength(8);
    expect(alarms).not.toHaveProperty('BucketErrors');
  });

  it('and the metrics of one stack are not those of another in the same account', () => {
    const other = propertiesOf(synthesize({ stackName: 'Staging' }), 'AWS::CloudWatch::Alarm');
    expect(JSON.stringify(other)).toContain('"Value":"Staging"');
    expect(JSON.stringify(other)).not.toContain('"Value":"CasdoorMcpFileServer"');
  });
});
