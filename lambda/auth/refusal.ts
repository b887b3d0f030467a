/**
 * Why a caller may not: the closed list of reasons, with the facts each needs.
 * The reason is for our log; what the caller learns is decided in `challenge.ts`.
 */
export type Refusal =
  | { readonly code: 'no_token' }
  | { readonly code: 'malformed_authorization' }
  | { readonly code: 'malformed_token' }
  | { readonly code: 'algorithm_not_allowed' }
  | { readonly code: 'no_key_id' }
  | { readonly code: 'unknown_key' }
  | { readonly code: 'ambiguous_key' }
  | { readonly code: 'unusable_key' }
  | { readonly code: 'public_key' }
  | { readonly code: 'bad_signature' }
  | { readonly code: 'wrong_issuer' }
  /** `at`: the `exp` claim, in seconds since the epoch. `granted`: the scopes of this server that the token had. */
  | { readonly code: 'expired'; readonly at: number; readonly granted?: readonly string[] }
  /** `at`: the `nbf` claim, in seconds since the epoch. */
  | { readonly code: 'not_yet_valid'; readonly at: number }
  | { readonly code: 'missing_claim'; readonly claim: string }
  | { readonly code: 'wrong_audience' }
  /** The audience is the client itself: the client asked without `resource`, or Casdoor dropped it. */
  | { readonly code: 'audience_is_client' }
  /** A client acts for itself (client credentials) and is not one of the listed machines. */
  | { readonly code: 'machine_not_allowed' }
  | { readonly code: 'refresh_token' }
  | { readonly code: 'not_an_access_token' }
  | { readonly code: 'client_not_allowed' }
  | { readonly code: 'organization_not_allowed' }
  | {
      readonly code: 'insufficient_scope';
      readonly required: readonly string[];
      readonly granted: readonly string[];
    }
  | { readonly code: 'keys_unavailable'; readonly retryAfterSeconds: number }
  /** The caller has used up what one caller may use. */
  | {
      readonly code: 'quota_exceeded';
      readonly quota: 'calls_per_minute' | 'bytes_per_day';
      readonly retryAfterSeconds: number;
    };

/** Thrown where a caller is refused; `mcp/endpoint.ts` turns it into an HTTP answer. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.code, options);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}
