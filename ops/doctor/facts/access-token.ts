import { decodeJwt, decodeProtectedHeader } from 'jose';
import { findServer, type KnownServer } from '../../../lambda/auth/known-servers.ts';
import type { JsonObject } from '../../../lambda/auth/token-profile.ts';
import { NotApplicable, Unavailable } from '../finding.ts';

/** A token taken apart, before anything of it is verified. Never to be printed as a whole. */
export interface AccessToken {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** True for what Casdoor issued, as far as its metadata or the token itself tells. */
  readonly isOfCasdoor: boolean;
  /** The authorization server, as far as the claims tell. */
  readonly server: KnownServer;
}

/**
 * Takes a JWT apart. Throws `NotApplicable` for an opaque token, which other authorization servers than Casdoor
 * issue, and `Unavailable` for what cannot be a token of the server.
 */
export function decodeAccessToken(text: string, isIssuerCasdoor: boolean): AccessToken {
  const parts = text.split('.').length;
  if (parts === 1 && !isIssuerCasdoor) {
    throw new NotApplicable('the token is opaque: only its authorization server can read it');
  }
  if (parts === 5) {
    throw new Unavailable('the token is an encrypted JWT', 'turn off the encryption of access tokens');
  }
  const { header, claims } = decode(text, parts);
  const isOfCasdoor = isIssuerCasdoor || 'tokenType' in claims || 'TokenType' in claims;
  return { text, header, claims, isOfCasdoor, server: findServer(claims) };
}

/** Throws `NotApplicable` for a refresh token that says so, of which the check of its class tells all. */
export function refuseRefreshToken({ claims }: AccessToken): void {
  if (claims.typ === 'Refresh' || claims.typ === 'Offline')
    throw new NotApplicable('a refresh token: see token class');
}

function decode(text: string, parts: number): Pick<AccessToken, 'header' | 'claims'> {
  try {
    return { header: { ...decodeProtectedHeader(text) }, claims: decodeJwt(text) };
  } catch {
    // The message of jose could quote the token.
    const found = `the token is not a signed JWT: ${parts} of 3 parts, or parts that are not JSON`;
    throw new Unavailable(found, 'copy the whole access_token of the token response');
  }
}
