import {
  discoverAuthorizationServerMetadata,
  exchangeAuthorization,
  type OAuthTokens,
  startAuthorization,
} from '@modelcontextprotocol/client';
import { publicClientId } from './public-client.ts';
import { signIn } from './sign-in.ts';

/** Which token is wanted. */
export interface TokenRequest {
  readonly issuer: string;
  /** Whom the token is for; without it the token is for the client itself. */
  readonly resource?: string;
  /** Separated by spaces. */
  readonly scope: string;
  readonly user: string;
}

// Nobody listens there: `signIn` returns the address instead of opening it.
const redirectUrl = 'http://127.0.0.1/callback';

/**
 * Gets a user's token from the stand-in for Casdoor the way an MCP client with a client id does: discovery, PKCE,
 * sign-in and consent, token request. Throws with the server's own words when it refuses.
 */
export async function requestToken({ issuer, resource, scope, user }: TokenRequest): Promise<OAuthTokens> {
  const metadata = await discover(issuer);
  const clientInformation = { client_id: publicClientId };
  const request = { metadata, clientInformation, ...(resource && { resource }) };
  const start = await startAuthorization(issuer, { ...request, redirectUrl, scope });
  const callback = await signIn(start.authorizationUrl, { user });
  const { code, iss, error, error_description } = Object.fromEntries(callback.searchParams);
  if (!code) throw new Error(error_description ?? error ?? `no code in ${callback}`);
  return exchangeAuthorization(issuer, {
    ...request,
    ...(iss && { iss }),
    authorizationCode: code,
    codeVerifier: start.codeVerifier,
    redirectUri: redirectUrl,
  });
}

async function discover(issuer: string) {
  const metadata = await discoverAuthorizationServerMetadata(issuer).catch((cause) => {
    throw new Error(`no authorization server at ${issuer}: run npm start first, or set AUTH_PORT`, { cause });
  });
  if (!metadata) throw new Error(`no authorization server metadata at ${issuer}: set AUTH_PORT`);
  return metadata;
}
