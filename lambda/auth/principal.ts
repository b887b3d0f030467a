/** Who calls, as far as a verified access token tells. It exists only after verification. */
export interface Principal {
  /** `user` signed in at the authorization server; `machine` is a client that acts for itself. */
  readonly kind: 'user' | 'machine';
  /** The `iss` claim: subjects are unique within one issuer only. */
  readonly issuer: string;
  /** The `sub` claim: for Casdoor the user's id (a UUID), or `admin/<application>` for a machine. */
  readonly subject: string;
  /** The name to show to a person; absent when the token carries none. */
  readonly name?: string;
  /** The Casdoor organization (`owner`); absent when the token carries none. */
  readonly organization?: string;
  /** The OAuth client the token was issued to (`azp`); absent when the token carries none. */
  readonly clientId?: string;
  /** The scopes as granted, this server's and others. */
  readonly scopes: ReadonlySet<string>;
  /** When the token expires, in seconds since the epoch. */
  readonly expiresAt: number;
}
