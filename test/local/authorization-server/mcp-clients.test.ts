import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import {
  auth as authorizeVersion2,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { auth as authorizeVersion1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { decodeJwt } from 'jose';
import { signIn } from '../../../local/authorization-server/sign-in.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let resourceServer: Server;
let resource: string;
beforeAll(async () => {
  server = await startServer();
  resourceServer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        resource,
        authorization_servers: [server.issuer],
        scopes_supported: ['files:read', 'files:list'],
      }),
    );
  });
  resourceServer.listen(0, '127.0.0.1');
  await once(resourceServer, 'listening');
  const address = resourceServer.address();
  resource = `http://localhost:${typeof address === 'object' ? address?.port : ''}/mcp`;
});
afterAll(async () => {
  resourceServer.close();
  resourceServer.closeAllConnections();
  await server.stop();
});

/** What a client remembers between its two visits to the authorization server. */
interface Memory {
  client?: StoredOAuthClientInformation;
  tokens?: StoredOAuthTokens;
  verifier: string;
  authorizationUrl?: URL;
  discovery?: OAuthDiscoveryState;
}

function createClientProvider(memory: Memory) {
  const redirectUrl = 'http://localhost:6274/oauth/callback';
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Test client',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => memory.client,
    saveClientInformation(client) {
      memory.client = client;
    },
    tokens: () => memory.tokens,
    saveTokens(tokens) {
      memory.tokens = tokens;
    },
    discoveryState: () => memory.discovery,
    saveDiscoveryState(state) {
      memory.discovery = state;
    },
    redirectToAuthorization(url) {
      memory.authorizationUrl = url;
    },
    codeVerifier: () => memory.verifier,
    saveCodeVerifier(verifier) {
      memory.verifier = verifier;
    },
  } satisfies OAuthClientProvider;
}

describe.each([
  ['1', authorizeVersion1],
  ['2', authorizeVersion2],
])('the OAuth client of MCP SDK version %s', (_, authorize) => {
  it('finds the server, registers, signs in and gets a token it can refresh', async () => {
    const memory: Memory = { verifier: '' };
    const provider = createClientProvider(memory);
    expect(await authorize(provider, { serverUrl: resource })).toBe('REDIRECT');
    const callback = await signIn(memory.authorizationUrl ?? '');
    const { code, iss } = Object.fromEntries(callback.searchParams);
    const answer = { serverUrl: resource, ...(code && { authorizationCode: code }), ...(iss && { iss }) };
    expect(await authorize(provider, answer)).toBe('AUTHORIZED');
    const first = memory.tokens?.access_token ?? '';
    expect(decodeJwt(first)).toMatchObject({ aud: [resource], preferred_username: 'alice' });
    expect(String(decodeJwt(first).scope)).toContain('files:read files:list');
    expect(await authorize(provider, { serverUrl: resource })).toBe('AUTHORIZED');
    expect(memory.tokens?.access_token).not.toBe(first);
    expect(decodeJwt(memory.tokens?.access_token ?? '')).toMatchObject({ aud: [resource] });
  });
});
