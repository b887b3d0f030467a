/**
 * Why a caller is refused: the closed list of reasons, each with its facts. The reason goes to our log; what the
 * caller is told stands in `refusal-answer.ts`.
 */
export type Refusal =
  | { readonly code: 'no_token' }
  | { readonly code: 'malformed_authorization' }
  | { readonly code: 'malformed_token' }
  | { readonly code: 'algorithm_not_allowed' }
  | { readonly code: 'no_key_id' }
  | { readonly code: 'unknown_key' }
  | { readonly code: 'unusable_key' }
  | { readonly code: 'public_key' }
  | { readonly code: 'bad_signature' }
  | { readonly code: 'wrong_issuer' }
  /** `at`: the `exp` claim, in seconds since the epoch. `granted`: the scopes of this server that the token had. */
  | { readonly code: 'expired'; readonly at: number; readonly granted?: readonly string[] }
  /** `at`: the `nbf` claim, in seconds since the epoch. */
  | { readonly code: 'not_yet_valid'; readonly at: number }
  | { readonly code: 'missing_claim'; readonly claim: string }
  /** A claim whose type is not that of RFC 7519, or a time that is not in seconds. */
  | { readonly code: 'malformed_claim'; readonly claim: 'exp' | 'nbf' | 'sub' }
  | { readonly code: 'wrong_audience' }
  /** The audience is the client itself: the client asked without `resource`, or Casdoor dropped it. */
  | { readonly code: 'audience_is_client' }
  /**
   * A client that is not listed calls for itself (client credentials). `lacking`: what a user's token would have,
   * in words; absent where the token plainly is a client's.
   */
  | { readonly code: 'machine_not_allowed'; readonly lacking?: string }
  /** The token is bound to a key of its client (RFC 9449, RFC 8705), and we cannot check that. */
  | { readonly code: 'bound_token' }
  | { readonly code: 'refresh_token' }
  | { readonly code: 'not_an_access_token' }
  | { readonly code: 'client_not_allowed' }
  | { readonly code: 'organization_not_allowed' }
  | {
      readonly code: 'insufficient_scope';
      readonly required: readonly string[];
      readonly granted: readonly string[];
    }
  /** `isOfManyKeys`: there is a key set, and it cannot be that of one application of Casdoor. */
  | { readonly code: 'keys_unavailable'; readonly retryAfterSeconds: number; readonly isOfManyKeys?: true }
  /** The caller has used up what one caller may use. */
  | {
      readonly code: 'quota_exceeded';
      readonly quota: 'calls_per_minute' | 'bytes_per_day';
      readonly retryAfterSeconds: number;
    };

/** Thrown to refuse a caller. `mcp/endpoint.ts` turns it into an HTTP answer. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.code, options);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}
