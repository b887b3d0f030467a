/** The CloudWatch namespace of everything that the functions measure. */
export const metricNamespace = 'CasdoorMcpFileServer';

/**
 * Every metric with its unit and the sets of dimensions it is counted by. Each set holds the `Service`, which
 * is the name of the stack, and at most one dimension more, whose values are few: codes of refusals, tools of
 * the catalogue, calls of the file store. The dashboard and the alarms are made from the same names.
 */
export const metrics = {
  Requests: { unit: 'Count', dimensions: [['Service']] },
  RequestDuration: { unit: 'Milliseconds', dimensions: [['Service']] },
  ColdStarts: { unit: 'Count', dimensions: [['Service']] },
  Refusals: { unit: 'Count', dimensions: [['Service'], ['Service', 'Code']] },
  /** Tool calls that the caller may make, well or not. */
  ToolCalls: { unit: 'Count', dimensions: [['Service', 'Tool']] },
  /** Tool calls that ended by an outage or at the deadline, and not by what the model can mend. */
  ToolFailures: { unit: 'Count', dimensions: [['Service'], ['Service', 'Tool']] },
  ToolDuration: { unit: 'Milliseconds', dimensions: [['Service', 'Tool']] },
  /** All loads, those that failed among them. */
  KeySetLoads: { unit: 'Count', dimensions: [['Service']] },
  KeySetLoadFailures: { unit: 'Count', dimensions: [['Service']] },
  StorageLatency: { unit: 'Milliseconds', dimensions: [['Service', 'Operation']] },
  /** Requests that wrote into a bucket that keeps no versions, so that nothing can be brought back. */
  UnversionedWrites: { unit: 'Count', dimensions: [['Service']] },
  QuotaExceeded: { unit: 'Count', dimensions: [['Service']] },
  /** Times that the counters of the quota could not be reached, so that nobody was held to it. */
  QuotaFailures: { unit: 'Count', dimensions: [['Service']] },
} as const;

/** The name of a metric. */
export type MetricName = keyof typeof metrics;
