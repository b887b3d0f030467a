import type { Refusal } from './refusal.ts';

/** What the caller is told. `error` is absent when no credentials were sent (RFC 6750 section 3.1). */
export interface Answer {
  readonly status: 400 | 401 | 403 | 429 | 503;
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'quota_exceeded'
    | 'temporarily_unavailable';
  readonly description: string;
  readonly scope?: readonly string[];
  readonly retryAfterSeconds?: number;
}

const malformedClaims = {
  exp: 'the claim exp is not a time in seconds since 1970',
  nbf: 'the claim nbf is not a time in seconds since 1970',
  sub: 'the claim sub is not a text',
};

const quotas = {
  calls_per_minute: 'your quota of tool calls for this minute',
  bytes_per_day: 'your quota of bytes for today (UTC)',
};

/**
 * Turns a reason into its status, OAuth error and sentence: the one place where that happens. No sentence quotes
 * the token or its claims.
 */
export function toAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case 'no_token':
      return { status: 401, description: 'sign in first: send an access token as Authorization: Bearer' };
    case 'malformed_authorization':
      return {
        status: 400,
        error: 'invalid_request',
        description: 'the Authorization header must be Bearer, one space and one token',
      };
    case 'malformed_token':
      return invalidToken('the token is not a signed JWT');
    case 'algorithm_not_allowed':
      return invalidToken('the token is signed with an algorithm that this server does not accept');
    case 'no_key_id':
      return invalidToken('the token names no key: access tokens carry a kid header');
    case 'unknown_key':
      return invalidToken('the token is signed with a key that is not in the key set this server reads');
    case 'unusable_key':
      return invalidToken('the key that signed the token cannot be used for its algorithm');
    case 'public_key':
      return invalidToken('the token is signed with a key whose private half is public');
    case 'bad_signature':
      return invalidToken('the signature of the token is wrong');
    case 'wrong_issuer':
      return invalidToken('the token was issued by another authorization server');
    case 'expired':
      // With fewer scopes than before, the client would have to step up again.
      return { ...invalidToken(`the token expired at ${toTime(refusal.at)}`), ...toScope(refusal.granted) };
    case 'not_yet_valid':
      return invalidToken(`the token is valid from ${toTime(refusal.at)} on: check the clocks`);
    case 'missing_claim':
      return invalidToken(`the token lacks the claim ${refusal.claim}`);
    case 'malformed_claim':
      return invalidToken(malformedClaims[refusal.claim]);
    case 'wrong_audience':
      return invalidToken('the token was issued for another audience');
    case 'audience_is_client':
      return invalidToken(
        'the token was issued for the client and not for this server: the client must send the resource parameter',
      );
    case 'machine_not_allowed':
      return invalidToken(
        `${refusal.lacking === undefined ? 'this is the token of a client itself' : `nothing in the token proves a user, it lacks ${refusal.lacking}`}: sign in as a user, or list the client in machineClientIds`,
      );
    case 'bound_token':
      return invalidToken(
        'the token is bound to a key of its client (DPoP or mTLS), which this server cannot check: turn that off for this client',
      );
    case 'refresh_token':
      return invalidToken('a refresh token was sent: send the access token');
    case 'not_an_access_token':
      return invalidToken('the token is not an access token');
    case 'client_not_allowed':
      return invalidToken('the token was issued to a client that is not allowed here');
    case 'organization_not_allowed':
      return invalidToken('the token belongs to an organization that is not allowed here');
    case 'insufficient_scope':
      return {
        status: 403,
        error: 'insufficient_scope',
        description: `this needs ${refusal.required.join(' and ')}`,
        scope: [...new Set([...refusal.granted, ...refusal.required])],
      };
    case 'keys_unavailable':
      return {
        status: 503,
        error: 'temporarily_unavailable',
        description: refusal.isOfManyKeys
          ? 'the key set of the application has more than one key: check the setting casdoorApplication'
          : 'the keys of the authorization server cannot be fetched at the moment: try again',
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case 'quota_exceeded':
      return {
        status: 429,
        error: 'quota_exceeded',
        description: `${quotas[refusal.quota]} is used up: try again in ${refusal.retryAfterSeconds} seconds`,
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
  }
}

function toScope(granted: readonly string[] = []): Pick<Answer, 'scope'> {
  return granted.length === 0 ? {} : { scope: granted };
}

function invalidToken(description: string): Answer {
  return { status: 401, error: 'invalid_token', description };
}

/** Takes only times that ISO 8601 can write: see `requireReadable` in `verifier.ts`. */
function toTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
