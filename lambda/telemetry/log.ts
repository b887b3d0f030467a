import { type Measurement, toMetricDocuments } from './embedded-metrics.ts';

/**
 * Takes one event with its facts, and what was measured with it. Never give it a token, a claim set, a file's
 * content, or an error that was not turned into facts.
 */
export type Log = (
  event: string,
  facts: Readonly<Record<string, unknown>>,
  measured?: readonly Measurement[],
) => void;

/** How the log of one deployment is written. */
export interface LogOptions {
  /** The name of the deployment, which all its metrics carry. */
  readonly service: string;
  readonly write?: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Creates the log: one JSON object per line, in which CloudWatch finds the fields of an event and its metrics.
 * It writes to the standard output, because Lambda's `console` would wrap each line in another object, where
 * CloudWatch finds neither.
 */
export function createLog({ service, write = writeOut, now = Date.now }: LogOptions): Log {
  return (event, facts, measured = []) => {
    const [metrics, ...more] = toMetricDocuments(service, measured, now());
    write(JSON.stringify({ event, ...facts, ...metrics }));
    const { requestId } = facts;
    for (const document of more) write(JSON.stringify({ event: 'metrics', requestId, ...document }));
  };
}

function writeOut(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the log shows of an error: the name, message and stack of it and of its causes, and no other property. */
export function toErrorFacts(
  error: unknown,
  toSafeText = (text: string) => text,
): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: toSafeText(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message: toSafeText(message),
    ...(stack !== undefined && { stack: toSafeText(stack) }),
    ...(cause !== undefined && { cause: toErrorFacts(cause, toSafeText) }),
  };
}
