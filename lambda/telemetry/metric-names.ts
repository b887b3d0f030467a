/** The CloudWatch namespace of everything that the functions measure. */
export const metricNamespace = 'CasdoorMcpFileServer';

/**
 * Every metric with its unit and the sets of dimensions it is counted by. Each set holds the `Service`, which is the
 * name of the stack, and at most one other dimension with few values: refusal codes, catalogue tools, file store
 * operations. The dashboard and the alarms are made from the same names.
 */
export const metrics = {
  Requests: { unit: 'Count', dimensions: [['Service']] },
  RequestDuration: { unit: 'Milliseconds', dimensions: [['Service']] },
  ColdStarts: { unit: 'Count', dimensions: [['Service']] },
  Refusals: { unit: 'Count', dimensions: [['Service'], ['Service', 'Code']] },
  /** Calls of tools that the caller is allowed to use, whether they succeed or not. */
  ToolCalls: { unit: 'Count', dimensions: [['Service', 'Tool']] },
  /** Tool calls that ended with an outage or at the deadline, not with a failure that the model can fix. */
  ToolFailures: { unit: 'Count', dimensions: [['Service'], ['Service', 'Tool']] },
  ToolDuration: { unit: 'Milliseconds', dimensions: [['Service', 'Tool']] },
  /** All loads, including those that failed. */
  KeySetLoads: { unit: 'Count', dimensions: [['Service']] },
  KeySetLoadFailures: { unit: 'Count', dimensions: [['Service']] },
  StorageLatency: { unit: 'Milliseconds', dimensions: [['Service', 'Operation']] },
  /** Requests that wrote into a bucket without versions, where nothing can be restored. */
  UnversionedWrites: { unit: 'Count', dimensions: [['Service']] },
  QuotaExceeded: { unit: 'Count', dimensions: [['Service']] },
  /** How often the quota counters could not be reached, so that no quota was enforced. */
  QuotaFailures: { unit: 'Count', dimensions: [['Service']] },
} as const;

/** The name of a metric. */
export type MetricName = keyof typeof metrics;
