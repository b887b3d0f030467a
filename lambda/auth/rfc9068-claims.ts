import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';
import {
  isForResource,
  type JsonObject,
  readText,
  readTexts,
  requireAllowedClient,
  splitScope,
  type TokenProfile,
  type TokenRules,
} from './token-profile.ts';

/**
 * Access tokens of other authorization servers: RFC 9068 (`at+jwt`), and what Keycloak, Auth0, Microsoft
 * Entra ID and Amazon Cognito issue in its place.
 */
export const rfc9068Profile: TokenProfile = { requireAccessToken, toPrincipal };

/** Claims that only ID tokens (OpenID Connect Core section 3.1.3.6) and logout tokens carry. */
const foreignClaims = ['at_hash', 'c_hash', 'events'];

function requireAccessToken(header: JsonObject, claims: JsonObject): void {
  if (!isDeclaredAccessToken(header, claims)) throw new Refused({ code: 'not_an_access_token' });
  if (foreignClaims.some((name) => name in claims)) throw new Refused({ code: 'not_an_access_token' });
  if (readText(header, 'kid') === undefined) throw new Refused({ code: 'no_key_id' });
}

/** A token must say by itself that it is an access token; what says nothing is refused. */
function isDeclaredAccessToken(header: JsonObject, claims: JsonObject): boolean {
  const type = readText(header, 'typ')?.toLowerCase() ?? 'jwt';
  if (type === 'at+jwt' || type === 'application/at+jwt') return true;
  if (type !== 'jwt') return false;
  // Keycloak writes its class into a claim of its own, Cognito too; the others are known by their scope, and
  // by the nonce that they give to ID tokens only.
  if ('typ' in claims) return claims.typ === 'Bearer';
  if ('token_use' in claims) return claims.token_use === 'access';
  return ('scope' in claims || 'scp' in claims) && !('nonce' in claims);
}

function toPrincipal(claims: JsonObject, rules: TokenRules): Principal {
  const subject = readText(claims, 'sub');
  if (subject === undefined) throw new Refused({ code: 'missing_claim', claim: 'sub' });
  if (!isForResource(readTexts(claims, 'aud'), rules.audience)) throw new Refused({ code: 'wrong_audience' });
  // Microsoft writes `appid` into tokens of version 1.
  const clientId = readText(claims, 'client_id') ?? readText(claims, 'azp') ?? readText(claims, 'appid');
  const isMachine = clientId !== undefined && isOwnToken(claims, subject, clientId);
  if (isMachine && !rules.machineClientIds.includes(clientId))
    throw new Refused({ code: 'machine_not_allowed' });
  if (!isMachine) requireAllowedClient(clientId, rules);
  const name = readText(claims, 'preferred_username') ?? readText(claims, 'username');
  return {
    kind: isMachine ? 'machine' : 'user',
    issuer: readText(claims, 'iss') ?? '',
    subject,
    ...(name !== undefined && { name }),
    ...(clientId !== undefined && { clientId }),
    scopes: readScopes(claims, rules.scopePrefix),
    expiresAt: Number(claims.exp),
  };
}

/**
 * Tells whether a client acts for itself: the subject is then the client (RFC 9068 section 2.2), to which Auth0
 * adds a suffix, and which Keycloak makes a user of its own.
 */
function isOwnToken(claims: JsonObject, subject: string, clientId: string): boolean {
  if (subject === clientId || subject === `${clientId}@clients`) return true;
  return readText(claims, 'preferred_username') === `service-account-${clientId.toLowerCase()}`;
}

/** Scopes by the names of our table: some servers put the name of the API before them (Cognito), some do not. */
function readScopes(claims: JsonObject, prefix: string): ReadonlySet<string> {
  const scopes = [...readTexts(claims, 'scope'), ...readTexts(claims, 'scp')].flatMap(splitScope);
  return new Set(scopes.map((scope) => (scope.startsWith(prefix) ? scope.slice(prefix.length) : scope)));
}
