import type { Template } from 'aws-cdk-lib/assertions';
import { metrics } from '../../lambda/telemetry/metric-names.ts';
import { bundleFunctions } from '../../lib/bundle.ts';
import { listShownMetrics, readWidgets, toMetricText } from '../support/shown-metrics.ts';
import { synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 120_000);

describe('the dashboard', () => {
  it('shows the alarms first, then from the gateway inwards to the bucket', () => {
    expect(readWidgets(template).map(({ properties }) => properties.title)).toEqual([
      'CasdoorMcpFileServer: alarms',
      'Requests',
      'Refusals by code',
      'Milliseconds of a request',
      'Calls by tool',
      'Failures by tool',
      'Milliseconds by tool, p99',
      'MCP function',
      'Key set',
      'Milliseconds of S3 by operation, p99',
      'Requests to the bucket',
    ]);
  });

  it('shows every metric that the functions write, by dimensions that it is written with', () => {
    const written = Object.entries(metrics).flatMap(([name, { dimensions }]) =>
      dimensions.map((set) => toMetricText(name, set)),
    );
    expect([...new Set(listShownMetrics(template))].sort()).toEqual(written.sort());
  });

  it('asks for the metrics of its own stack, and names it', () => {
    const widgets = readWidgets(synthesize({ stackName: 'Staging' }));
    const text = JSON.stringify(widgets);
    expect(widgets[0]?.properties.title).toBe('Staging: alarms');
    expect(text).toContain(String.raw`Service=\"Staging\"`);
    expect(text).not.toContain(String.raw`Service=\"CasdoorMcpFileServer\"`);
  });

  it('has nothing of a bucket that is not of this stack', () => {
    const titles = readWidgets(synthesize({ bucketName: 'theirs' })).map(
      ({ properties }) => properties.title,
    );
    expect(titles).not.toContain('Requests to the bucket');
  });
});
