import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { allScopes, holdsScope } from '../tools/scopes.ts';
import type { KeySet } from './jwks.ts';
import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';
import type { JsonObject, TokenProfile, TokenRules } from './token-profile.ts';

/** Verifies one access token, or throws `Refused`. */
export type Verifier = (token: string) => Promise<Principal>;

/** What a token must satisfy. */
export interface VerifierOptions extends TokenRules {
  /** Compared exactly with the `iss` claim. */
  readonly issuer: string;
  /** JWS algorithms that are accepted; asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly profile: TokenProfile;
  readonly keySet: KeySet;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** How far the clocks may differ, in seconds; Casdoor writes `nbf` = `iat` = now. */
const clockTolerance = 60;

/**
 * Creates the verifier: signature, issuer, audience, algorithm, expiry and token class, on every request.
 * What is plainly wrong is refused before any key is fetched, so that foreign tokens cost us nothing.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, profile, keySet, now = Date.now } = options;
  const algorithms = [...options.algorithms];

  async function verifyOnce(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keySet.keyFor, {
      algorithms,
      issuer,
      clockTolerance,
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
      throw toRefused(error, readScopes);
    }
  }

  /** The scopes of this server in claims whose signature is right; none where anything else is wrong with them. */
  function readScopes(claims: JWTPayload): readonly string[] {
    try {
      const { scopes } = profile.toPrincipal(claims, options);
      return allScopes.filter((scope) => holdsScope(scopes, scope));
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  }

  return async (token) => {
    const { header, claims } = decode(token);
    if (!algorithms.some((name) => name === header.alg)) throw new Refused({ code: 'algorithm_not_allowed' });
    if (claims.iss !== issuer) throw new Refused({ code: 'wrong_issuer' });
    profile.requireAccessToken(header, claims);
    const verified = await verifySignatureAndTimes(token);
    if (!isTime(verified.exp)) throw new Refused({ code: 'malformed_token' });
    return profile.toPrincipal(verified, options);
  };
}

function decode(token: string): { header: JsonObject; claims: JsonObject } {
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch (cause) {
    throw new Refused({ code: 'malformed_token' }, { cause });
  }
}

/** Tells whether seconds since the epoch are a time that can be written down: until the year 275760. */
function isTime(seconds: number | undefined): boolean {
  return seconds !== undefined && !Number.isNaN(new Date(seconds * 1000).getTime());
}

function isCuredByNewKeys(error: unknown): boolean {
  if (error instanceof errors.JWSSignatureVerificationFailed) return true;
  return error instanceof Refused && error.refusal.code === 'unknown_key';
}

/** Names jose's verdict in our words; an error that is none of its verdicts concerns the key. */
function toRefused(error: unknown, readScopes: (claims: JWTPayload) => readonly string[]): Refused {
  if (error instanceof Refused) return error;
  const options = { cause: error };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new Refused({ code: 'bad_signature' }, options);
  if (error instanceof errors.JWTExpired) {
    const { payload } = error;
    const at = payload.exp ?? Number.NaN;
    return new Refused({ code: 'expired', at, granted: readScopes(payload) }, options);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing')
      return new Refused({ code: 'missing_claim', claim: error.claim }, options);
    if (error.claim === 'nbf' && error.reason === 'check_failed') {
      return new Refused({ code: 'not_yet_valid', at: error.payload.nbf ?? Number.NaN }, options);
    }
    return new Refused({ code: 'malformed_token' }, options);
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new Refused({ code: 'malformed_token' }, options);
  }
  return new Refused({ code: 'unusable_key' }, options);
}
