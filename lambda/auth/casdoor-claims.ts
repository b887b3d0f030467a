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

/**
 * Casdoor's access tokens in its formats JWT, JWT-Empty, JWT-Standard and JWT-Custom (v3.156.0 and later).
 * Its refresh tokens are JWTs of the same key, issuer, audience and scope, so the class must be checked.
 */
export const casdoorProfile: TokenProfile = { requireAccessToken, toPrincipal };

function requireAccessToken(header: JsonObject, claims: JsonObject): void {
  // JWT-Custom writes a refresh token as `TokenType` and leaves `tokenType` at access-token.
  const isRefreshToken = claims.tokenType === 'refresh-token' || claims.TokenType === 'refresh-token';
  if (isRefreshToken) throw new Refused({ code: 'refresh_token' });
  if ('TokenType' in claims || claims.tokenType !== 'access-token') {
    throw new Refused({ code: 'not_an_access_token' });
  }
  if (readText(header, 'kid') === undefined) throw new Refused({ code: 'no_key_id' });
}

function toPrincipal(claims: JsonObject, rules: TokenRules): Principal {
  const subject = readText(claims, 'sub');
  if (subject === undefined) throw new Refused({ code: 'missing_claim', claim: 'sub' });
  const clientId = readText(claims, 'azp');
  const organization = readText(claims, 'owner');
  const kind = readKind(claims, subject, rules);
  if (kind === 'user') requireAllowed({ clientId, organization }, rules);
  const name = readText(claims, 'preferred_username') ?? readText(claims, 'name');
  return {
    kind,
    issuer: readText(claims, 'iss') ?? '',
    subject,
    ...(name !== undefined && { name }),
    ...(organization !== undefined && { organization }),
    ...(clientId !== undefined && { clientId }),
    scopes: new Set(splitScope(readText(claims, 'scope') ?? '')),
    expiresAt: Number(claims.exp),
  };
}

/**
 * Casdoor sets the audience to the resource only when a user signs in with an authorization code. For every other
 * grant the audience is the client id, which is accepted for listed clients that call for themselves. The subject
 * decides first, because an application may have our URL as its client id: its own tokens then have our audience.
 */
function readKind(claims: JsonObject, subject: string, rules: TokenRules): Principal['kind'] {
  const audiences = readTexts(claims, 'aud');
  const clientId = readText(claims, 'azp');
  const isForClient = clientId !== undefined && audiences.includes(clientId);
  if (subject.startsWith('admin/')) {
    if (!isForClient) throw new Refused({ code: 'wrong_audience' });
    if (!rules.machineClientIds.includes(clientId)) throw new Refused({ code: 'machine_not_allowed' });
    return 'machine';
  }
  if (isForResource(audiences, rules.audience)) return 'user';
  throw new Refused({ code: isForClient ? 'audience_is_client' : 'wrong_audience' });
}
