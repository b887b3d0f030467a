import { SignJWT } from 'jose';
import {
  accessTokens,
  clientId,
  createCertificate,
  machineToken,
  otherTokens,
  signToken,
} from '../../../support/casdoor.ts';
import { examine, namesOf, type Report } from '../support/examine.ts';
import { claimsFor, type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const now = () => Math.floor(Date.now() / 1000);

/** What is wrong with the token: names of checks with what they found. */
function mistakes(report: Report): Readonly<Record<string, string>> {
  const wrong = [...namesOf(report, 'fail'), ...namesOf(report, 'warn')];
  return Object.fromEntries(wrong.map((name) => [name, report.findings[name]?.found ?? '']));
}

async function examineToken(token: string | Promise<string>): Promise<Report> {
  const text = await token;
  const report = await examine(site.url, '--token', text);
  expect(report.text).not.toContain(text);
  return report;
}

describe('the checks of the token', () => {
  it.each(Object.keys(accessTokens) as (keyof typeof accessTokens)[])(
    'explain an access token of %s',
    async (kind) => {
      const { iat, nbf, exp, iss, aud } = claimsFor(site);
      const report = await examineToken(
        signToken(site.certificate, { ...accessTokens[kind], iat, nbf, exp, iss, aud }),
      );
      expect(mistakes(report)).toEqual(
        kind === 'JWT-Custom' ? { 'token organization': 'the token does not tell its organization' } : {},
      );
      expect(report.findings).toMatchObject({
        'token key': { found: 'cert-mcp, in the key set' },
        'token signature': { found: 'verified with the key set' },
        'token issuer': { found: site.issuer },
        'token audience': { found: site.url },
        'token times': { found: expect.stringMatching(/^valid until \S+Z, for (?:59|60) more minutes$/) },
        'token client': { found: expect.stringContaining(clientId) },
        'token scopes': { found: 'files:read files:list' },
      });
      for (const secret of ['alice', 'JBSWY3DPEHPK3PXP', '3b0c0a4e'])
        expect(report.text).not.toContain(secret);
    },
  );

  it.each([
    ['a refresh token', otherTokens['a refresh token'], 'a refresh token'],
    ['a refresh token in JWT-Custom', otherTokens['a refresh token in JWT-Custom'], 'a refresh token'],
    [
      'a token with any TokenType claim',
      otherTokens['a token with any TokenType claim'],
      'nothing says that this is an access token, or it has the claims of another one',
    ],
    [
      'a token without tokenType',
      { ...otherTokens['a back-channel logout token'] },
      'nothing says that this is an access token, or it has the claims of another one',
    ],
  ])('recognise %s', async (_, claims, found) => {
    const { iat, nbf, exp, iss, aud } = claimsFor(site);
    const report = await examineToken(signToken(site.certificate, { ...claims, iat, nbf, exp, iss, aud }));
    expect(report.exitCode).toBe(1);
    expect(report.findings['token class']).toMatchObject({ status: 'fail', found });
  });

  it('recognise a refresh token of Casdoor when its authorization server is away', async () => {
    const token = site.token({ tokenType: 'refresh-token' });
    site.stopIssuer();
    const { findings } = await examineToken(token);
    expect(findings['token class']).toMatchObject({ status: 'fail', found: 'a refresh token' });
    expect(findings['token signature']?.status).toBe('skip');
  });

  it('miss the kid that refresh tokens do not have', async () => {
    const report = await examineToken(signToken(site.certificate, claimsFor(site), {}));
    expect(mistakes(report)).toEqual({
      'token class': 'the header has no kid, like the refresh tokens of Casdoor',
      'token key': 'the header has no kid',
    });
  });

  it('miss the key in the key set', async () => {
    const other = await createCertificate('cert-other');
    const report = await examineToken(signToken(other, claimsFor(site)));
    expect(mistakes(report)).toEqual({ 'token key': 'cert-other is not in the key set' });
    expect(report.findings['token signature']).toEqual({
      status: 'skip',
      found: 'not checked, because there is no key to verify it with',
    });
  });

  it('find a key that is not the only one of its name', async () => {
    const other = await createCertificate();
    site.keySet.keys = [site.certificate.publicJwk, other.publicJwk];
    const report = await examineToken(site.token());
    expect(report.findings).toMatchObject({
      'token key': { status: 'ok', found: 'cert-mcp, one of 2 of this name in the key set' },
      'token signature': { status: 'ok', found: 'verified with the key set' },
    });
    site.keySet.keys = [other.publicJwk, { ...other.publicJwk, use: 'sig' }];
    const foreign = await examineToken(site.token());
    expect(foreign.findings['token signature']?.status).toBe('fail');
  });

  it('find a certificate whose algorithm is not that of the application', async () => {
    site.keySet.keys = [{ ...site.certificate.publicJwk, alg: 'RS512' }];
    const report = await examineToken(site.token());
    expect(mistakes(report)).toEqual({
      'token key': 'cert-mcp is published for RS512, and the token is signed with RS256',
    });
  });

  it('find a signature of another key with the same name', async () => {
    const regenerated = await createCertificate();
    site.keySet.keys = [regenerated.publicJwk];
    const report = await examineToken(site.token());
    expect(mistakes(report)).toEqual({ 'token signature': 'wrong: this key did not sign this token' });
  });

  it('warn of an algorithm that must be allowed first', async () => {
    const elliptic = await createCertificate('cert-es', 'ES256');
    site.keySet.keys = [elliptic.publicJwk];
    const report = await examineToken(signToken(elliptic, claimsFor(site)));
    expect(mistakes(report)).toEqual({ 'token algorithm': 'ES256' });
    expect(report.findings['token algorithm']?.remedy).toContain('tokenAlgorithms');
  });

  it('refuse an algorithm with a shared secret', async () => {
    const token = new SignJWT(claimsFor(site)).setProtectedHeader({ alg: 'HS256', kid: 'cert-mcp' });
    const report = await examineToken(
      token.sign(new TextEncoder().encode('0123456789abcdef0123456789abcdef')),
    );
    expect(report.findings['token algorithm']).toMatchObject({
      status: 'fail',
      found: 'HS256 is no public-key signature',
    });
  });

  it('name the difference between the issuers', async () => {
    const report = await examineToken(site.token({ iss: `${site.issuer}/` }));
    expect(mistakes(report)).toEqual({
      'token issuer': `"${site.issuer}/" is not ${site.issuer}: it has a slash at the end`,
    });
  });

  it.each([
    ['expired', { exp: now() - 120 }, /^expired at \S+Z$/],
    ['is not valid yet', { nbf: now() + 120 }, /^nbf is in the future: \S+Z$/],
    ['never expires', { exp: undefined }, /^the token has no time of expiry$/],
    ['expired at an impossible time', { exp: -1e300 }, /^exp is not a time in seconds since 1970$/],
    ['expires in milliseconds', { exp: Date.now() + 60_000 }, /^exp is not a time in seconds since 1970$/],
    ['has a text for its expiry', { exp: '2026' }, /^exp is not a time in seconds since 1970$/],
    ['has a text for its beginning', { nbf: '2026' }, /^nbf is not a time in seconds since 1970$/],
  ])('find a token that %s', async (_, claims, found) => {
    const report = await examineToken(site.token(claims));
    expect(mistakes(report)).toEqual({ 'token times': expect.stringMatching(found) });
    expect(report.exitCode).toBe(1);
  });

  it('only warn of a token that was issued in the future, which the server accepts', async () => {
    const report = await examineToken(site.token({ iat: now() + 120 }));
    expect(report.findings['token times']).toEqual({
      status: 'warn',
      found: expect.stringMatching(/^iat is in the future: \S+Z$/),
      remedy: 'compare the clocks, see above: some servers refuse the token',
    });
    expect(report.exitCode).toBe(0);
  });

  it('name nbf before iat when both are in the future', async () => {
    const report = await examineToken(site.token({ nbf: now() + 120, iat: now() + 120 }));
    expect(mistakes(report)).toEqual({
      'token times': expect.stringMatching(/^nbf is in the future: \S+Z$/),
    });
    expect(report.exitCode).toBe(1);
  });

  it('tolerate a minute of clock difference', async () => {
    const report = await examineToken(site.token({ exp: now() - 30, nbf: now() + 30, iat: now() + 30 }));
    expect(mistakes(report)).toEqual({});
  });

  it('name the scopes that are missing', async () => {
    const report = await examineToken(site.token({ scope: 'files:list openid' }));
    expect(mistakes(report)).toEqual({ 'token scopes': 'files:list openid; missing: files:read' });
    const without = await examineToken(site.token({ scope: '' }));
    expect(mistakes(without)).toEqual({ 'token scopes': 'none; missing: files:list files:read' });
  });

  it('honour the broader scope as the server does, and only for the scopes that it stands for', async () => {
    site.metadata.scopes_supported = ['files:list', 'files:read', 'files:write'];
    const report = await examineToken(site.token({ scope: 'files' }));
    expect(report.findings['token scopes']).toEqual({ status: 'ok', found: 'files' });
    site.metadata.scopes_supported = ['files:list', 'files:share'];
    const other = await examineToken(site.token({ scope: 'files' }));
    expect(mistakes(other)).toEqual({ 'token scopes': 'files; missing: files:share' });
    const own = await examineToken(site.token({ scope: 'files:list files:share' }));
    expect(mistakes(own)).toEqual({});
  });

  it('tell of a client that is not named', async () => {
    const report = await examineToken(site.token({ azp: undefined }));
    expect(mistakes(report)).toEqual({ 'token client': 'the token does not tell its client' });
  });
});

describe('the check of the audience', () => {
  it('explains a token for the client, and what the client must send', async () => {
    const report = await examineToken(site.token({ aud: [clientId] }));
    expect(mistakes(report)).toEqual({
      'token audience': `the client itself, ${clientId}, and not ${site.url}`,
    });
    expect(report.findings['token audience']?.remedy).toContain(`send resource=${site.url}`);
    expect(report.findings['token audience']?.remedy).toContain('v3.156.0');
  });

  it('explains a token of client_credentials', async () => {
    const { iat, nbf, exp, iss } = claimsFor(site);
    const report = await examineToken(signToken(site.certificate, { ...machineToken, iat, nbf, exp, iss }));
    expect(report.findings['token audience']).toEqual({
      status: 'warn',
      found: `the client itself, ${clientId}: a token of client_credentials never names a resource`,
      remedy: `add ${clientId} to the setting machineClientIds if this client may call for itself`,
    });
  });

  it.each([
    ['this server', (url: string) => url],
    ['the client as one of a shared application', () => `${clientId}-org-acme`],
  ])('goes by the subject of a machine, whatever its audience: %s', async (_, toAudience) => {
    const { iat, nbf, exp, iss } = claimsFor(site);
    const aud = [toAudience(site.url)];
    const report = await examineToken(
      signToken(site.certificate, { ...machineToken, iat, nbf, exp, iss, aud, owner: 'acme' }),
    );
    expect(report.findings['token audience']).toEqual({
      status: 'warn',
      found: `${aud}, in a token of the client itself, ${clientId}: its subject begins with admin/`,
      remedy: `add ${clientId} to the setting machineClientIds if this client may call for itself`,
    });
  });

  it('explains the audience of a shared application', async () => {
    const report = await examineToken(site.token({ aud: [`${clientId}-org-acme`] }));
    expect(mistakes(report)).toEqual({
      'token audience': `${clientId}-org-acme is not ${site.url}: it is a shared application's own audience: the client did not send resource, or the grant was not authorization_code`,
    });
    expect(report.findings['token audience']?.remedy).toContain(`send resource=${site.url}`);
    expect(report.exitCode).toBe(1);
  });

  it.each([
    ['another URL', 'https://mcp.example.com/mcp'],
    ['no URL', 'files'],
  ])('compares with what the server calls itself, unless that is no URL: %s', async (_, resource) => {
    site.metadata.resource = resource;
    const aud = resource === 'files' ? site.url : resource;
    const { findings } = await examineToken(site.token({ aud: [aud] }));
    expect(findings['token audience']).toEqual({ status: 'ok', found: aud });
  });

  it.each([
    ['with a slash', (url: string) => [`${url}/`], 'URL/ is not URL: it has a slash at the end'],
    ['of another client', () => ['somebody'], 'somebody is not URL'],
    ['that is missing', () => undefined, 'the token has no audience'],
  ])('fails for an audience %s', async (_, toAudience, found) => {
    const report = await examineToken(site.token({ aud: toAudience(site.url) }));
    expect(mistakes(report)).toEqual({ 'token audience': found.replaceAll('URL', site.url) });
    expect(report.findings['token audience']?.remedy).toBe(`request the token with resource=${site.url}`);
  });
});

describe('the check of the format', () => {
  it.each([
    ['is opaque', 'c29tZXRoaW5n', 'the token is not a signed JWT: 1 of 3 parts, or parts that are not JSON'],
    [
      'lost its end',
      'eyJhbGciOiJSUzI1NiJ9.e30',
      'the token is not a signed JWT: 2 of 3 parts, or parts that are not JSON',
    ],
    [
      'has a part that is no JSON',
      'eyJhbGciOiJSUzI1NiJ9.c29tZXRoaW5n.c29t',
      'the token is not a signed JWT: 3 of 3 parts, or parts that are not JSON',
    ],
    ['is encrypted', 'eyJhbGciOiJSUzI1NiJ9.a.b.c.d', 'the token is an encrypted JWT'],
  ])('fails for a token that %s, and skips what is in it', async (_, token, found) => {
    const report = await examineToken(token);
    expect(mistakes(report)).toEqual({ 'token format': found });
    expect(report.findings['token scopes']).toEqual({
      status: 'skip',
      found: `not checked, because ${found}`,
    });
  });
});

describe('a token of another authorization server than Casdoor', () => {
  const claims = () => {
    const { iat, exp, iss, aud } = claimsFor(site);
    return { iat, exp, iss, aud, sub: 'x', client_id: 'app', scope: 'files:list files:read' };
  };
  beforeEach(() => {
    site.authorizationServer.token_endpoint = `${site.issuer}/token`;
  });
  /** Lets the server refuse every token. */
  const refuseCallers = () => {
    site.mcpRoutes['POST /mcp'] = () => Response.json({}, { status: 401, headers: site.challenge });
  };

  it('is judged by the RFCs', async () => {
    const report = await examineToken(
      signToken(site.certificate, claims(), { kid: 'cert-mcp', typ: 'at+jwt' }),
    );
    expect(mistakes(report)).toEqual({});
    expect(report.findings).toMatchObject({
      'token class': { status: 'ok', found: 'an access token' },
      'token client': { found: expect.stringContaining('app') },
      'token organization': { status: 'skip', found: 'not a token of Casdoor' },
    });
  });

  it('is suspected to be an ID token, which only its own server can know', async () => {
    const report = await examineToken(signToken(site.certificate, { ...claims(), at_hash: 'x' }));
    expect(mistakes(report)).toEqual({
      'token class': 'nothing says that this is an access token, or it has the claims of another one',
    });
    expect(report.exitCode).toBe(0);
  });

  it('may have its scopes in scp', async () => {
    const { scope, ...others } = claims();
    const report = await examineToken(signToken(site.certificate, { ...others, scp: scope.split(' ') }));
    expect(report.findings['token scopes']).toEqual({ status: 'ok', found: 'files:list files:read' });
  });

  it('may be opaque', async () => {
    const report = await examineToken('c29tZXRoaW5n');
    expect(mistakes(report)).toEqual({});
    expect(report.findings['token format']).toEqual({
      status: 'skip',
      found: 'the token is opaque: only its authorization server can read it',
    });
    expect(report.findings['tools/list']?.status).toBe('ok');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['Keycloak', { typ: 'Bearer', azp: 'app', client_id: undefined }, 'audience mapper'],
    ['Ory Hydra', { ext: {} }, 'grant it in the consent app'],
    ['Okta', { cid: 'app' }, 'audience of the custom authorization server'],
    ['Microsoft Entra ID', { azp: 'app', azpacr: '0', scp: 'files:read' }, 'the setting audience'],
    ['Amazon Cognito', { token_use: 'access' }, 'resource server'],
    ['better-auth', { azp: 'app', sid: 's' }, 'resources of the provider'],
    ['Auth0', { iss: 'https://a.auth0.com/', sub: 'auth0|1' }, 'an API whose identifier'],
    ['an unknown server', {}, 'request the token with resource='],
  ])('of %s has the remedy of that server for another audience', async (_, own, remedy) => {
    refuseCallers();
    const token = signToken(site.certificate, { ...claims(), aud: 'https://api.example.com', ...own });
    const { findings } = await examineToken(token);
    expect(findings['token audience']).toMatchObject({
      status: 'fail',
      remedy: expect.stringContaining(remedy),
    });
  });

  it('may have another audience and short scopes, where the settings of the server say so', async () => {
    site.metadata.scopes_supported = ['api/files:list', 'api/files:read'];
    const token = signToken(site.certificate, { ...claims(), aud: '7d3a1c6e', sub: 'user' });
    const report = await examineToken(token);
    expect(mistakes(report)).toEqual({});
    expect(report.findings['token audience']?.found).toBe('7d3a1c6e, which the server accepts');
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a user',
      { typ: 'Bearer', azp: 'app', auth_time: 1, client_id: undefined },
      'ok',
      'a user, by auth_time',
    ],
    ['a machine', { typ: 'Bearer', azp: 'app' }, 'warn', 'nothing proves a user: the token lacks auth_time'],
    ['somebody', {}, 'warn', 'nothing proves a user: the token lacks a mark that this server knows'],
  ])('is told to be of %s', async (_, own, status, found) => {
    refuseCallers();
    const { findings } = await examineToken(signToken(site.certificate, { ...claims(), ...own }));
    expect(findings['token caller']).toMatchObject({ status, found: expect.stringContaining(found) });
  });

  it('proves no user, and is accepted where the settings of the server say so', async () => {
    const { findings } = await examineToken(signToken(site.certificate, claims()));
    expect(findings['token caller']).toEqual({
      status: 'ok',
      found: expect.stringMatching(/; the server accepts it all the same$/),
    });
  });

  it('is called a refresh token where it says so, and nothing else is said of it', async () => {
    refuseCallers();
    const unsigned = await signToken(site.certificate, { ...claims(), typ: 'Refresh', aud: 'https://id' });
    const header = Buffer.from('{"alg":"HS512","kid":"x","typ":"JWT"}').toString('base64url');
    const report = await examineToken(unsigned.replace(/^[^.]+/, header));
    expect(mistakes(report)).toMatchObject({ 'token class': 'a refresh token' });
    expect(report.findings['token class']?.status).toBe('fail');
    for (const name of ['token algorithm', 'token key', 'token signature', 'token audience', 'token caller'])
      expect(report.findings[name]).toEqual({ status: 'skip', found: 'a refresh token: see token class' });
  });

  it.each([{ cnf: { jkt: 'x' } }, { typ: 'DPoP' }])('is told to be bound to a key: %j', async (own) => {
    const { findings } = await examineToken(signToken(site.certificate, { ...claims(), ...own }));
    expect(findings['token class']).toMatchObject({
      status: 'warn',
      found: 'bound to a key of the client (DPoP or mTLS)',
    });
  });

  it('of another issuer is not told of app.conf', async () => {
    const token = signToken(site.certificate, { ...claims(), iss: `${site.issuer}/realms/a` });
    const { findings } = await examineToken(token);
    expect(findings['token issuer']?.remedy).toMatch(/the setting issuer/);
  });

  it('is told to ask for the resource when it has another audience', async () => {
    refuseCallers();
    const report = await examineToken(
      signToken(site.certificate, { ...claims(), aud: 'https://api.example.com' }),
    );
    expect(mistakes(report)).toMatchObject({
      'token audience': `https://api.example.com is not ${site.url}: it is another host, api.example.com and not ${new URL(site.url).host}`,
    });
  });
});
