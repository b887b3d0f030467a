import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const atRoot = 'GET /.well-known/oauth-protected-resource';
const atPath = `${atRoot}/mcp`;

describe('the checks of the places of the metadata', () => {
  it.each([
    ['path', atPath, 'mcp', ''],
    ['root', atRoot, '', 'mcp'],
  ])(
    'warn when it is not at the %s, because clients look at the other place',
    async (place, route, missing, there) => {
      delete site.mcpRoutes[route];
      delete site.challenge['www-authenticate'];
      const wellKnown = `${new URL(site.url).origin}/.well-known/oauth-protected-resource`;
      const toUrl = (path: string) => (path === '' ? wellKnown : `${wellKnown}/${path}`);
      const { findings } = await examine(site.url);
      expect(findings[`metadata at ${place}`]).toEqual({
        status: 'warn',
        found: `${toUrl(missing)} answers 404`,
        remedy: `serve the document of ${toUrl(there)} here too`,
      });
      expect(findings['metadata identical']).toEqual({
        status: 'skip',
        found: 'there are no two documents to compare',
      });
      expect(findings['metadata resource']?.status).toBe('ok');
    },
  );

  it('fail when it is nowhere, and skip what comes after it', async () => {
    delete site.mcpRoutes[atPath];
    delete site.mcpRoutes[atRoot];
    const report = await examine(site.url);
    expect(namesOf(report, 'fail')).toEqual(['metadata at path', 'metadata at root']);
    for (const name of [
      'metadata resource',
      'authorization server',
      'pkce',
      'key set',
      'clock of the issuer',
    ]) {
      expect(report.findings[name]).toEqual({
        status: 'skip',
        found: 'the server has no protected resource metadata',
      });
    }
  });

  it.each([
    [
      'a web page',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'answers 200 without a JSON object in it (text/html)',
    ],
    ['a JSON text', () => Response.json('x'), 'answers 200 without a JSON object in it (application/json)'],
    ['an error of the server', () => new Response('', { status: 503 }), 'answers 503'],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.invalid/' } }),
      'redirects (302) to https://elsewhere.example.invalid/',
    ],
  ])('fail for %s, after which clients look nowhere else', async (_, route, found) => {
    site.mcpRoutes[atPath] = route;
    const { findings } = await examine(site.url);
    expect(findings['metadata at path']).toEqual({
      status: 'fail',
      found: `${new URL(site.url).origin}/.well-known/oauth-protected-resource/mcp ${found}`,
      remedy: expect.any(String),
    });
  });

  it.each([
    [429, 'wait, or raise the rate limit of that server'],
    [502, 'look into the log of that server, and of the proxy before it'],
  ])('fail for %d, which does not say that it is not there', async (status, remedy) => {
    site.mcpRoutes[atPath] = () => new Response('busy', { status });
    const { findings } = await examine(site.url);
    expect(findings['metadata at path']).toEqual({
      status: 'fail',
      found: `${new URL(site.url).origin}/.well-known/oauth-protected-resource/mcp answers ${status}`,
      remedy,
    });
  });

  it('fail for an answer that is far too large', async () => {
    let megabytes = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      controller.enqueue(new Uint8Array(1024 * 1024));
      megabytes += 1;
      if (megabytes === 64) controller.close();
    };
    site.mcpRoutes[atPath] = () => new Response(new ReadableStream({ pull }));
    const { findings } = await examine(site.url);
    expect(findings['metadata at path']?.found).toBe(
      `the answer of ${new URL(site.url).origin}/.well-known/oauth-protected-resource/mcp is larger than 4194304 bytes`,
    );
  });

  it('accept another place if the challenge names it, with a warning', async () => {
    const elsewhere = `${new URL(site.url).origin}/metadata.json`;
    site.mcpRoutes['GET /metadata.json'] = () =>
      Response.json({ ...site.metadata, scopes_supported: ['elsewhere'] });
    site.challenge['www-authenticate'] = `Bearer resource_metadata="${elsewhere}"`;
    const { findings } = await examine(site.url);
    expect(findings['metadata in challenge']).toMatchObject({
      status: 'warn',
      found: `the challenge leads elsewhere, to ${elsewhere}`,
    });
    expect(findings['metadata scopes_supported']).toEqual({ status: 'ok', found: 'elsewhere' });
  });

  it('fail when the challenge leads to nothing', async () => {
    const elsewhere = `${new URL(site.url).origin}/prod/metadata`;
    site.challenge['www-authenticate'] = `Bearer resource_metadata="${elsewhere}"`;
    const { findings } = await examine(site.url);
    expect(findings['metadata in challenge']).toMatchObject({
      status: 'fail',
      found: `${elsewhere} answers 404`,
    });
  });
});

describe('the check that both documents are the same', () => {
  it('fails when clients would sign in for something else', async () => {
    site.mcpRoutes[atRoot] = () => Response.json({ ...site.metadata, resource: new URL(site.url).origin });
    const { findings } = await examine(site.url);
    expect(findings['metadata identical']).toMatchObject({
      status: 'fail',
      found: 'the two documents differ in resource',
      remedy: expect.stringContaining('serve one document at both places'),
    });
  });

  it('warns when they differ otherwise', async () => {
    site.mcpRoutes[atRoot] = () => Response.json({ ...site.metadata, resource_name: 'Files' });
    const { findings } = await examine(site.url);
    expect(findings['metadata identical']).toMatchObject({
      status: 'warn',
      found: 'the two documents differ',
    });
  });
});

describe('the check of the resource', () => {
  it.each([
    ['a slash', (url: URL) => `${url}/`, 'it has a slash at the end'],
    [
      'a stage',
      (url: URL) => `${url.origin}/prod/mcp`,
      "it begins with /prod, such as the stage of an API Gateway or a proxy's prefix",
    ],
    ['https', (url: URL) => `https://${url.host}/mcp`, 'it is https and not http'],
    ['another host', () => 'http://internal:8000/mcp', 'it is another host, internal:8000 and not HOST'],
    ['another path', (url: URL) => `${url.origin}/sse`, 'it is another path, /sse and not /mcp'],
    ['no URL', () => 'files', 'it is not a URL'],
  ])('names %s as the difference, and which URL to connect to', async (_, toResource, difference) => {
    const url = new URL(site.url);
    const resource = toResource(url);
    site.metadata.resource = resource;
    const report = await examine(site.url);
    expect(report.exitCode).toBe(1);
    expect(report.findings['metadata resource']).toEqual({
      status: 'fail',
      found: `${resource} is not ${site.url}: ${difference.replace('HOST', url.host)}`,
      remedy: `connect clients to ${resource}, or make it the URL that people type (the setting publicUrl)`,
    });
  });

  it('fails when there is none', async () => {
    delete site.metadata.resource;
    const { findings } = await examine(site.url);
    expect(findings['metadata resource']).toMatchObject({
      status: 'fail',
      found: 'the metadata names no resource',
    });
  });

  it('takes a host without a path with and without its slash', async () => {
    const { origin } = new URL(site.url);
    site.metadata.resource = `${origin}/`;
    const post = site.mcpRoutes['POST /mcp'];
    if (post) site.mcpRoutes['POST /'] = post;
    const { findings } = await examine(origin);
    expect(findings['metadata resource']).toEqual({ status: 'ok', found: `${origin}/` });
    expect(findings['metadata at path']).toEqual({ status: 'skip', found: 'the URL has no path' });
  });
});

describe('the check of authorization_servers', () => {
  it.each([
    ['none', [], 'authorization_servers is empty'],
    ['no URL', ['door'], '"door" is not a URL'],
    ['another scheme', ['urn:door'], '"urn:door" is not a URL'],
    ['plain http', ['http://door.example.invalid'], 'http://door.example.invalid is not https'],
    [
      'the place of a Casdoor application',
      ['http://127.0.0.1:1/.well-known/app-mcp'],
      "http://127.0.0.1:1/.well-known/app-mcp is the place of an application's metadata and no issuer",
    ],
  ])('fails for %s', async (_, servers, found) => {
    site.metadata.authorization_servers = servers;
    const { findings } = await examine(site.url);
    expect(findings['metadata authorization_servers']).toEqual({
      status: 'fail',
      found,
      remedy: expect.any(String),
    });
  });

  it('tells which of several clients take', async () => {
    site.metadata.authorization_servers = [site.issuer, 'https://other.example.invalid'];
    const { findings } = await examine(site.url);
    expect(findings['metadata authorization_servers']).toEqual({
      status: 'ok',
      found: `${site.issuer}, of 2 the one that clients take`,
    });
  });
});

describe('the check of scopes_supported', () => {
  it.each([
    [['files:read', 'offline_access'], 'scopes_supported contains offline_access'],
    [[], 'scopes_supported is empty'],
  ])('warns of %j', async (scopes, found) => {
    site.metadata.scopes_supported = scopes;
    const { findings } = await examine(site.url);
    expect(findings['metadata scopes_supported']).toMatchObject({ status: 'warn', found });
  });
});
