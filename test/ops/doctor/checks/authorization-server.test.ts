import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const route = 'GET /.well-known/oauth-authorization-server';

describe('the check of the authorization server', () => {
  it('fails once when it is not there', async () => {
    site.stopIssuer();
    const report = await examine(site.url);
    const found = `${new URL(site.issuer).host} accepts no connection (ECONNREFUSED)`;
    expect(namesOf(report, 'fail')).toEqual(['authorization server']);
    expect(report.findings['authorization server']?.found).toBe(found);
    expect(report.findings['key set']).toEqual({ status: 'skip', found: `not checked, because ${found}` });
  });

  it('names the error that Casdoor answers with 200', async () => {
    site.issuerRoutes[route] = () => Response.json({ status: 'error', msg: 'Unauthorized operation' });
    const { findings } = await examine(site.url);
    expect(findings['authorization server']).toEqual({
      status: 'fail',
      found: `${site.issuer}/.well-known/oauth-authorization-server answers 200 with an error in it: "Unauthorized operation"`,
      remedy: expect.stringContaining('Casdoor answers errors with status 200'),
    });
  });

  it('takes OpenID Connect Discovery where there is nothing else', async () => {
    delete site.issuerRoutes[route];
    site.issuerRoutes['GET /.well-known/openid-configuration'] = () =>
      Response.json(site.authorizationServer);
    const { findings } = await examine(site.url);
    expect(findings['authorization server']).toEqual({
      status: 'ok',
      found: `${site.issuer}/.well-known/openid-configuration (Casdoor)`,
    });
  });

  it.each([
    '/.well-known/oauth-authorization-server/tenant',
    '/.well-known/openid-configuration/tenant',
    '/tenant/.well-known/openid-configuration',
  ])('finds the metadata of an issuer with a path at %s', async (path) => {
    const issuer = `${site.issuer}/tenant`;
    site.metadata.authorization_servers = [issuer];
    site.issuerRoutes[`GET ${path}`] = () =>
      Response.json({ ...site.authorizationServer, issuer, token_endpoint: `${issuer}/token` });
    const { findings } = await examine(site.url);
    expect(findings['authorization server']).toEqual({ status: 'ok', found: `${site.issuer}${path}` });
    expect(findings.issuer).toEqual({ status: 'ok', found: issuer });
  });

  it.each([
    [429, 'wait, or raise the rate limit of that server'],
    [500, 'look into the log of that server, and of the proxy before it'],
    [502, 'look into the log of that server, and of the proxy before it'],
    [503, 'look into the log of that server, and of the proxy before it'],
  ])('names the status %d, which does not say that there is no metadata', async (status, remedy) => {
    const answer = () => new Response('busy', { status });
    site.issuerRoutes[route] = answer;
    site.issuerRoutes['GET /.well-known/openid-configuration'] = answer;
    const report = await examine(site.url);
    expect(namesOf(report, 'fail')).toEqual(['authorization server']);
    expect(report.findings['authorization server']).toEqual({
      status: 'fail',
      found: `${site.issuer}/.well-known/oauth-authorization-server answers ${status}`,
      remedy,
    });
  });

  it('fails when there is no metadata, and names where it was looked for', async () => {
    delete site.issuerRoutes[route];
    const { findings } = await examine(site.url);
    expect(findings['authorization server']).toMatchObject({
      status: 'fail',
      found: `${site.issuer} has no metadata at ${site.issuer}/.well-known/oauth-authorization-server nor at ${site.issuer}/.well-known/openid-configuration`,
    });
  });
});

describe('the check of the issuer', () => {
  it.each([
    ['a slash at the end', (issuer: string) => `${issuer}/`, 'it has a slash at the end'],
    ['another scheme', (issuer: string) => issuer.replace('http:', 'https:'), 'it is https and not http'],
    ['an internal host', () => 'http://casdoor:8000', 'it is another host, casdoor:8000 and not HOST'],
    ['nothing', () => undefined, 'it is not a URL'],
  ])('fails for %s', async (_, toIssuer, difference) => {
    const issuer = toIssuer(site.issuer);
    site.authorizationServer.issuer = issuer;
    const { findings } = await examine(site.url);
    expect(findings.issuer).toEqual({
      status: 'fail',
      found: `"${issuer ?? ''}" is not ${site.issuer} of the metadata: ${difference.replace('HOST', new URL(site.issuer).host)}`,
      remedy: expect.stringContaining("origin in Casdoor's app.conf"),
    });
  });
});

describe('the checks of what it offers', () => {
  it.each([
    ['authorization_endpoint', undefined, 'authorization_endpoint is missing'],
    ['token_endpoint', '/token', 'token_endpoint is missing'],
    [
      'token_endpoint',
      'http://casdoor:8000/token',
      'token_endpoint is http://casdoor:8000/token, which no client uses',
    ],
  ])('fail when %s is %s', async (name, value, found) => {
    site.authorizationServer[name] = value;
    const { findings } = await examine(site.url);
    expect(findings.endpoints).toEqual({ status: 'fail', found, remedy: expect.any(String) });
  });

  it.each([
    [undefined, 'code_challenge_methods_supported is missing'],
    [['plain'], 'code_challenge_methods_supported is plain'],
  ])('fail when its code_challenge_methods_supported is %j', async (methods, found) => {
    site.authorizationServer.code_challenge_methods_supported = methods;
    const { findings } = await examine(site.url);
    expect(findings.pkce).toMatchObject({ status: 'fail', found });
  });

  it('only inform of scopes and registration', async () => {
    const casdoor = await examine(site.url);
    expect(casdoor.findings['scopes offered']?.found).toContain('files:list files:read');
    expect(casdoor.findings['client registration']?.found).toContain('give clients a client id');
    site.authorizationServer.scopes_supported = ['files:read', 'files:list'];
    site.authorizationServer.token_endpoint = `${site.issuer}/token`;
    site.authorizationServer.client_id_metadata_document_supported = true;
    const other = await examine(site.url);
    expect(other.findings['scopes offered']?.found).toBe(
      'the authorization server lists the scopes of this server',
    );
    expect(other.findings['client registration']?.found).toBe(
      'advertised: client id metadata documents and registration',
    );
    delete site.authorizationServer.registration_endpoint;
    delete site.authorizationServer.client_id_metadata_document_supported;
    const none = await examine(site.url);
    expect(none.findings['client registration']?.found).toBe('not advertised: give clients a client id');
  });
});
