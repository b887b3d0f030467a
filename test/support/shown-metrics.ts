import type { Template } from 'aws-cdk-lib/assertions';
import { metricNamespace } from '../../lambda/telemetry/metric-names.ts';
import { propertiesOf } from './synthesize.ts';

/** One widget of a dashboard. */
export interface Widget {
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
}

/** The widgets of the dashboard, with every reference replaced by the name that it refers to. */
export function readWidgets(template: Template): readonly Widget[] {
  const [dashboard] = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
  // The CDK joins the pieces of the body with the references in it.
  const body = dashboard?.DashboardBody as { 'Fn::Join': [string, unknown[]] } | undefined;
  const [, parts] = body?.['Fn::Join'] ?? ['', []];
  const texts = parts.map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part).replace(/\W/g, ''),
  );
  return JSON.parse(texts.join('')).widgets;
}

/** A metric with its dimensions, whose order does not matter: `Refusals Code Service`. */
export function toMetricText(name: unknown, dimensions: readonly unknown[]): string {
  return [name, ...dimensions.toSorted()].join(' ');
}

/** The metrics of the functions that the dashboard shows. */
export function listShownMetrics(template: Template): readonly string[] {
  const lines = readWidgets(template).flatMap(({ properties }) => properties.metrics ?? []);
  const named = lines.filter(([namespace]) => namespace === metricNamespace);
  const searched = JSON.stringify(lines).matchAll(/\{(\w+),(\w+),(\w+)\} MetricName=\W+(\w+)/g);
  return [
    ...named.map(([, name, dimension]) => toMetricText(name, [dimension])),
    ...[...searched].map(([, , one, two, name]) => toMetricText(name, [one, two])),
  ];
}

interface AlarmMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: AlarmMetric } }[];
}

/** The metrics of the functions that alarms watch. */
export function listWatchedMetrics(template: Template): readonly string[] {
  return propertiesOf(template, 'AWS::CloudWatch::Alarm')
    .flatMap((alarm: AlarmMetric) => [
      alarm,
      ...(alarm.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric),
    ])
    .filter((metric) => metric?.Namespace === metricNamespace)
    .map((metric) =>
      toMetricText(
        metric?.MetricName,
        (metric?.Dimensions ?? []).map(({ Name }) => Name),
      ),
    );
}
