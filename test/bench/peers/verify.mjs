import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER, RESOURCE_URL, JWKS_URL } = process.env;
const keySet = createRemoteJWKSet(new URL(JWKS_URL));

/** Verifies an access token as jose's documentation shows, and returns its claims. */
export async function verify(token) {
  const options = { issuer: ISSUER, audience: RESOURCE_URL, algorithms: ['RS256'] };
  const { payload } = await jwtVerify(token, keySet, options);
  return payload;
}

/** The same as the `AuthInfo` of both MCP SDKs. */
export async function toAuthInfo(token) {
  const { azp, scope, exp } = await verify(token);
  return { token, clientId: azp, scopes: scope.split(' '), expiresAt: exp };
}
