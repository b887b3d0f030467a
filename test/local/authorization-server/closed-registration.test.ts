import { authorize, register } from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ registration: 'closed' });
});
afterAll(() => server.stop());

describe('an authorization server without registration', () => {
  it('refuses a client in the words of Casdoor, and goes on naming the endpoint', async () => {
    const response = await register(server.issuer, { redirect_uris: ['http://localhost:6274/callback'] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_client_metadata',
      error_description: 'dynamic client registration is disabled for this organization',
    });
    const metadata = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({
      issuer: server.issuer,
      registration_endpoint: `${server.issuer}/api/oauth/register`,
    });
  });

  it.each(['oauth-authorization-server', 'openid-configuration', 'app-mcp/oauth-authorization-server'])(
    'promises no iss in its answers: %s',
    async (name) => {
      const response = await fetch(`${server.issuer}/.well-known/${name}`);
      expect(await response.json()).not.toHaveProperty('authorization_response_iss_parameter_supported');
    },
  );

  it.each([
    'http://localhost:1234/any/path',
    'http://127.0.0.1:33418/',
    'https://claude.ai/api/mcp/auth_callback',
  ])('signs in its public client, called back at %s, and sends no iss', async (redirect_uri) => {
    const answer = await authorize(server.issuer, 'local-public', { redirect_uri, scope: 'files:read' });
    expect(answer).toEqual({ code: expect.any(String), state: 'the-state' });
  });

  it('does not send its public client to a stranger', async () => {
    const redirect_uri = 'https://evil.example.com/callback';
    const answer = authorize(server.issuer, 'local-public', { redirect_uri, scope: 'files:read' });
    await expect(answer).rejects.toThrow('redirect_uri');
  });

  it('sends no iss with an error either', async () => {
    const answer = await authorize(server.issuer, 'local-public', { scope: 'files:delete' });
    expect(answer).toMatchObject({ error: 'invalid_scope' });
    expect(answer).not.toHaveProperty('iss');
  });
});
