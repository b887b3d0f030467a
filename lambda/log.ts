/** Takes one event with its facts; never a token, a claim set, a file's content or a raw error. */
export type Log = (event: string, facts: Readonly<Record<string, unknown>>) => void;

/** Writes one JSON object a line, which Lambda's JSON logging and Logs Insights take apart. */
export const logLine: Log = (event, facts) => console.info(JSON.stringify({ event, ...facts }));

/** What is logged of an error: name, message and stack of it and its causes, nothing attached to it. */
export function toErrorFacts(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause !== undefined && { cause: toErrorFacts(cause) }) };
}
