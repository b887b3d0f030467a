import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import type Provider from 'oidc-provider';
import { type Configuration, errors } from 'oidc-provider';
import { applicationClaims, tokenClaims, userClaims } from './token-claims.ts';
import { getUser } from './users.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;
type WriteAccessToken = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

/** Means that the client named no resource. Such a token is for the client itself. */
export const noResource = 'urn:local:no-resource';

/**
 * Casdoor's rules for audiences and scopes. Any resource is accepted and becomes the audience as it was sent;
 * without one, and always for client credentials, the audience is the client id. Unknown scopes are refused.
 */
export function casdoorAudiences(knownScopes: readonly string[]): ResourceIndicators {
  return {
    enabled: true,
    defaultResource: () => noResource,
    useGrantedResource(_ctx, source) {
      // Casdoor requires the resource of the authorization request again; the provider does not.
      const isForgotten = source.kind === 'AuthorizationCode' && source.resource !== noResource;
      if (!isForgotten) return true;
      throw new errors.CustomOIDCProviderError('invalid_grant', `repeat resource=${source.resource}`);
    },
    getResourceServerInfo(ctx, resource, client) {
      // The only hook that runs for both authorization requests and client credentials.
      requireKnown(knownScopes, String(ctx.oidc.params?.scope ?? ''));
      const isMachine = ctx.oidc.params?.grant_type === 'client_credentials';
      return {
        scope: knownScopes.join(' '),
        audience: isMachine ? client.clientId : toAudience(resource, client.clientId),
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      };
    },
  };
}

/** Gives an access token the header and the claims of Casdoor's format JWT-Standard. */
export const writeAccessToken: WriteAccessToken = (_ctx, token, jwt) => {
  const { iss, client_id, aud, scope, iat, exp } = jwt.payload;
  const subject =
    token.kind === 'AccessToken'
      ? userClaims(getUser(token.accountId))
      : applicationClaims(String(client_id));
  jwt.header = { typ: 'JWT' };
  jwt.payload = tokenClaims(subject, {
    tokenType: 'access-token',
    issuer: String(iss),
    clientId: String(client_id),
    audience: String(aud),
    scope: scope === undefined ? undefined : String(scope),
    issuedAt: Number(iat),
    expiresAt: Number(exp),
  });
};

/**
 * Makes refresh tokens what they are at Casdoor: JWTs of the same key, audience and scope as the access token,
 * told apart by `tokenType` and by having no `kid`. A resource server must refuse them.
 */
export function writeRefreshTokensAsJwts(provider: Provider, signingKey: JsonWebKey): void {
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  // The provider has no option for this: a token's id is what the client gets, and this is what makes the id.
  Object.defineProperty(provider.RefreshToken.prototype, 'generateTokenId', {
    value(this: InstanceType<Provider['RefreshToken']>): string {
      const clientId = String(this.clientId);
      const issuedAt = Math.floor(Date.now() / 1000);
      const claims = tokenClaims(userClaims(getUser(this.accountId)), {
        tokenType: 'refresh-token',
        issuer: provider.issuer,
        clientId,
        audience: toAudience(String(this.resource), clientId),
        scope: this.scope,
        issuedAt,
        expiresAt: issuedAt + this.expiration,
      });
      const content = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
      return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
    },
  });
}

function requireKnown(knownScopes: readonly string[], scope: string): void {
  const unknown = scope.split(' ').find((name) => name !== '' && !knownScopes.includes(name));
  if (unknown === undefined) return;
  throw new errors.InvalidScope(`no scope "${unknown}": ask for ${knownScopes.join(', ')}`, unknown);
}

function toAudience(resource: string, clientId: string): string {
  return resource === noResource ? clientId : resource;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
