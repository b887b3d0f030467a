import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type Provider from 'oidc-provider';

type Middleware = Parameters<Provider['use']>[0];

/** Where Casdoor answers userinfo requests. */
export const userinfoPath = '/api/userinfo';

const claimsOfScopes = {
  openid: ['sub', 'iss', 'aud'],
  profile: ['preferred_username', 'name', 'picture'],
  email: ['email', 'email_verified'],
};

/**
 * Tells whose access token it is, as far as its scopes allow (OpenID Connect Core 1.0 section 5.3). The
 * provider's own endpoint cannot be used: it knows only opaque tokens, and all of Casdoor's are JWTs.
 */
export function serveUserinfo(issuer: string, signingKey: JsonWebKey): Middleware {
  const key = createPublicKey({ key: signingKey, format: 'jwk' });
  return async (ctx, next) => {
    if (ctx.path !== userinfoPath) return next();
    const token = ctx.get('Authorization').replace(/^Bearer /i, '');
    const verified = await jwtVerify(token, key, { issuer, algorithms: ['RS256'] }).catch(() => undefined);
    if (verified?.payload.tokenType !== 'access-token') {
      ctx.status = 401;
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      ctx.body = { error: 'invalid_token' };
      return;
    }
    const scopes = String(verified.payload.scope).split(' ');
    const granted = Object.entries(claimsOfScopes).filter(([scope]) => scopes.includes(scope));
    const names = granted.flatMap(([, claims]) => claims);
    ctx.body = Object.fromEntries(names.map((name) => [name, verified.payload[name]]));
  };
}
