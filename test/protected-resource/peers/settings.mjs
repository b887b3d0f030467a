import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What the comparison gives each peer. */
export const { PORT: port, ISSUER: issuer } = process.env;
export const url = `http://127.0.0.1:${port}/mcp`;
export const scope = 'files:read';

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));

/** Verifies as the documentation of these packages leaves it to the developer: issuer, audience, time, signature. */
export async function verify(token) {
  const { payload } = await jwtVerify(token, keys, { issuer, audience: url });
  return {
    token,
    clientId: String(payload.client_id),
    scopes: String(payload.scope).split(' '),
    expiresAt: payload.exp,
    resource: new URL(url),
  };
}

/** The authorization server as the metadata routers of the SDKs want it. */
export const oauthMetadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
};
