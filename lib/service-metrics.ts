import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricNamespace, type metrics } from '../lambda/telemetry/metric-names.ts';

type DimensionsOf<Name extends MetricName> = (typeof metrics)[Name]['dimensions'][number];

/** The metrics that are counted by the service and by `Dimension`; without one, by the service alone. */
type CountedBy<Dimension extends string | undefined> = {
  [Name in MetricName]: Extract<
    DimensionsOf<Name>,
    Dimension extends string ? readonly ['Service', Dimension] : readonly ['Service']
  > extends never
    ? never
    : Name;
}[MetricName];

/** The metrics that the functions of one service write. */
export interface ServiceMetrics {
  /** A metric of the whole service; the statistic is such as `Sum` or `p99`. */
  of(name: CountedBy<undefined>, statistic: string, period: Duration): Metric;
  /** How many requests were refused by this code. */
  ofRefusals(code: string, period: Duration): Metric;
  /** A line for each value of the dimension, whatever values there come to be. */
  by<Dimension extends 'Code' | 'Tool' | 'Operation'>(
    dimension: Dimension,
    name: CountedBy<Dimension>,
    statistic: string,
  ): MathExpression;
}

/** Reads the metrics of a service by its name, which its functions know as `SERVICE_NAME`. */
export function createServiceMetrics(service: string): ServiceMetrics {
  const read = (metricName: MetricName, props: Partial<MetricProps>) =>
    new Metric({ namespace: metricNamespace, metricName, dimensionsMap: { Service: service }, ...props });
  return {
    of: (name, statistic, period) => read(name, { statistic, period }),
    ofRefusals: (Code, period) =>
      read('Refusals', { dimensionsMap: { Service: service, Code }, statistic: 'Sum', period }),
    by: (dimension, name, statistic) =>
      new MathExpression({
        expression: `SEARCH('{${metricNamespace},Service,${dimension}} MetricName="${name}" Service="${service}"', '${statistic}')`,
        usingMetrics: {},
        // Each line has the name of its value, where it would have the expression.
        label: '',
        period: Duration.minutes(5),
      }),
  };
}
