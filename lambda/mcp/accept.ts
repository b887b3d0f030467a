/** What a client accepts: `any` stands for JSON, or an event stream when there is progress to report. */
export type Accepted = 'any' | 'json' | 'stream';

/**
 * Reads the `Accept` header. MCP clients name both types. A client that does not name the event stream gets
 * JSON, a wildcard or none at all included: such clients, curl and some gateways among them, read no streams.
 */
export function readAccept(header: string | null): Accepted {
  const ranges = (header ?? '*/*').toLowerCase().split(',').map(readRange);
  const takes = (...types: readonly string[]) =>
    ranges.some((range) => range !== undefined && types.includes(range));
  if (!takes('text/event-stream')) return 'json';
  return takes('application/json', 'application/*', '*/*') ? 'any' : 'stream';
}

/** The media range, or undefined when its weight makes it not acceptable (RFC 9110 section 12.5.1). */
function readRange(text: string): string | undefined {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? undefined : range;
}
