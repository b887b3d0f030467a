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
  it('are seven, stay quiet without traffic, and say what happened', () => {
    const alarms = readAlarms(template);
    expect(Object.keys(alarms).sort()).toEqual([
      'BucketErrors',
      'Concurrency',
      'KeySetFailures',
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

  it('Refusals goes off at half of all requests, but not for a few, nor for requests without a token', () => {
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
      expr_1: 'IF((count - FILL(but, 0)) > 100, 100 * (count - FILL(but, 0)) / whole, 0)',
      count: sumOf('Refusals'),
      but: sumOf('Refusals', { Name: 'Code', Value: 'no_token' }),
      whole: sumOf('Requests'),
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
      expr_1: 'IF(count > 100, 100 * count / whole, 0)',
      count: sumOf('4xxErrors'),
      whole: sumOf('AllRequests'),
    });
  });

  it('read ten metrics, which CloudWatch watches for nothing', () => {
    const counts = Object.values(readAlarms(template)).map(
      (alarm) => alarm.Metrics?.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).length ?? 1,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('watch the concurrency that is reserved, where some is', () => {
    expect(readAlarms(synthesize({ reservedConcurrency: 11 })).Concurrency.Threshold).toBe(9);
  });

  it('do not watch the requests to a bucket that is not of this stack', () => {
    const alarms = readAlarms(synthesize({ bucketName: 'their-files' }));
    expect(Object.keys(alarms)).toHaveLength(6);
    expect(alarms).not.toHaveProperty('BucketErrors');
  });

  it('and the metrics of one stack are not those of another in the same account', () => {
    const other = propertiesOf(synthesize({ stackName: 'Staging' }), 'AWS::CloudWatch::Alarm');
    expect(JSON.stringify(other)).toContain('"Value":"Staging"');
    expect(JSON.stringify(other)).not.toContain('"Value":"CasdoorMcpFileServer"');
  });
});
