import { createRemoteJWKSet, jwtVerify } from 'jose';

/** The settings that the comparison gives each peer. */
export const { PORT: port, ISSUER: issuer } = process.env;
export const url = `http://127.0.0.1:${port}/mcp`;
export const scope = 'files:read';

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));

/** Verifies what the documentation of these packages leaves to the developer: issuer, audience, time and signature. */
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

/** The authorization server in the form that the metadata routers of the SDKs expect. */
export const oauthMetadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
};
