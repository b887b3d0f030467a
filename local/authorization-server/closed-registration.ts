import type Provider from 'oidc-provider';

type Middleware = Parameters<Provider['use']>[0];

/** Refuses every registration in Casdoor's words. The metadata goes on naming the endpoint, as it does at Casdoor. */
export function refuseRegistrations(): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/api/oauth/register' || ctx.method !== 'POST') return next();
    ctx.status = 400;
    ctx.body = {
      error: 'invalid_client_metadata',
      error_description: 'dynamic client registration is disabled for this organization',
    };
  };
}

/**
 * Takes `iss` (RFC 9207) out of the answers to authorization requests, and its promise out of the metadata: Casdoor sends
 * none, and a client that came over the registration bridge would compare it with the bridge's own origin.
 */
export function omitIssuerOfAnswers(issuer: string): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.body?.issuer) delete ctx.body.authorization_response_iss_parameter_supported;
    const location = URL.parse(ctx.response.get('Location'));
    if (!location || location.origin === issuer || !location.searchParams.has('iss')) return;
    location.searchParams.delete('iss');
    ctx.set('Location', location.href);
  };
}
