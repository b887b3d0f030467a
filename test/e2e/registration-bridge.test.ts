import { auth, type OAuthClientProvider, type OAuthDiscoveryState } from '@modelcontextprotocol/client';
import { decodeJwt } from 'jose';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { signIn } from '../../local/authorization-server/sign-in.ts';
import { useStack } from '../support/local-stack.ts';
import { runBin } from '../support/run-bin.ts';
import { createPerson, generations } from './mcp-clients.ts';

const stack = useStack({ CLIENT_REGISTRATION: 'bridge' });

describe('a client without a client id, over the bridge', () => {
  it.each(Object.entries(generations))('signs in where registration is off: %s', async (_, generation) => {
    const person = createPerson(generation, stack.mcpUrl);
    await person.connect();
    expect(person.requestedScopes()).toEqual([['files:list', 'files:read']]);
    expect(await person.call('whoami', {})).toMatchObject({
      structuredContent: { kind: 'user', name: 'alice', client_id: 'local-public', issuer: stack.issuer },
    });
    expect(await person.listTools()).toContain('read_file');
    await person.close();
  });

  // The public client gets a refresh token, and SDK 1.x then refreshes instead of asking for more (README, clients).
  const stepping = Object.entries(generations).filter(([name]) => !name.includes('1.x'));
  it.each(stepping)('steps up and writes: %s', async (name, generation) => {
    const path = `${name.replace(/\W+/g, '-')}/bridged.md`;
    const person = createPerson(generation, stack.mcpUrl);
    await person.connect();
    expect(await person.call('write_file', { path, content: 'bridged' })).toMatchObject({
      structuredContent: { path, size: 7 },
    });
    expect(person.requestedScopes()[1]).toEqual(['files:list', 'files:read', 'files:write']);
    await person.close();
  });
});

describe('the registration bridge', () => {
  const get = async (url: string) => (await fetch(url)).json();

  it.each(['GET', 'HEAD'])(
    'answers %s at each of its places, with a slash at the end as without',
    async (method) => {
      for (const name of ['oauth-authorization-server', 'openid-configuration']) {
        for (const path of ['', '/', '/mcp', '/mcp/']) {
          const url = `${new URL(stack.mcpUrl).origin}/.well-known/${name}${path}`;
          const { status, headers } = await fetch(url, { method });
          expect([url, status, headers.get('content-type')]).toEqual([url, 200, 'application/json']);
        }
      }
    },
  );

  async function register(client: object) {
    const { registration_endpoint } = await get(
      `${new URL(stack.mcpUrl).origin}/.well-known/oauth-authorization-server`,
    );
    const response = await fetch(registration_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://inspector.example.com' },
      body: JSON.stringify(client),
    });
    return { status: response.status, headers: response.headers, json: await response.json() };
  }

  it('refuses the redirect URI of a stranger, and lets pages read why', async () => {
    const { status, headers, json } = await register({
      redirect_uris: ['https://evil.example.com/callback'],
    });
    expect(status).toBe(400);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(json).toMatchObject({ error: 'invalid_redirect_uri' });
  });

  it('does not widen what the authorization server allows: the stranger is not called back there either', async () => {
    const origin = new URL(stack.mcpUrl).origin;
    const { authorization_endpoint } = await get(`${origin}/.well-known/oauth-authorization-server`);
    const url = new URL(authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: 'local-public',
      redirect_uri: 'https://evil.example.com/callback',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    }).toString();
    await expect(signIn(url)).rejects.toThrow('redirect_uri');
  });

  it('lists our scopes, so that a client which asks for all of the document gets those', async () => {
    const { authorization_servers } = await get(
      `${new URL(stack.mcpUrl).origin}/.well-known/oauth-protected-resource/mcp`,
    );
    expect(authorization_servers).toEqual([new URL(stack.mcpUrl).origin]);
    const document = await get(`${authorization_servers[0]}/.well-known/oauth-authorization-server`);
    const memory = createMemory();
    const provider = toProvider(memory);
    const scope = document.scopes_supported.join(' ');
    expect(await auth(provider, { serverUrl: stack.mcpUrl, scope })).toBe('REDIRECT');
    const callback = await signIn(memory.visit ?? '');
    const authorizationCode = callback.searchParams.get('code') ?? '';
    expect(await auth(provider, { serverUrl: stack.mcpUrl, authorizationCode })).toBe('AUTHORIZED');
    const claims = decodeJwt(memory.tokens?.access_token ?? '');
    expect(claims).toMatchObject({ scope: 'files:list files:read files:write', iss: stack.issuer });
  });

  it('leaves the doctor nothing to complain of', async () => {
    const { issuer, mcpUrl: resource } = stack;
    const scope = 'files:list files:read files:write';
    const { access_token: token } = await requestToken({ issuer, resource, scope, user: 'alice' });
    const { code, stdout } = await runBin('doctor', [resource, '--token', token]);
    expect(stdout).toContain('the registration bridge gives every client the id local-public');
    expect(stdout).toMatch(/\n0 failed, 0 warned, \d+ ok, 0 skipped\n$/);
    expect(code).toBe(0);
  }, 60_000);

  it('is refused by SDK 2.x where the real server puts its own issuer into the callback (RFC 9207)', async () => {
    const memory = createMemory();
    const provider = toProvider(memory);
    await auth(provider, { serverUrl: stack.mcpUrl, scope: 'files:read' });
    const callback = await signIn(memory.visit ?? '');
    expect(callback.searchParams.has('iss')).toBe(false);
    const authorizationCode = callback.searchParams.get('code') ?? '';
    const answer = { serverUrl: stack.mcpUrl, authorizationCode, iss: stack.issuer };
    await expect(auth(provider, answer)).rejects.toThrow('Issuer mismatch in authorization response');
  });
});

/** What a client keeps between its visits. */
interface Memory {
  client?: never;
  tokens?: { readonly access_token: string };
  discovery?: OAuthDiscoveryState;
  verifier: string;
  visit?: URL;
}

function createMemory(): Memory {
  return { verifier: '' };
}

function toProvider(memory: Memory): OAuthClientProvider {
  const redirectUrl = 'http://127.0.0.1:5598/callback';
  return {
    redirectUrl,
    clientMetadata: { client_name: 'End-to-end test', redirect_uris: [redirectUrl] },
    clientInformation: () => memory.client,
    saveClientInformation: (client) => void Object.assign(memory, { client }),
    tokens: () => undefined,
    saveTokens: (tokens) => void Object.assign(memory, { tokens }),
    discoveryState: () => memory.discovery,
    saveDiscoveryState: (discovery) => void Object.assign(memory, { discovery }),
    redirectToAuthorization: (visit) => void Object.assign(memory, { visit }),
    codeVerifier: () => memory.verifier,
    saveCodeVerifier: (verifier) => void Object.assign(memory, { verifier }),
  };
}
