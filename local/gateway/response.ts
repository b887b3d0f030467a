import { STATUS_CODES, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import { hopByHop } from './hop-by-hop.ts';

/** What the gateway sends to the client. */
export type HttpResponse = { statusCode: number; headers: Headers; body: Buffer };

const functionResult = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** An answer of the gateway's own, such as 404 with `{"message":"Not Found"}`. */
export function toMessage(statusCode: number, message = STATUS_CODES[statusCode]): HttpResponse {
  return toJson(statusCode, { message });
}

/**
 * The HTTP response for what a function returned: without a `statusCode` the whole of it as JSON, with 200.
 * A result that is malformed, or that HTTP cannot carry, becomes the gateway's 500.
 * Amazon API Gateway developer guide, "Lambda function response for format 2.0".
 */
export function toResponse(payload: unknown): HttpResponse {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload))
    return toJson(200, payload);
  try {
    const { statusCode, headers, cookies, body, isBase64Encoded } = functionResult.parse(payload);
    return {
      statusCode,
      headers: toHeaders(headers ?? {}, cookies ?? []),
      body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    };
  } catch {
    return toMessage(500);
  }
}

function toJson(statusCode: number, value: unknown): HttpResponse {
  const headers = new Headers({ 'content-type': 'application/json' });
  return { statusCode, headers, body: Buffer.from(JSON.stringify(value)) };
}

/** Throws a `TypeError` for names and values that HTTP cannot carry. */
function toHeaders(given: Record<string, string | number | boolean>, cookies: string[]): Headers {
  const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' });
  for (const [name, value] of Object.entries(given)) headers.set(name, String(value));
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  for (const name of hopByHop) headers.delete(name);
  // Counted anew, so that a wrong length cannot break the connection.
  headers.delete('content-length');
  for (const [name, value] of headers) validateHeaderValue(name, value);
  return headers;
}
