import type { IncomingMessage } from 'node:http';
import type { HttpResponse } from './response.ts';

/** The CORS configuration of an HTTP API; `*` in a list stands for everything, `https://*` for every origin with that scheme. */
export type Cors = {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  /** Seconds. */
  maxAge?: number | undefined;
  allowCredentials: boolean;
};

/** Whether a request asks for permission in place of a browser's real one (Fetch standard, "CORS-preflight request"). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && !!headers.origin && !!headers['access-control-request-method'];
}

/** The gateway's answer to a preflight: 204 with what is configured, without it for an origin that is not allowed. */
export function toPreflightResponse(cors: Cors, origin: string | undefined): HttpResponse {
  const headers = new Headers();
  const response = { statusCode: 204, headers, body: Buffer.alloc(0) };
  if (!allow(cors, origin, headers)) return response;
  headers.set('access-control-allow-methods', cors.allowMethods.join(','));
  headers.set('access-control-allow-headers', cors.allowHeaders.join(','));
  if (cors.maxAge !== undefined) headers.set('access-control-max-age', String(cors.maxAge));
  return response;
}

/**
 * Puts the gateway's CORS headers in the place of any that the function returned.
 * Amazon API Gateway developer guide, "Configure CORS for HTTP APIs".
 */
export function replaceCorsHeaders(cors: Cors, origin: string | undefined, headers: Headers): void {
  for (const name of [...headers.keys()]) {
    if (name.startsWith('access-control-')) headers.delete(name);
  }
  if (!allow(cors, origin, headers)) return;
  if (cors.exposeHeaders.length > 0)
    headers.set('access-control-expose-headers', cors.exposeHeaders.join(','));
}

/** Allows the origin in the headers if the configuration does, and says whether it does. */
function allow(cors: Cors, origin: string | undefined, headers: Headers): boolean {
  if (!origin) return false;
  const everyOrigin = cors.allowOrigins.includes('*');
  const scheme = origin.slice(0, origin.indexOf('://'));
  const isAllowed =
    everyOrigin || cors.allowOrigins.includes(origin) || cors.allowOrigins.includes(`${scheme}://*`);
  if (!isAllowed) return false;
  headers.set('access-control-allow-origin', everyOrigin ? '*' : origin);
  if (!everyOrigin) headers.append('vary', 'Origin');
  if (cors.allowCredentials) headers.set('access-control-allow-credentials', 'true');
  return true;
}
