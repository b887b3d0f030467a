import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { requestToken } from '../../../local/authorization-server/request-token.ts';
import {
  askForToken,
  audienceOf,
  authorize,
  exchangeCode,
  registerPublicClient,
  resource,
} from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let issuer: string;
beforeAll(async () => {
  server = await startServer();
  issuer = server.issuer;
});
afterAll(() => server.stop());

const address = { formatted: '', street_address: '', locality: '', region: '', postal_code: '', country: '' };
const machine = { id: 'local-machine', secret: 'local-machine-secret' };

describe('the access token of a user', () => {
  it('has the claims of Casdoor’s format JWT-Standard, no more and no less', async () => {
    const { access_token } = await requestToken({
      issuer,
      resource,
      scope: 'files:read files:list',
      user: 'alice',
    });
    const claims = decodeJwt(access_token);
    expect(claims).toEqual({
      owner: 'acme',
      preferred_username: 'alice',
      id: '3b0c0a4e-6f0e-4b7c-9a55-0d6d3f1c7a01',
      name: 'Alice',
      picture: 'https://cdn.casbin.org/img/casbin.svg',
      email: 'alice@acme.example',
      email_verified: true,
      tokenType: 'access-token',
      scope: 'files:read files:list',
      address,
      azp: expect.stringMatching(/./),
      iss: issuer,
      sub: '3b0c0a4e-6f0e-4b7c-9a55-0d6d3f1c7a01',
      aud: ['http://localhost:3000/mcp'],
      exp: Number(claims.iat) + 3600,
      nbf: claims.iat,
      iat: expect.any(Number),
      jti: expect.stringMatching(/^admin\/[0-9a-f-]{36}$/),
    });
  });

  it('has Casdoor’s header and a signature of the published key', async () => {
    const { access_token } = await requestToken({ issuer, resource, scope: 'files:read', user: 'alice' });
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'RS256', kid: 'cert-mcp', typ: 'JWT' });
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/app-mcp/jwks`));
    await expect(jwtVerify(access_token, keys, { issuer, audience: resource })).resolves.toBeDefined();
  });

  it('tells which organization the user belongs to', async () => {
    const { access_token } = await requestToken({ issuer, resource, scope: 'files:read', user: 'carol' });
    expect(decodeJwt(access_token)).toMatchObject({
      owner: 'globex',
      preferred_username: 'carol',
      name: 'Carol',
    });
  });

  it('comes with what was granted', async () => {
    const token = await requestToken({ issuer, resource, scope: 'openid files:write', user: 'bob' });
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid files:write' });
  });
});

describe('the audience', () => {
  it.each(['http://localhost:3000/mcp', 'https://other.example/'])(
    'is the resource the client sent, whichever it is: %s',
    async (wanted) => {
      const { access_token } = await requestToken({
        issuer,
        resource: wanted,
        scope: 'files:read',
        user: 'alice',
      });
      expect(audienceOf(access_token)).toEqual([wanted]);
    },
  );

  it('is the client when the client sent no resource', async () => {
    const { access_token } = await requestToken({ issuer, scope: 'files:read', user: 'alice' });
    expect(audienceOf(access_token)).toEqual([decodeJwt(access_token).azp]);
  });

  it.each([
    ['the resource', { resource }],
    ['no resource', {}],
  ])('stays what it was when a token with %s is refreshed', async (_, wanted) => {
    const first = await requestToken({ issuer, scope: 'files:read', user: 'alice', ...wanted });
    const { azp, aud } = decodeJwt(first.access_token);
    const { status, body } = await askForToken(issuer, {
      grant_type: 'refresh_token',
      client_id: String(azp),
      refresh_token: first.refresh_token ?? '',
    });
    expect(status).toBe(200);
    expect(body.access_token).not.toBe(first.access_token);
    expect(decodeJwt(body.access_token)).toMatchObject({ aud, scope: 'files:read', owner: 'acme' });
  });

  it.each([
    ['forgets', { resource }, {}, 'invalid_grant'],
    ['changes', { resource }, { resource: 'https://other.example/' }, 'invalid_target'],
    ['adds', {}, { resource }, 'invalid_target'],
  ])('is refused when the token request %s the resource', async (_, asked, repeated, error) => {
    const clientId = await registerPublicClient(issuer);
    const { code } = await authorize(issuer, clientId, { scope: 'files:read', ...asked });
    const answer = await exchangeCode(issuer, clientId, code, repeated);
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });
});

describe('the refresh token', () => {
  it('is a JWT like the access token, but for its type, its lifetime and the missing key id', async () => {
    const token = await requestToken({ issuer, resource, scope: 'files:read', user: 'alice' });
    const refreshToken = token.refresh_token ?? '';
    expect(decodeProtectedHeader(refreshToken)).toEqual({ alg: 'RS256', typ: 'JWT' });
    const claims = decodeJwt(refreshToken);
    expect(claims).toEqual({
      ...decodeJwt(token.access_token),
      tokenType: 'refresh-token',
      iat: expect.any(Number),
      nbf: claims.iat,
      exp: Number(claims.iat) + 7 * 24 * 3600,
      jti: expect.stringMatching(/^admin\//),
    });
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
    await expect(jwtVerify(refreshToken, keys, { issuer })).resolves.toBeDefined();
  });

  it('works once', async () => {
    const { refresh_token = '', access_token } = await requestToken({
      issuer,
      scope: 'files:read',
      user: 'alice',
    });
    const fields = {
      grant_type: 'refresh_token',
      client_id: String(decodeJwt(access_token).azp),
      refresh_token,
    };
    expect(await askForToken(issuer, fields)).toMatchObject({ status: 200 });
    expect(await askForToken(issuer, fields)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });
});

describe('the access token of a machine', () => {
  it.each([{}, { resource }])(
    'is for the client itself and speaks for its application: %j',
    async (wanted) => {
      const fields = { grant_type: 'client_credentials', scope: 'files:read', ...wanted };
      const { status, body } = await askForToken(issuer, fields, machine);
      expect(status).toBe(200);
      const claims = decodeJwt(body.access_token);
      expect(claims).toEqual({
        owner: 'admin',
        preferred_username: 'local-machine',
        id: 'admin/local-machine',
        tokenType: 'access-token',
        scope: 'files:read',
        address,
        azp: 'local-machine',
        iss: issuer,
        sub: 'admin/local-machine',
        aud: ['local-machine'],
        exp: Number(claims.iat) + 3600,
        nbf: claims.iat,
        iat: expect.any(Number),
        jti: expect.stringMatching(/^admin\/[0-9a-f-]{36}$/),
      });
      expect(decodeProtectedHeader(body.access_token)).toEqual({ alg: 'RS256', kid: 'cert-mcp', typ: 'JWT' });
    },
  );

  it('has no scope claim when none was asked for', async () => {
    const { body } = await askForToken(issuer, { grant_type: 'client_credentials' }, machine);
    expect(decodeJwt(body.access_token)).not.toHaveProperty('scope');
  });

  it('is refused with a wrong secret', async () => {
    const answer = await askForToken(
      issuer,
      { grant_type: 'client_credentials' },
      { ...machine, secret: 'guess' },
    );
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('is refused with an unknown scope', async () => {
    const answer = await askForToken(
      issuer,
      { grant_type: 'client_credentials', scope: 'files:delete' },
      machine,
    );
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });
});

describe('userinfo', () => {
  function askForUserinfo(token: string) {
    return fetch(`${issuer}/api/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  }

  it('tells what the scopes of the token allow', async () => {
    const { access_token } = await requestToken({ issuer, resource, scope: 'openid email', user: 'bob' });
    const response = await askForUserinfo(access_token);
    expect(await response.json()).toEqual({
      sub: '8a5d1b62-2c1f-4f0a-8e0b-5b1e9d2c7a02',
      iss: issuer,
      aud: [resource],
      email: 'bob@acme.example',
      email_verified: true,
    });
  });

  it('refuses a refresh token and anything that is no token', async () => {
    const { refresh_token = '' } = await requestToken({ issuer, resource, scope: 'openid', user: 'bob' });
    for (const token of [refresh_token, 'nonsense', '']) {
      const response = await askForUserinfo(token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  });
});
