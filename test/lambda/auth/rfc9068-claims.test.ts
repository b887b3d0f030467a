import { Refused } from '../../../lambda/auth/refusal.ts';
import { rfc9068Profile } from '../../../lambda/auth/rfc9068-claims.ts';
import type { JsonObject, TokenRules } from '../../../lambda/auth/token-profile.ts';

const resource = 'https://mcp.example.com/mcp';
const rules: TokenRules = {
  audience: resource,
  scopePrefix: '',
  machineClientIds: [],
  allowedClientIds: [],
  allowedOrganizations: [],
};
const registered = { sub: 'user-1', aud: resource, exp: 2_000_000_000 };
const scopes = ['files:read', 'files:list'];

/** One row a server: the header, the claims that tell its access tokens, and the settings that it needs. */
const servers: [string, JsonObject, JsonObject, Partial<TokenRules>][] = [
  [
    'RFC 9068',
    { typ: 'at+jwt' },
    { iss: 'https://id.example.com', client_id: 'app', scope: 'files:read files:list' },
    {},
  ],
  [
    'Keycloak',
    { typ: 'JWT' },
    {
      iss: 'https://id.example.com/realms/a',
      typ: 'Bearer',
      azp: 'app',
      scope: 'files:read files:list',
      preferred_username: 'alice',
      // Written by the mapper that keeps what Keycloak did before version 24.
      nonce: 'n',
    },
    {},
  ],
  [
    'Auth0',
    { typ: 'at+jwt' },
    {
      iss: 'https://a.auth0.com/',
      azp: 'app',
      scope: 'files:read files:list',
      aud: [resource, 'https://a.auth0.com/userinfo'],
    },
    {},
  ],
  [
    'Microsoft Entra ID',
    { typ: 'JWT' },
    {
      iss: 'https://login.microsoftonline.com/t/v2.0',
      aud: '7d3a1c6e-0000-4000-8000-000000000000',
      azp: 'app',
      azpacr: '0',
      scp: 'files:read files:list',
      preferred_username: 'alice@example.com',
      ver: '2.0',
    },
    { audience: '7d3a1c6e-0000-4000-8000-000000000000', scopePrefix: `${resource}/` },
  ],
  [
    'Microsoft Entra ID, version 1',
    { typ: 'JWT' },
    {
      iss: 'https://sts.windows.net/t/',
      appid: 'app',
      appidacr: '0',
      scp: 'files:read files:list',
      ver: '1.0',
    },
    { scopePrefix: `${resource}/` },
  ],
  [
    'Amazon Cognito',
    {},
    {
      iss: 'https://cognito-idp.eu-west-1.amazonaws.com/p',
      token_use: 'access',
      client_id: 'app',
      scope: `${resource}/files:read ${resource}/files:list`,
      username: 'alice',
      version: 2,
    },
    { scopePrefix: `${resource}/` },
  ],
  [
    'Okta',
    { typ: 'application/at+jwt' },
    { iss: 'https://a.okta.com/oauth2/x', client_id: 'app', scp: scopes },
    {},
  ],
];

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return 'accepted';
}

describe('the claims of other authorization servers', () => {
  it.each(servers)('are read from a token of %s', (_, header, claims, more) => {
    expect(
      refusalOf(() =>
        rfc9068Profile.requireAccessToken({ kid: 'k', ...header }, { ...registered, ...claims }),
      ),
    ).toBe('accepted');
    const principal = rfc9068Profile.toPrincipal({ ...registered, ...claims }, { ...rules, ...more });
    expect(principal).toMatchObject({ kind: 'user', subject: 'user-1', issuer: claims.iss, clientId: 'app' });
    expect(principal.scopes).toEqual(new Set(scopes));
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['an ID token', { typ: 'JWT' }, { nonce: 'n', at_hash: 'h' }, 'not_an_access_token'],
    [
      'an ID token that carries a scope',
      { typ: 'JWT' },
      { scope: 'openid', nonce: 'n' },
      'not_an_access_token',
    ],
    [
      'an ID token that names the hash of a code',
      { typ: 'JWT' },
      { scope: 'x', c_hash: 'h' },
      'not_an_access_token',
    ],
    ["Keycloak's ID token", { typ: 'JWT' }, { typ: 'ID', scope: 'x' }, 'not_an_access_token'],
    ["Keycloak's refresh token", { typ: 'JWT' }, { typ: 'Refresh', scope: 'x' }, 'not_an_access_token'],
    ["Cognito's ID token", {}, { token_use: 'id', scope: 'x' }, 'not_an_access_token'],
    ['a logout token', { typ: 'logout+jwt' }, { events: {}, scope: 'x' }, 'not_an_access_token'],
    [
      'a logout token that calls itself an access token',
      { typ: 'at+jwt' },
      { events: {} },
      'not_an_access_token',
    ],
    ['a token that says nothing of its class', { typ: 'JWT' }, {}, 'not_an_access_token'],
  ])('are refused of %s', (_, header, claims, code) => {
    const refusal = refusalOf(() =>
      rfc9068Profile.requireAccessToken({ kid: 'k', ...header }, { ...registered, ...claims }),
    );
    expect(refusal).toEqual({ code });
  });

  it('are refused without a key id', () => {
    expect(refusalOf(() => rfc9068Profile.requireAccessToken({ typ: 'at+jwt' }, registered))).toEqual({
      code: 'no_key_id',
    });
  });

  it('are refused for another audience', () => {
    const refusal = refusalOf(() =>
      rfc9068Profile.toPrincipal({ ...registered, aud: ['api://other'] }, rules),
    );
    expect(refusal).toEqual({ code: 'wrong_audience' });
  });

  it.each<[string, JsonObject]>([
    ['RFC 9068', { sub: 'app', client_id: 'app' }],
    ['Auth0', { sub: 'app@clients', azp: 'app' }],
    ['Keycloak', { azp: 'App', client_id: 'App', preferred_username: 'service-account-app' }],
  ])('of a machine (%s) are refused unless its client is listed', (_, claims) => {
    const machine = { ...registered, ...claims };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(machine, rules))).toEqual({
      code: 'machine_not_allowed',
    });
    const listed = { ...rules, machineClientIds: ['app', 'App'] };
    expect(rfc9068Profile.toPrincipal(machine, listed)).toMatchObject({
      kind: 'machine',
    });
  });

  it('are held against the allowed clients', () => {
    const claims = { ...registered, client_id: 'app' };
    const only = (client: string) => ({ ...rules, allowedClientIds: [client] });
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('app')))).toBe('accepted');
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('other')))).toEqual({
      code: 'client_not_allowed',
    });
    expect(refusalOf(() => rfc9068Profile.toPrincipal(registered, only('app')))).toEqual({
      code: 'client_not_allowed',
    });
  });
});
