import { challengeTwin } from './challenge-twin.ts';
import type { Refusal } from './refusal.ts';
import { toAnswer } from './refusal-answer.ts';

/** What every challenge of one server shares. */
export interface ChallengeSettings {
  /** Where the RFC 9728 document is. */
  readonly resourceMetadataUrl: string;
  /** The scopes a client should ask for when it signs in first. */
  readonly initialScopes: readonly string[];
  /** What the authorization server puts before the name of each scope; empty for nothing. */
  readonly scopePrefix: string;
}

/** The id of a JSON-RPC request; null when it is not known (JSON-RPC 2.0 section 5). */
export type MessageId = string | number | null;

/**
 * Turns a refusal into its HTTP answer: 401 with a challenge (RFC 6750 section 3, RFC 9728 section 5.1), 403 when a
 * scope is missing, 400 for a malformed header. While we cannot get our own key set (503), or when the caller's quota
 * is used up (429, RFC 6585 section 4), no token helps, so there is no challenge.
 *
 * The body is a JSON-RPC error (MCP 2026-07-28 Streamable HTTP), so that clients fail the one call and show why. Its
 * `data` repeats the challenge, because some gateways and clients lose the header. Its code is the HTTP status: the
 * codes that JSON-RPC reserves have meanings of their own.
 */
export function toChallenge(refusal: Refusal, settings: ChallengeSettings, id: MessageId = null): Response {
  const { status, error, description, scope: names, retryAfterSeconds } = toAnswer(refusal);
  const isChallenge = retryAfterSeconds === undefined;
  const scope = (names ?? settings.initialScopes).map((name) => `${settings.scopePrefix}${name}`).join(' ');
  const invitation = { scope, resource_metadata: settings.resourceMetadataUrl };
  const data = {
    error: error ?? 'unauthorized',
    error_description: description,
    ...(isChallenge && invitation),
  };
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  if (isChallenge) {
    const reason = error && { error, error_description: description };
    const challenge = `Bearer ${toParameters({ ...reason, ...invitation })}`;
    headers.set('www-authenticate', challenge);
    headers.set(challengeTwin, challenge);
  }
  const message = `${data.error}: ${description}`;
  return Response.json({ jsonrpc: '2.0', id, error: { code: status, message, data } }, { status, headers });
}

/** `auth-param`s of RFC 9110 section 11.2, each a quoted-string. */
function toParameters(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
    .join(', ');
}
