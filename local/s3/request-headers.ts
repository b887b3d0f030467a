import type { IncomingMessage } from 'node:http';

/** Header values by lower-case name. */
export type RequestHeaders = Record<string, string | undefined>;

/** The request's headers, repeated ones joined with commas. */
export function readHeaders({ headers }: IncomingMessage): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}
