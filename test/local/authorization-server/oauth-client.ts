import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { type SignInOptions, signIn } from '../../../local/authorization-server/sign-in.ts';

export const resource = 'http://localhost:3000/mcp';

const redirectUri = 'http://127.0.0.1:9000/callback';
const verifier = 'a-verifier-of-at-least-forty-three-characters';

type Fields = Readonly<Record<string, string>>;

/** Sends a registration request. */
export function register(issuer: string, metadata: object): Promise<Response> {
  return fetch(`${issuer}/api/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  });
}

/** Registers a public client and returns its id. */
export async function registerPublicClient(issuer: string, metadata: object = {}): Promise<string> {
  const response = await register(issuer, {
    client_name: 'Test client',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...metadata,
  });
  const { client_id } = await response.json();
  return client_id;
}

/** An authorization URL with PKCE; `fields` add to its parameters and replace them. */
export function authorizationUrl(issuer: string, clientId: string, fields: Fields): URL {
  const url = new URL(`${issuer}/login/oauth/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'the-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...fields,
  }).toString();
  return url;
}

/** Signs in and returns the parameters the client is called back with. */
export async function authorize(issuer: string, clientId: string, fields: Fields, person?: SignInOptions) {
  const callback = await signIn(authorizationUrl(issuer, clientId, fields), person);
  return Object.fromEntries(callback.searchParams);
}

/** Sends a token request, with HTTP Basic when there is a secret. */
export async function askForToken(issuer: string, fields: Fields, secret?: { id: string; secret: string }) {
  const basic = secret && { authorization: `Basic ${btoa(`${secret.id}:${secret.secret}`)}` };
  const response = await fetch(`${issuer}/api/login/oauth/access_token`, {
    method: 'POST',
    headers: { ...basic },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: await response.json() };
}

/** Sends the token request for an authorization code. */
export function exchangeCode(issuer: string, clientId: string, code = '', fields: Fields = {}) {
  return askForToken(issuer, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...fields,
  });
}

/** The audience of a token, unverified. */
export function audienceOf(token: string) {
  return decodeJwt(token).aud;
}
