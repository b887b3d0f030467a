import { authorize, register } from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('client registration', () => {
  it.each([
    'http://localhost:6274/oauth/callback',
    'http://127.0.0.1:33418/',
    'https://claude.ai/api/mcp/auth_callback',
    'https://chatgpt.com/connector_platform_oauth_redirect',
    'cursor://anysphere.cursor-retrieval/oauth/user-test/callback',
    'vscode://vscode.github-authentication/did-authenticate',
  ])('takes a client that is called back at %s', async (redirectUri) => {
    const response = await register(server.issuer, {
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    });
    expect(response.status).toBe(201);
    const { client_id } = await response.json();
    const answer = await authorize(server.issuer, client_id, {
      redirect_uri: redirectUri,
      scope: 'files:read',
    });
    expect(answer).toMatchObject({ code: expect.any(String), state: 'the-state', iss: server.issuer });
  });

  it('takes any loopback port when the client signs in, as native clients listen on a random one', async () => {
    const response = await register(server.issuer, {
      redirect_uris: ['http://127.0.0.1:1000/callback'],
      token_endpoint_auth_method: 'none',
    });
    const { client_id } = await response.json();
    const fields = { redirect_uri: 'http://127.0.0.1:2000/callback', scope: 'files:read' };
    expect(await authorize(server.issuer, client_id, fields)).toHaveProperty('code');
  });

  it('takes a client with scopes it does not know, and does not tie the client to them', async () => {
    const response = await register(server.issuer, {
      redirect_uris: ['http://127.0.0.1:9000/callback'],
      token_endpoint_auth_method: 'none',
      scope: 'calendar:read',
    });
    expect(response.status).toBe(201);
    const { client_id } = await response.json();
    expect(await authorize(server.issuer, client_id, { scope: 'files:read openid' })).toHaveProperty('code');
  });

  it('gives a secret to a client that does not say it is public', async () => {
    const response = await register(server.issuer, { redirect_uris: ['https://client.example/callback'] });
    expect(await response.json()).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.stringMatching(/./),
    });
  });
});
