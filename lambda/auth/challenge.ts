import type { Refusal } from './refusal.ts';
import { toAnswer } from './refusal-answer.ts';

/** What every challenge of one server shares. */
export interface ChallengeSettings {
  /** Where the RFC 9728 document is. */
  readonly resourceMetadataUrl: string;
  /** The scopes a client should ask for when it signs in first. */
  readonly initialScopes: readonly string[];
  /** What the authorization server wants before the name of each scope; empty for nothing. */
  readonly scopePrefix: string;
}

/**
 * Turns a refusal into its HTTP answer: 401 with a challenge (RFC 6750 section 3, RFC 9728 section 5.1),
 * 403 when a scope is missing, 400 for a malformed header. While our own key set cannot be had (503) or the
 * caller's quota is used up (429, RFC 6585 section 4) no token helps, so there is no challenge. The JSON body
 * repeats the facts, because some gateways and clients lose the header.
 */
export function toChallenge(refusal: Refusal, settings: ChallengeSettings): Response {
  const answer = toAnswer(refusal);
  const isChallenge = answer.retryAfterSeconds === undefined;
  const scopes = answer.scope ?? settings.initialScopes;
  const scope = scopes.map((name) => `${settings.scopePrefix}${name}`).join(' ');
  const body = {
    error: answer.error ?? 'unauthorized',
    error_description: answer.description,
    ...(isChallenge && { scope, resource_metadata: settings.resourceMetadataUrl }),
  };
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  if (answer.retryAfterSeconds !== undefined) headers.set('retry-after', String(answer.retryAfterSeconds));
  if (isChallenge) {
    const error = answer.error && { error: answer.error, error_description: answer.description };
    const parameters = { ...error, scope, resource_metadata: settings.resourceMetadataUrl };
    headers.set('www-authenticate', `Bearer ${toParameters(parameters)}`);
  }
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

/** `auth-param`s of RFC 9110 section 11.2, each a quoted-string. */
function toParameters(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
    .join(', ');
}
