import type { JsonWebKey } from 'node:crypto';
import Provider, { type AdapterFactory, type ClientMetadata, interactionPolicy } from 'oidc-provider';
import { casdoorAudiences, writeAccessToken, writeRefreshTokensAsJwts } from './casdoor-tokens.ts';
import { isLoopbackOrigin } from './loopback-origin.ts';
import { errorPage, pageHeaders } from './pages.ts';
import { allowLoopback, publicClient } from './public-client.ts';
import { userinfoPath } from './userinfo.ts';
import { getUser } from './users.ts';

/** What the provider is made of. */
export interface ProviderOptions {
  readonly issuer: string;
  /** The scopes of the resource; those of OpenID Connect are always there. */
  readonly scopes: readonly string[];
  readonly signingKey: JsonWebKey;
  readonly storage: AdapterFactory;
  readonly accessTokenLifetimeSeconds: number;
}

const identityScopes = ['openid', 'profile', 'email', 'offline_access'];
const weekSeconds = 7 * 24 * 3600;

/** A confidential client that acts for itself, for trying machine to machine calls. */
const machineClient: ClientMetadata = {
  client_id: 'local-machine',
  client_secret: 'local-machine-secret',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
};

/** An oidc-provider with the paths, grants, tokens and audiences of Casdoor v3.158. */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.issuer, {
    adapter: options.storage,
    jwks: { keys: [options.signingKey] },
    clients: [machineClient, publicClient],
    routes: {
      authorization: '/login/oauth/authorize',
      token: '/api/login/oauth/access_token',
      registration: '/api/oauth/register',
      jwks: '/.well-known/jwks',
    },
    discovery: { userinfo_endpoint: `${options.issuer}${userinfoPath}` },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    scopes: identityScopes,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    findAccount: (_ctx, id) => toAccount(id),
    interactions: { policy: signInEveryTime() },
    renderError(ctx, { error, error_description }) {
      ctx.set(pageHeaders);
      ctx.body = errorPage(error, error_description);
    },
    // A native client may come from any loopback port, as at Casdoor, and have a scheme of its own.
    clientDefaults: { application_type: 'native' },
    // The validator runs once for every property that is listed.
    extraClientMetadata: { properties: ['software_id'], validator: forgetScope },
    clientBasedCORS: (_ctx, origin) => isLoopbackOrigin(origin),
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: options.accessTokenLifetimeSeconds,
      ClientCredentials: options.accessTokenLifetimeSeconds,
      IdToken: options.accessTokenLifetimeSeconds,
      Interaction: 3600,
      Grant: weekSeconds,
      RefreshToken: weekSeconds,
      Session: weekSeconds,
    },
    formats: { customizers: { jwt: writeAccessToken } },
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true, issueRegistrationAccessToken: false },
      resourceIndicators: casdoorAudiences([...options.scopes, ...identityScopes]),
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  });
  writeRefreshTokensAsJwts(provider, options.signingKey);
  allowLoopback(provider);
  return provider;
}

function toAccount(id: string) {
  const user = getUser(id);
  const claims = {
    sub: user.id,
    name: user.displayName,
    preferred_username: user.name,
    email: user.email,
    email_verified: true,
  };
  return { accountId: id, claims: () => claims };
}

/** Asks for the user at every authorization, so that a developer can switch users without a private window. */
function signInEveryTime() {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'every_time',
        'sign in again',
        (ctx) => ctx.oidc.result?.login === undefined,
      ),
    );
  return policy;
}

/** Casdoor does not limit a client to the scopes that it registered with. */
function forgetScope(_ctx: unknown, _key: string, _value: unknown, metadata: ClientMetadata): void {
  delete metadata.scope;
}
