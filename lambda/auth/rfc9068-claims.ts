import { describeMarkOf, findServer, isOfEntra } from './known-servers.ts';
import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';
import {
  isForResource,
  type JsonObject,
  readText,
  readTexts,
  requireAllowed,
  splitScope,
  type TokenProfile,
  type TokenRules,
} from './token-profile.ts';
import { describeMark, isMarked } from './user-mark.ts';

/**
 * Access tokens of authorization servers other than Casdoor: RFC 9068 (`at+jwt`), and what the servers in
 * `known-servers.ts` issue instead.
 */
export const rfc9068Profile: TokenProfile = { requireAccessToken, toPrincipal };

/** Claims that only ID tokens (OpenID Connect Core section 3.1.3.6) and logout tokens carry. */
const foreignClaims = ['at_hash', 'c_hash', 'events'];

/** What Keycloak calls its refresh tokens in the claim `typ`; an offline token is one without an end. */
const refreshClasses: readonly unknown[] = ['Refresh', 'Offline'];

function requireAccessToken(header: JsonObject, claims: JsonObject): void {
  if (refreshClasses.includes(claims.typ)) throw new Refused({ code: 'refresh_token' });
  if (!isDeclaredAccessToken(header, claims)) throw new Refused({ code: 'not_an_access_token' });
  if (foreignClaims.some((name) => name in claims)) throw new Refused({ code: 'not_an_access_token' });
  if (readText(header, 'kid') === undefined) throw new Refused({ code: 'no_key_id' });
}

/** A token must say that it is an access token. One that says nothing is refused. */
function isDeclaredAccessToken(header: JsonObject, claims: JsonObject): boolean {
  const type = readText(header, 'typ')?.toLowerCase() ?? 'jwt';
  const isRfc9068 = type === 'at+jwt' || type === 'application/at+jwt';
  if (!isRfc9068 && type !== 'jwt') return false;
  // Keycloak writes the class into a claim of its own, whatever the header says, and so does Cognito.
  if ('typ' in claims) return claims.typ === 'Bearer' || claims.typ === 'DPoP';
  if ('token_use' in claims) return claims.token_use === 'access';
  if (isRfc9068) return true;
  // The others are known by their scopes, or by an application's roles, and by having no nonce of an ID token.
  const hasGrant = 'scope' in claims || 'scp' in claims || (isOfEntra(claims) && 'roles' in claims);
  return hasGrant && !('nonce' in claims);
}

function toPrincipal(claims: JsonObject, rules: TokenRules): Principal {
  const subject = readText(claims, 'sub');
  if (subject === undefined) throw new Refused({ code: 'missing_claim', claim: 'sub' });
  if (!isForResource(readTexts(claims, 'aud'), rules.audience)) throw new Refused({ code: 'wrong_audience' });
  const { kind, clientId } = readCaller(claims, rules);
  const organization = rules.organizationClaim && readText(claims, rules.organizationClaim);
  if (kind === 'user') requireAllowed({ clientId, organization }, rules);
  const name = readText(claims, 'preferred_username') ?? readText(claims, 'username');
  return {
    kind,
    issuer: readText(claims, 'iss') ?? '',
    subject,
    ...(name !== undefined && { name }),
    ...(organization !== undefined && { organization }),
    ...(clientId !== undefined && { clientId }),
    scopes: readScopes(claims, kind, rules.scopePrefix),
    expiresAt: Number(claims.exp),
  };
}

/**
 * Tells a user from a client that calls for itself. A caller is a user only by a mark that the authorization server
 * gives to users alone; without one it is a machine, whose client must be listed.
 */
function readCaller(claims: JsonObject, { clientClaim, userMark, machineClientIds }: TokenRules) {
  const server = findServer(claims);
  const clientClaims = clientClaim === undefined ? server.clientClaims : [clientClaim];
  const clientId = clientClaims.map((name) => readText(claims, name)).find((id) => id !== undefined);
  const isUser = userMark === undefined ? server.isUser(claims) : isMarked(claims, userMark);
  if (isUser) return { kind: 'user', clientId } as const;
  const mark = userMark === undefined ? describeMarkOf(server) : describeMark(userMark);
  const client = clientId === undefined ? ` and names no client in ${clientClaims.join(' or ')}` : '';
  if (clientId === undefined || !machineClientIds.includes(clientId))
    throw new Refused({ code: 'machine_not_allowed', lacking: `${mark}${client}` });
  return { kind: 'machine', clientId } as const;
}

/**
 * Scopes by the names of our table: some servers put the name of the API before them. Microsoft Entra ID grants an
 * application roles instead of scopes.
 */
function readScopes(claims: JsonObject, kind: Principal['kind'], prefix: string): ReadonlySet<string> {
  const roles = kind === 'machine' && isOfEntra(claims) ? readTexts(claims, 'roles') : [];
  const scopes = [...readTexts(claims, 'scope'), ...readTexts(claims, 'scp'), ...roles].flatMap(splitScope);
  return new Set(scopes.map((scope) => (scope.startsWith(prefix) ? scope.slice(prefix.length) : scope)));
}
