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

const uuid = '6b1f6c1e-9d5a-4c53-8f0f-3a1f2f1f0a11';

/** What each server writes into a user's token, and into a machine's: header, claims and the settings it needs. */
const servers: {
  readonly server: string;
  readonly header?: JsonObject;
  readonly claims: JsonObject;
  readonly user: JsonObject;
  readonly machines: Readonly<Record<string, JsonObject>>;
  readonly rules?: Partial<TokenRules>;
}[] = [
  {
    server: 'Keycloak',
    claims: {
      iss: 'https://id.example.com/realms/a',
      typ: 'Bearer',
      azp: 'app',
      scope: 'files:read files:list',
    },
    user: {
      jti: `onrtac:${uuid}`,
      auth_time: 1_787_400_000,
      sid: 's',
      preferred_username: 'alice',
      // Written by the mapper that keeps what Keycloak did before version 24.
      nonce: 'n',
    },
    machines: {
      'with the default scopes': {
        jti: `trrtcc:${uuid}`,
        client_id: 'app',
        preferred_username: 'service-account-app',
      },
      'without the scope profile, as a client that registered itself': {
        jti: `trrtcc:${uuid}`,
        client_id: 'app',
        clientHost: '10.0.0.1',
      },
      'with lightweight tokens': { jti: `trltcc:${uuid}` },
      'with a session, by a refresh token of its own': { jti: `onltrt:${uuid}`, sid: 's' },
      'of a version without tags in jti': { jti: uuid },
      'by an exchange of its own token': { jti: `trrtte:${uuid}`, sid: 's' },
      'that a mapper gives auth_time': { jti: `trrtcc:${uuid}`, auth_time: 1_787_400_000 },
    },
  },
  {
    server: 'Okta',
    claims: { iss: 'https://a.okta.com/oauth2/x', ver: 1, jti: 'AT.x', cid: 'app', scp: scopes },
    user: { uid: '00u1', sub: 'alice@example.com' },
    machines: { 'of a service app': { sub: 'app' }, 'with another subject': {} },
  },
  {
    server: 'Microsoft Entra ID',
    claims: {
      iss: 'https://login.microsoftonline.com/t/v2.0',
      aud: '7d3a1c6e-0000-4000-8000-000000000000',
      azp: 'app',
      azpacr: '0',
      ver: '2.0',
    },
    user: { scp: 'files:read files:list', preferred_username: 'alice@example.com' },
    machines: {
      'of an application': { roles: scopes },
      'that says so by idtyp': { roles: scopes, scp: 'x', idtyp: 'app' },
    },
    rules: { audience: '7d3a1c6e-0000-4000-8000-000000000000', scopePrefix: `${resource}/` },
  },
  {
    server: 'Microsoft Entra ID, version 1',
    claims: { iss: 'https://sts.windows.net/t/', appid: 'app', appidacr: '0', ver: '1.0' },
    user: { scp: 'files:read files:list' },
    machines: { 'of an application': { roles: scopes } },
    rules: { scopePrefix: `${resource}/` },
  },
  {
    server: 'Amazon Cognito',
    header: {},
    claims: {
      iss: 'https://cognito-idp.eu-west-1.amazonaws.com/p',
      token_use: 'access',
      client_id: 'app',
      scope: `${resource}/files:read ${resource}/files:list`,
      auth_time: 1_787_400_000,
      version: 2,
    },
    user: { username: 'alice' },
    machines: { 'of client credentials': { sub: 'app' } },
    rules: { scopePrefix: `${resource}/` },
  },
  {
    server: 'Ory Hydra',
    claims: { iss: 'https://id.example.com', client_id: 'app', ext: {}, scp: scopes },
    user: {},
    machines: { 'of client credentials': { sub: 'app' } },
  },
  {
    server: 'better-auth',
    header: { typ: 'at+jwt' },
    claims: {
      iss: 'https://id.example.com/api/auth',
      azp: 'app',
      client_id: 'app',
      scope: 'files:read files:list',
    },
    user: { sid: 's' },
    machines: { 'without a session': {}, 'that is its own subject': { sub: 'app', sid: 's' } },
  },
  {
    server: 'Auth0',
    claims: { iss: 'https://a.auth0.com/', azp: 'app', scope: 'files:read files:list' },
    user: { sub: 'auth0|1', aud: [resource, 'https://a.auth0.com/userinfo'] },
    machines: {
      'of client credentials': { sub: 'app@clients', gty: 'client-credentials' },
      'that only gty tells': { sub: 'a|b', gty: 'client-credentials' },
    },
  },
  {
    server: 'Auth0, in its RFC 9068 dialect',
    header: { typ: 'at+jwt' },
    claims: { iss: 'https://login.example.com/', client_id: 'app', scope: 'files:read files:list' },
    user: { sub: 'google-oauth2|1' },
    machines: { 'of client credentials': { sub: 'app@clients' } },
  },
  {
    server: 'a server that we do not know',
    header: { typ: 'application/at+jwt' },
    claims: { iss: 'https://id.example.com', client_id: 'app', scope: 'files:read files:list' },
    user: { auth_time: 1_787_400_000 },
    machines: { 'without the mark': {}, 'with an empty mark': { auth_time: '' } },
    rules: { userMark: 'auth_time' },
  },
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
  it.each(servers)('are read from a token of a user of $server', ({ header, claims, user, rules: more }) => {
    const token = { ...registered, ...claims, ...user };
    expect(
      refusalOf(() => rfc9068Profile.requireAccessToken({ kid: 'k', ...(header ?? { typ: 'JWT' }) }, token)),
    ).toBe('accepted');
    const principal = rfc9068Profile.toPrincipal(token, { ...rules, ...more });
    expect(principal).toMatchObject({
      kind: 'user',
      subject: token.sub,
      issuer: claims.iss,
      clientId: 'app',
    });
    expect(principal.scopes).toEqual(new Set(scopes));
    // A user of a client that may also call for itself is a user all the same.
    expect(rfc9068Profile.toPrincipal(token, { ...rules, ...more, machineClientIds: ['app'] }).kind).toBe(
      'user',
    );
  });

  it.each(
    servers.flatMap(({ server, machines, ...rest }) =>
      Object.entries(machines).map(([machine, own]) => ({ server, machine, own, ...rest })),
    ),
  )('of a machine of $server $machine are refused unless its client is listed', (row) => {
    const token = { ...registered, ...row.claims, ...row.own };
    const header = { kid: 'k', ...(row.header ?? { typ: 'JWT' }) };
    expect(refusalOf(() => rfc9068Profile.requireAccessToken(header, token))).toBe('accepted');
    const unlisted = { ...rules, ...row.rules, machineClientIds: ['other'] };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(token, unlisted))).toEqual({
      code: 'machine_not_allowed',
      lacking: expect.stringMatching(/^[a-z]/),
    });
    const listed = { ...rules, ...row.rules, machineClientIds: ['app'] };
    expect(rfc9068Profile.toPrincipal(token, listed)).toMatchObject({ kind: 'machine', clientId: 'app' });
  });

  it("give an application of Entra ID its roles as scopes, and a user's roles to nobody", () => {
    const entra = { ...registered, azp: 'app', azpacr: '1', roles: ['files:write'] };
    const listed = { ...rules, machineClientIds: ['app'] };
    expect(rfc9068Profile.toPrincipal(entra, listed).scopes).toEqual(new Set(['files:write']));
    const user = { ...entra, scp: 'files:read' };
    expect(rfc9068Profile.toPrincipal(user, listed).scopes).toEqual(new Set(['files:read']));
  });

  it('of a person of Keycloak whose name begins with service-account- are those of a person', () => {
    const person = {
      ...registered,
      ...{ typ: 'Bearer', azp: 'mcp', jti: `onrtac:${uuid}`, preferred_username: 'service-account-mcp' },
    };
    expect(rfc9068Profile.toPrincipal(person, { ...rules, machineClientIds: ['mcp'] }).kind).toBe('user');
  });

  it('of a server that we do not know are nobody’s until a setting names the mark of a user', () => {
    const claims = { ...registered, client_id: 'app', sid: 's', auth_time: 1, acr: '1' };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, rules))).toEqual({
      code: 'machine_not_allowed',
      lacking: 'a mark that this server knows (the setting userMark can name one)',
    });
  });

  it.each<[string, JsonObject, string, boolean]>([
    ['uid', { uid: 'u' }, 'the claim uid', true],
    ['uid', { uid: null }, 'the claim uid', false],
    ['uid', { uid: false }, 'the claim uid', false],
    ['idtyp=user', { idtyp: 'user' }, 'the claim idtyp with the value user', true],
    ['idtyp=user', { idtyp: 'app' }, 'the claim idtyp with the value user', false],
    ['idtyp=user', { idtyp: ['user'] }, 'the claim idtyp with the value user', false],
    ['sub!=client_id', { client_id: 'app' }, 'a claim sub that differs from client_id', true],
    ['sub!=client_id', { client_id: 'user-1' }, 'a claim sub that differs from client_id', false],
    ['sub!=azp', {}, 'a claim sub that differs from azp', false],
  ])('are held against the mark %s: %j', (userMark, claims, lacking, isUser) => {
    const token = { ...registered, cid: 'app', ...claims };
    const marked = { ...rules, userMark, clientClaim: 'cid' };
    const refusal = { code: 'machine_not_allowed', lacking };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(token, marked))).toEqual(isUser ? 'accepted' : refusal);
  });

  it('replace what we know of a server by the mark that is set', () => {
    const keycloak = { ...registered, typ: 'Bearer', azp: 'app', jti: `onrtac:${uuid}`, auth_time: 1 };
    expect(
      refusalOf(() => rfc9068Profile.toPrincipal(keycloak, { ...rules, userMark: 'person' })),
    ).toMatchObject({ code: 'machine_not_allowed' });
  });

  it('that name no client are never those of a listed machine', () => {
    const nameless = { ...registered, other: 'app' };
    const listed = { ...rules, machineClientIds: ['app'] };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(nameless, listed))).toMatchObject({
      code: 'machine_not_allowed',
      lacking: expect.stringMatching(/ and names no client in client_id or azp$/),
    });
    const named = rfc9068Profile.toPrincipal(nameless, { ...listed, clientClaim: 'other' });
    expect(named).toMatchObject({ kind: 'machine', clientId: 'app' });
  });

  it('name the organization by the claim that is set for it', () => {
    const claims = { ...registered, cid: 'app', uid: 'u', org: 'acme' };
    expect(rfc9068Profile.toPrincipal(claims, rules)).not.toHaveProperty('organization');
    const named = { ...rules, organizationClaim: 'org' };
    expect(rfc9068Profile.toPrincipal(claims, named).organization).toBe('acme');
    const only = (organization: string) => ({ ...named, allowedOrganizations: [organization] });
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('acme')))).toBe('accepted');
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('globex')))).toEqual({
      code: 'organization_not_allowed',
    });
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
    ["Keycloak's refresh token", { typ: 'JWT' }, { typ: 'Refresh', scope: 'x' }, 'refresh_token'],
    ["Keycloak's offline token", { typ: 'JWT' }, { typ: 'Offline', scope: 'x' }, 'refresh_token'],
    [
      "Keycloak's ID token under the header of RFC 9068",
      { typ: 'at+jwt' },
      { typ: 'ID', scope: 'x' },
      'not_an_access_token',
    ],
    [
      'an ID token of Entra ID, which has roles too',
      { typ: 'JWT' },
      { roles: ['x'], ver: '2.0' },
      'not_an_access_token',
    ],
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

  it('compare a name that is no URL as it is', () => {
    const named = { ...registered, cid: 'app', uid: 'u', aud: ['api://Files'] };
    expect(refusalOf(() => rfc9068Profile.toPrincipal(named, { ...rules, audience: 'api://Files' }))).toBe(
      'accepted',
    );
    expect(refusalOf(() => rfc9068Profile.toPrincipal(named, { ...rules, audience: 'api://files' }))).toEqual(
      {
        code: 'wrong_audience',
      },
    );
  });

  it('are held against the allowed clients', () => {
    const claims = { ...registered, cid: 'app', uid: 'u' };
    const only = (client: string) => ({ ...rules, allowedClientIds: [client] });
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('app')))).toBe('accepted');
    expect(refusalOf(() => rfc9068Profile.toPrincipal(claims, only('other')))).toEqual({
      code: 'client_not_allowed',
    });
    const nameless = { ...registered, uid: 'u' };
    expect(
      refusalOf(() => rfc9068Profile.toPrincipal(nameless, { ...only('app'), userMark: 'uid' })),
    ).toEqual({
      code: 'client_not_allowed',
    });
  });
});
