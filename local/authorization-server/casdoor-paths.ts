import type Provider from 'oidc-provider';
import { isLoopbackOrigin } from './loopback-origin.ts';

type Middleware = Parameters<Provider['use']>[0];

/** The application of our Casdoor guide; it has a metadata document and a key set of its own. */
const application = 'app-mcp';

/**
 * Serves `/.well-known/app-mcp/…`. As at Casdoor the issuer stays the origin; only the address of the key set
 * and the scopes differ from the document of the whole server.
 */
export function serveApplicationMetadata(issuer: string, scopes: readonly string[]): Middleware {
  const prefix = `/.well-known/${application}/`;
  return async (ctx, next) => {
    if (!ctx.path.startsWith(prefix)) return next();
    ctx.path = ctx.path.replace(prefix, '/.well-known/');
    await next();
    if (!ctx.body?.issuer) return;
    ctx.body.jwks_uri = `${issuer}${prefix}jwks`;
    ctx.body.scopes_supported = [...ctx.body.scopes_supported, ...scopes];
  };
}

/** Lets web clients of this machine register, the MCP Inspector for one; the provider has no CORS there. */
export function allowRegistrationFromBrowsers(): Middleware {
  return async (ctx, next) => {
    const origin = ctx.get('Origin');
    if (ctx.path !== '/api/oauth/register' || !isLoopbackOrigin(origin)) return next();
    ctx.vary('Origin');
    ctx.set('Access-Control-Allow-Origin', origin);
    if (ctx.method !== 'OPTIONS') return next();
    ctx.set('Access-Control-Allow-Methods', 'POST');
    ctx.set('Access-Control-Allow-Headers', 'Content-Type, Authorization');
    ctx.status = 204;
  };
}
