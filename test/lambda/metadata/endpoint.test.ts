import { createMetadataEndpoint, type MetadataOptions } from '../../../lambda/metadata/endpoint.ts';
import { toMetadataUrl } from '../../../lambda/metadata/protected-resource.ts';

const resource: MetadataOptions = {
  url: 'https://mcp.example.com/mcp',
  issuer: 'https://door.example.com',
  name: 'Files',
  documentationUrl: 'https://docs.example.com/files',
  scopePrefix: '',
  bridge: undefined,
  readPage: async () => ({ statusCode: 200, headers: {}, body: 'the page' }),
};

const bridged: MetadataOptions = {
  ...resource,
  bridge: {
    origin: 'https://mcp.example.com',
    authorizationEndpoint: 'https://door.example.com/login/oauth/authorize',
    tokenEndpoint: 'https://door.example.com/api/login/oauth/access_token',
    jwksUrl: 'https://door.example.com/.well-known/app-mcp/jwks',
    tokenAlgorithms: ['RS256'],
    clientId: 'the-client',
    allowedRedirectUris: ['https://claude.ai/api/mcp/auth_callback', 'https://web.example.com', 'app://back'],
  },
};

const place = '/.well-known/oauth-protected-resource/mcp';

async function get(path: string, options = resource) {
  const answer = await createMetadataEndpoint(options)({ method: 'GET', path, body: '' });
  return { ...answer, json: JSON.parse(answer.body) };
}

describe('the protected resource metadata', () => {
  it.each([
    ['/.well-known/oauth-protected-resource', 200],
    ['/.well-known/oauth-protected-resource/', 200],
    ['/.well-known/oauth-protected-resource/mcp/', 200],
    ['/.well-known/oauth-protected-resource/other', 404],
    ['/.well-known/oauth-protected-resource/mcp/other', 404],
  ])('is at its two places, with a slash at the end as without: %s', async (path, statusCode) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(statusCode);
    expect(answer.body === (await get(place)).body).toBe(statusCode === 200);
  });

  it('is the document of RFC 9728 with the scopes of the tools', async () => {
    const { statusCode, headers, json } = await get(place);
    expect(statusCode).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
    expect(json).toEqual({
      resource: 'https://mcp.example.com/mcp',
      authorization_servers: ['https://door.example.com'],
      scopes_supported: ['files:write', 'files:read', 'files:list'],
      bearer_methods_supported: ['header'],
      resource_name: 'Files',
      resource_documentation: 'https://docs.example.com/files',
    });
  });

  it('names the scopes as the authorization server does', async () => {
    expect((await get(place, { ...resource, scopePrefix: 'api/' })).json).toMatchObject({
      scopes_supported: ['api/files:write', 'api/files:read', 'api/files:list'],
    });
  });

  it.each(['/.well-known/oauth-protected-resource', `${place}/`])('is the same bytes at %s', async (path) => {
    expect((await get(path)).body).toBe((await get(place)).body);
  });

  it.each([
    ['https://mcp.example.com/mcp', 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'],
    ['https://mcp.example.com', 'https://mcp.example.com/.well-known/oauth-protected-resource'],
    ['http://localhost:3000/mcp', 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'],
  ])('of %s is at %s', (url, metadataUrl) => {
    expect(toMetadataUrl(url)).toBe(metadataUrl);
  });
});

describe('the connect page', () => {
  it('is made once, and not before somebody asks', async () => {
    const readPage = jest.fn(resource.readPage);
    const endpoint = createMetadataEndpoint({ ...resource, readPage });
    await endpoint({ method: 'GET', path: place, body: '' });
    expect(readPage).not.toHaveBeenCalled();
    for (let times = 0; times < 2; times++)
      expect(await endpoint({ method: 'GET', path: '/', body: '' })).toMatchObject({ body: 'the page' });
    expect(readPage).toHaveBeenCalledTimes(1);
  });
});

describe('the registration bridge', () => {
  it('sends clients to our own origin, and leaves the rest of the resource as it is', async () => {
    expect((await get(place, bridged)).json).toEqual({
      ...(await get(place)).json,
      authorization_servers: ['https://mcp.example.com'],
    });
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/mcp',
    '/.well-known/oauth-authorization-server/',
  ])('describes the authorization server at %s', async (path) => {
    const { statusCode, headers, json } = await get(path, bridged);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(json).toEqual({
      issuer: 'https://mcp.example.com',
      authorization_endpoint: 'https://door.example.com/login/oauth/authorize',
      token_endpoint: 'https://door.example.com/api/login/oauth/access_token',
      registration_endpoint: 'https://mcp.example.com/register',
      jwks_uri: 'https://door.example.com/.well-known/app-mcp/jwks',
      scopes_supported: ['files:list', 'files:read', 'files:write'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      service_documentation: 'https://docs.example.com/files',
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  it('is off without a client to hand out', async () => {
    expect((await get('/.well-known/oauth-authorization-server')).statusCode).toBe(404);
    const answer = await createMetadataEndpoint(resource)({ method: 'POST', path: '/register', body: '{}' });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toContain('client_id');
  });
});

describe('a registration', () => {
  async function register(client: unknown) {
    const body = typeof client === 'string' ? client : JSON.stringify(client);
    const answer = await createMetadataEndpoint(bridged)({ method: 'POST', path: '/register', body });
    return { ...answer, json: JSON.parse(answer.body) };
  }

  it('is answered with the one client id, as a public client', async () => {
    const redirect_uris = ['http://localhost:6274/oauth/callback'];
    const { statusCode, headers, json } = await register({
      redirect_uris,
      client_name: 'Inspector',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'everything',
    });
    expect(statusCode).toBe(201);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(json).toEqual({
      client_id: 'the-client',
      redirect_uris,
      client_name: 'Inspector',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
  });

  it.each([
    'http://localhost/callback',
    'http://localhost',
    'http://localhost:33418/?a=b',
    'http://127.0.0.1:33418/',
    'http://[::1]:8080/callback',
    'https://claude.ai/api/mcp/auth_callback',
    'https://web.example.com/any/path?of=it',
    'https://web.example.com',
    'app://back',
  ])('is answered for %s', async (uri) => {
    expect(await register({ redirect_uris: [uri] })).toMatchObject({ statusCode: 201 });
  });

  it.each([
    'https://evil.example.com/callback',
    'http://localhost.evil.example.com/callback',
    'http://localhost@evil.example.com/',
    'http://127.0.0.1:80@evil.example.com/',
    'http://evil.example.com/?http://localhost/',
    'http://evil.example.com\\@localhost/',
    'http:\\\\localhost/',
    'http://127.0.0.2/',
    'https://claude.ai/api/mcp/auth_callback/more',
    'https://claude.ai/',
    'https://web.example.com.evil.example.com/',
    'https://web.example.com@evil.example.com/',
    'app://back/more',
    'app:back',
    'http://localhost/#fragment',
    'http://localhost/a b',
    'http://localhost/\r\n',
    ' http://localhost/',
    `http://localhost/${'a'.repeat(2048)}`,
    'javascript:alert(1)',
    '',
  ])('is refused for %j', async (uri) => {
    for (const redirect_uris of [[uri], ['http://localhost/callback', uri]]) {
      const { statusCode, headers, json } = await register({ redirect_uris });
      expect(statusCode).toBe(400);
      expect(headers['cache-control']).toBe('no-store');
      expect(json).toMatchObject({ error: 'invalid_redirect_uri', error_description: expect.any(String) });
    }
  });

  it('says which redirect URI it does not take and what helps, without repeating it', async () => {
    const evil = 'https://evil.example.com/';
    expect((await register({ redirect_uris: ['http://localhost/', evil] })).json).toEqual({
      error: 'invalid_redirect_uri',
      error_description:
        'redirect_uris[1] is not allowed: use one on loopback, or ask the operator to add it to the setting allowedRedirectUris',
    });
  });

  it.each([[undefined], [null], [[]], ['http://localhost/'], [[1]], [Array(21).fill('http://localhost/')]])(
    'is refused with redirect_uris %j',
    async (redirect_uris) => {
      expect(await register({ redirect_uris })).toMatchObject({
        statusCode: 400,
        json: { error: 'invalid_redirect_uri' },
      });
    },
  );

  it.each([
    [''],
    ['{'],
    ['[]'],
    ['null'],
    ['"text"'],
    [{ redirect_uris: ['http://localhost/'], grant_types: ['client_credentials'] }],
    [{ redirect_uris: ['http://localhost/'], grant_types: 'authorization_code' }],
    [{ redirect_uris: ['http://localhost/'], response_types: ['token'] }],
    [{ redirect_uris: ['http://localhost/'], padding: 'x'.repeat(16_384) }],
  ])('is refused as invalid metadata: %.80j', async (client) => {
    expect(await register(client)).toMatchObject({
      statusCode: 400,
      json: { error: 'invalid_client_metadata' },
    });
  });

  it('is answered as far as the client may know: no long name comes back', async () => {
    const { json } = await register({ redirect_uris: ['http://localhost/'], client_name: 'x'.repeat(201) });
    expect(json).not.toHaveProperty('client_name');
  });
});
