import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
let origin: string;
let document: Record<string, unknown>;

/** Puts a bridge before the authorization server of a site. */
beforeEach(async () => {
  site = await startSite();
  ({ origin } = new URL(site.url));
  document = {
    ...site.authorizationServer,
    issuer: origin,
    scopes_supported: ['files:list', 'files:read'],
    registration_endpoint: `${origin}/register`,
  };
  site.metadata.authorization_servers = [origin];
  site.mcpRoutes['GET /.well-known/oauth-authorization-server'] = () => Response.json(document);
  site.mcpRoutes['POST /register'] = () => Response.json({ client_id: 'the-client' }, { status: 201 });
});
afterEach(() => site.close());

describe('the doctor at a server with the registration bridge', () => {
  it('finds nothing wrong, and says which client id everybody gets', async () => {
    const report = await examine(site.url, '--token', await site.token());
    expect([namesOf(report, 'fail'), namesOf(report, 'warn')]).toEqual([[], []]);
    expect(report.findings).toMatchObject({
      'authorization server': { found: `${origin}/.well-known/oauth-authorization-server (Casdoor)` },
      issuer: { status: 'ok', found: origin },
      'client registration': { found: 'the registration bridge gives every client the id the-client' },
      'token issuer': { status: 'ok', found: site.issuer },
    });
  });

  it('registers with a redirect URI on loopback', async () => {
    let sent: unknown;
    site.mcpRoutes['POST /register'] = async (request) => {
      sent = await request.json();
      return Response.json({ client_id: 'the-client' }, { status: 201 });
    };
    await examine(site.url);
    expect(sent).toMatchObject({ redirect_uris: ['http://127.0.0.1/callback'] });
  });

  it.each([
    ['is not routed', () => new Response('', { status: 404 }), 404],
    ['refuses', () => Response.json({ error: 'invalid_redirect_uri' }, { status: 400 }), 400],
    ['answers something else', () => Response.json({}, { status: 201 }), 201],
  ])('fails where the registration %s', async (_, answer, status) => {
    site.mcpRoutes['POST /register'] = answer;
    const { findings } = await examine(site.url);
    expect(findings['client registration']).toEqual({
      status: 'fail',
      found: `${origin}/register answers ${status} where the registration bridge answers 201`,
      remedy: 'route POST /register to the metadata function, and look into its log',
    });
  });

  it('warns where the real server puts its issuer into the answers', async () => {
    site.authorizationServer.authorization_response_iss_parameter_supported = true;
    const { findings } = await examine(site.url);
    expect(findings['client registration']).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('(RFC 9207)'),
    });
  });

  it('refuses a token of another issuer, also of the bridge itself', async () => {
    const { findings } = await examine(site.url, '--token', await site.token({ iss: origin }));
    expect(findings['token issuer']).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(`"${origin}" is not ${site.issuer}`),
    });
  });

  it('finds a server whose issuer has a path by the token', async () => {
    const issuer = `${site.issuer}/realms/files`;
    document.token_endpoint = `${issuer}/token`;
    const real = { ...site.authorizationServer, issuer, token_endpoint: `${issuer}/token` };
    site.issuerRoutes['GET /.well-known/oauth-authorization-server/realms/files'] = () => Response.json(real);
    const { findings } = await examine(site.url, '--token', await site.token({ iss: issuer }));
    expect(findings['token issuer']).toEqual({ status: 'ok', found: issuer });
    const without = await examine(site.url);
    expect(namesOf(without, 'fail')).toEqual([]);
    expect(without.findings['clock of the issuer']).toMatchObject({
      status: 'skip',
      found: expect.stringContaining('a token would say where to look'),
    });
  });

  it('fails where no metadata has the token endpoint of the bridge', async () => {
    document.token_endpoint = `${site.issuer}/api/login/oauth/acces_token`;
    const { findings } = await examine(site.url, '--token', await site.token());
    expect(findings['client registration']).toMatchObject({
      status: 'fail',
      remedy: expect.stringContaining('tokenEndpoint'),
    });
  });

  it('looks at the clock of the real server', async () => {
    const route = 'GET /.well-known/oauth-authorization-server';
    site.issuerRoutes[route] = () =>
      Response.json(site.authorizationServer, {
        headers: { date: new Date(Date.now() - 300_000).toUTCString() },
      });
    const { findings } = await examine(site.url);
    expect(findings['clock of the issuer']).toMatchObject({ status: 'fail' });
  });
});
