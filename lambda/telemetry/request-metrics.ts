import type { Refusal } from '../auth/refusal.ts';
import type { Measurement } from './embedded-metrics.ts';
import type { MetricName } from './metric-names.ts';

/**
 * How a tool call ended: `failed` with a sentence that tells the model what to fix; `outage` through a fault of ours,
 * even if it only kept one file out of the answer; `timeout` at the deadline; `invalid` before it ran, because its
 * arguments did not fit; `refused` because the caller is not allowed to call the tool.
 */
export type ToolOutcome = 'ok' | 'failed' | 'outage' | 'timeout' | 'invalid' | 'refused';

/** What is measured of a request that has ended. Times are in milliseconds. */
export interface RequestSummary {
  readonly durationMs: number;
  readonly coldStart: boolean;
  /** Why it was refused; undefined when it was not. */
  readonly refusal: Refusal['code'] | undefined;
  /** The tool that it called, if there is such a tool. */
  readonly toolCall:
    | { readonly tool: string; readonly outcome: ToolOutcome; readonly durationMs: number | undefined }
    | undefined;
}

/**
 * The metrics of one request. A refused tool call does not count as a call. Only a fault of ours counts as a failure of
 * a tool: that a file is missing is an ordinary answer.
 */
export function measureRequest(summary: RequestSummary): readonly Measurement[] {
  const { durationMs, coldStart, refusal, toolCall } = summary;
  const measured = [count('Requests'), { name: 'RequestDuration', value: durationMs } as const];
  return [
    ...measured,
    ...(coldStart ? [count('ColdStarts')] : []),
    ...(refusal === undefined ? [] : [count('Refusals', refusal)]),
    ...(refusal === 'quota_exceeded' ? [count('QuotaExceeded')] : []),
    ...(toolCall === undefined ? [] : measureToolCall(toolCall)),
  ];
}

function measureToolCall(call: NonNullable<RequestSummary['toolCall']>): readonly Measurement[] {
  const { tool: dimension, outcome, durationMs: value } = call;
  if (outcome === 'refused') return [];
  return [
    count('ToolCalls', dimension),
    ...(value === undefined ? [] : [{ name: 'ToolDuration', value, dimension } as const]),
    ...(outcome === 'outage' || outcome === 'timeout' ? [count('ToolFailures', dimension)] : []),
  ];
}

function count(name: MetricName, dimension?: string): Measurement {
  return { name, value: 1, ...(dimension !== undefined && { dimension }) };
}
