import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { allScopes, holdsScope } from '../tools/scopes.ts';
import { clockToleranceSeconds } from './clock-tolerance.ts';
import type { KeySet } from './jwks.ts';
import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';
import type { JsonObject, TokenProfile, TokenRules } from './token-profile.ts';

/** Verifies one access token, or throws `Refused`. */
export type Verifier = (token: string) => Promise<Principal>;

/** What a token must satisfy. */
export interface VerifierOptions extends TokenRules {
  /** The `iss` claim, compared as text. */
  readonly issuer: string;
  /** The JWS algorithms that are accepted; asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** Whether tokens that are bound to a key of their client count as bearer tokens. Default false. */
  readonly acceptBoundTokens?: boolean;
  readonly profile: TokenProfile;
  readonly keySet: KeySet;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A JWS in its compact form: base64url without padding (RFC 7515 sections 2 and 7.1). */
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The last second that ISO 8601 can write with a four-digit year. A time in milliseconds lies far beyond it. */
const lastSecond = Date.parse('9999-12-31T23:59:59Z') / 1000;

/**
 * Creates the verifier. On every request it compares issuer, class, algorithm, signature, `nbf`, `exp`, audience,
 * and the client and organization where they are listed; `iat` is not compared, because RFC 7519 asks nobody to.
 * A token with a wrong claim is refused before a key is fetched, so tokens of other servers cost nothing.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, profile, keySet, acceptBoundTokens = false, now = Date.now } = options;
  const algorithms = [...options.algorithms];

  async function verifyOnce(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keySet.keyFor, {
      algorithms,
      issuer,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub', 'aud'],
    });
    return payload;
  }

  async function verifySignatureAndTimes(token: string): Promise<JWTPayload> {
    try {
      return await verifyOnce(token).catch(async (error: unknown) => {
        if (!isCuredByNewKeys(error) || !(await keySet.reload())) throw error;
        return verifyOnce(token);
      });
    } catch (error) {
      throw toRefused(error, options);
    }
  }

  return async (token) => {
    const { header, claims } = decode(token);
    if (claims.iss !== issuer) throw new Refused({ code: 'wrong_issuer' });
    if (isBound(claims) && !acceptBoundTokens) throw new Refused({ code: 'bound_token' });
    // Before the algorithm, because a refresh token of Keycloak is signed with HMAC and should be called what it is.
    profile.requireAccessToken(header, claims);
    if (!algorithms.some((name) => name === header.alg)) throw new Refused({ code: 'algorithm_not_allowed' });
    requireReadable(claims);
    return profile.toPrincipal(await verifySignatureAndTimes(token), options);
  };
}

function decode(token: string): { header: JsonObject; claims: JsonObject } {
  if (!compactJws.test(token)) throw new Refused({ code: 'malformed_token' });
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch (cause) {
    throw new Refused({ code: 'malformed_token' }, { cause });
  }
}

/**
 * Tells whether the token is bound to a key of its client: by `cnf` (RFC 7800; DPoP and mTLS write it), or by the
 * class that Keycloak gives it. Taken as a bearer token, a stolen one would work without the key.
 */
function isBound(claims: JsonObject): boolean {
  return 'cnf' in claims || claims.typ === 'DPoP';
}

/** Throws `Refused` for claims of another type than RFC 7519 gives them, which the answer can then name. */
function requireReadable({ exp, nbf, sub }: JsonObject): void {
  if (exp !== undefined && !isTime(exp)) throw new Refused({ code: 'malformed_claim', claim: 'exp' });
  if (nbf !== undefined && !isTime(nbf)) throw new Refused({ code: 'malformed_claim', claim: 'nbf' });
  if (sub !== undefined && typeof sub !== 'string')
    throw new Refused({ code: 'malformed_claim', claim: 'sub' });
}

/** Tells whether the value is a time in seconds since the epoch that ISO 8601 can write. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= lastSecond;
}

function isCuredByNewKeys(error: unknown): boolean {
  if (error instanceof errors.JWSSignatureVerificationFailed) return true;
  return error instanceof Refused && ['unknown_key', 'bad_signature'].includes(error.refusal.code);
}

/** Translates jose's error into a refusal. Any error that is not about the token is about the key. */
function toRefused(error: unknown, options: VerifierOptions): Refused {
  if (error instanceof Refused) return error;
  const cause = { cause: error };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new Refused({ code: 'bad_signature' }, cause);
  if (error instanceof errors.JWTExpired) {
    const granted = findScopes(error.payload, options);
    return new Refused({ code: 'expired', at: Number(error.payload.exp), granted }, cause);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return new Refused({ code: 'missing_claim', claim: error.claim }, cause);
    if (error.claim === 'nbf')
      return new Refused({ code: 'not_yet_valid', at: Number(error.payload.nbf) }, cause);
    return new Refused({ code: 'malformed_token' }, cause);
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new Refused({ code: 'malformed_token' }, cause);
  }
  return new Refused({ code: 'unusable_key' }, cause);
}

/** The scopes of an expired token with a valid signature, so that the client can ask for them again. */
function findScopes(claims: JWTPayload, options: VerifierOptions): readonly string[] {
  try {
    const { scopes } = options.profile.toPrincipal(claims, options);
    return allScopes.filter((scope) => holdsScope(scopes, scope));
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
