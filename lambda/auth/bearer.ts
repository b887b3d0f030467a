import { Refused } from './refusal.ts';

/** `credentials` of RFC 6750 section 2.1; the scheme is case-insensitive (RFC 9110 section 11.1). */
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Reads the access token from the `Authorization` header, the only place it is accepted
 * (MCP 2026-07-28 authorization; never the query or the body).
 *
 * Throws `Refused`: `no_token` when there are no bearer credentials, so that the client is told
 * where to sign in, and `malformed_authorization` for credentials that no client should send.
 */
export function readBearerToken(headers: Headers): string {
  const value = headers.get('authorization')?.trim() ?? '';
  if (!/^bearer(?: |$)/i.test(value) || /^bearer *$/i.test(value)) throw new Refused({ code: 'no_token' });
  const token = bearer.exec(value)?.[1];
  if (token === undefined) throw new Refused({ code: 'malformed_authorization' });
  return token;
}
