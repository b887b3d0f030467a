import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function getJson(path: string) {
  const response = await fetch(`${server.issuer}${path}`);
  return { status: response.status, body: await response.json() };
}

describe('the metadata of the authorization server', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'has the paths of Casdoor in %s',
    async (name) => {
      const { status, body } = await getJson(`/.well-known/${name}`);
      expect(status).toBe(200);
      expect(body).toEqual({
        issuer: server.issuer,
        authorization_endpoint: `${server.issuer}/login/oauth/authorize`,
        token_endpoint: `${server.issuer}/api/login/oauth/access_token`,
        registration_endpoint: `${server.issuer}/api/oauth/register`,
        userinfo_endpoint: `${server.issuer}/api/userinfo`,
        jwks_uri: `${server.issuer}/.well-known/jwks`,
        grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types_supported: ['code'],
        response_modes_supported: ['form_post', 'fragment', 'query'],
        code_challenge_methods_supported: ['S256'],
        scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
        authorization_response_iss_parameter_supported: true,
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        claim_types_supported: ['normal'],
        claims_supported: expect.arrayContaining([
          'sub',
          'name',
          'preferred_username',
          'email',
          'email_verified',
        ]),
        claims_parameter_supported: false,
        request_uri_parameter_supported: false,
      });
    },
  );

  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'differs for the application in key set and scopes only: %s',
    async (name) => {
      const global = await getJson(`/.well-known/${name}`);
      const { status, body } = await getJson(`/.well-known/app-mcp/${name}`);
      expect(status).toBe(200);
      expect(body).toEqual({
        ...global.body,
        jwks_uri: `${server.issuer}/.well-known/app-mcp/jwks`,
        scopes_supported: [
          'openid',
          'profile',
          'email',
          'offline_access',
          'files:list',
          'files:read',
          'files:write',
        ],
      });
    },
  );

  it.each(['/.well-known/jwks', '/.well-known/app-mcp/jwks'])(
    'publishes one public key at %s',
    async (path) => {
      const { body } = await getJson(path);
      expect(body).toEqual({
        keys: [
          {
            kty: 'RSA',
            use: 'sig',
            alg: 'RS256',
            kid: 'cert-mcp',
            e: 'AQAB',
            n: expect.stringMatching(/^[\w-]{342}$/),
          },
        ],
      });
    },
  );
});

describe('cross-origin requests', () => {
  function preflight(path: string, origin: string) {
    return fetch(`${server.issuer}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
  }

  it.each(['/api/oauth/register', '/api/login/oauth/access_token'])(
    'are answered for a web client of this machine: %s',
    async (path) => {
      const response = await preflight(path, 'http://localhost:6274');
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:6274');
      expect(response.headers.get('access-control-allow-methods')).toBe('POST');
      expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('content-type');
    },
  );

  it('can read the answer of a registration', async () => {
    const response = await fetch(`${server.issuer}/api/oauth/register`, {
      method: 'POST',
      headers: { origin: 'http://localhost:6274', 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://localhost:6274/oauth/callback'] }),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:6274');
  });

  it.each(['https://example.com', 'http://localhost.example.com', 'null'])(
    'are not answered on registration for %s',
    async (origin) => {
      const response = await preflight('/api/oauth/register', origin);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each([
    ['http://localhost:6274', 200],
    ['https://example.com', 400],
  ])('get a token from %s: %i', async (origin, status) => {
    const response = await fetch(`${server.issuer}/api/login/oauth/access_token`, {
      method: 'POST',
      headers: { origin, authorization: `Basic ${btoa('local-machine:local-machine-secret')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe(status === 200 ? origin : null);
  });
});
