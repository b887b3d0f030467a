import { type MetricName, metricNamespace, metrics } from './metric-names.ts';

/** One value of a metric, and the code, tool or operation that it is counted by beside the service. */
export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  readonly dimension?: string;
}

/** The fields that CloudWatch needs in a log line to read metrics from it. */
export type MetricDocument = Readonly<Record<string, unknown>>;

/** How many values of one metric a document holds (CloudWatch, Embedded metric format specification). */
export const maxValues = 100;

interface Group {
  readonly dimensions: Map<string, string>;
  readonly values: Map<MetricName, number[]>;
}

/**
 * Writes measurements in CloudWatch's embedded metric format, in as few documents as possible: one, plus another for
 * each further value of a dimension, because a document holds only one value of each dimension. `time` is in
 * milliseconds since the epoch.
 */
export function toMetricDocuments(
  service: string,
  measurements: readonly Measurement[],
  time: number,
): readonly MetricDocument[] {
  const groups: Group[] = [];
  for (const measurement of measurements) {
    const group = groups.find((one) => hasRoom(one, measurement)) ?? addTo(groups);
    const { name, value, dimension } = measurement;
    if (dimension !== undefined) group.dimensions.set(findDimension(name), dimension);
    group.values.set(name, [...(group.values.get(name) ?? []), value]);
  }
  return groups.map((group) => toDocument(service, group, time));
}

function addTo(groups: Group[]): Group {
  const group = { dimensions: new Map(), values: new Map() };
  groups.push(group);
  return group;
}

function hasRoom({ dimensions, values }: Group, { name, dimension }: Measurement): boolean {
  if ((values.get(name)?.length ?? 0) >= maxValues) return false;
  return dimension === undefined || (dimensions.get(findDimension(name)) ?? dimension) === dimension;
}

/** The dimension of a metric beside the service. */
function findDimension(name: MetricName): string {
  return metrics[name].dimensions.flat().find((dimension) => dimension !== 'Service') ?? 'Service';
}

function toDocument(service: string, { dimensions, values }: Group, time: number): MetricDocument {
  const byDimensions = Map.groupBy(values.keys(), (name) => JSON.stringify(metrics[name].dimensions));
  const directives = [...byDimensions].map(([dimensionSets, names]) => ({
    Namespace: metricNamespace,
    Dimensions: JSON.parse(dimensionSets),
    Metrics: names.map((name) => ({ Name: name, Unit: metrics[name].unit })),
  }));
  return {
    _aws: { Timestamp: time, CloudWatchMetrics: directives },
    Service: service,
    ...Object.fromEntries(dimensions),
    ...Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list])),
  };
}
