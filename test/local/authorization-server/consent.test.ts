import { decodeJwt } from 'jose';
import type { SignInOptions } from '../../../local/authorization-server/sign-in.ts';
import { askForToken, authorize, exchangeCode, registerPublicClient, resource } from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let clientId: string;
beforeAll(async () => {
  server = await startServer();
  clientId = await registerPublicClient(server.issuer);
});
afterAll(() => server.stop());

const all = 'files:list files:read files:write';

/** Signs in, allows what the options say, and answers the token response. */
async function consent(options: SignInOptions, scope = all) {
  const { code, ...answer } = await authorize(server.issuer, clientId, { scope, resource }, options);
  if (code === undefined) return answer;
  const { status, body } = await exchangeCode(server.issuer, clientId, code, { resource });
  expect(status).toBe(200);
  return { ...body, granted: decodeJwt(body.access_token).scope };
}

describe('what the user ticks', () => {
  it('is what the token has, scope by scope', async () => {
    expect(await consent({ refuse: ['files:write'] })).toMatchObject({
      scope: 'files:list files:read',
      granted: 'files:list files:read',
    });
    expect(await consent({ refuse: ['files:list', 'files:read'] })).toMatchObject({ granted: 'files:write' });
  });

  it('can be more the next time: nothing is refused for good', async () => {
    await consent({ refuse: ['files:write'] });
    expect(await consent({})).toMatchObject({ granted: all });
  });

  it('holds for the refreshed token too, and leaves earlier tokens what they have', async () => {
    const { refresh_token } = await consent({ refuse: ['files:write'] });
    await consent({});
    const fields = { grant_type: 'refresh_token', client_id: clientId, refresh_token };
    const { status, body } = await askForToken(server.issuer, fields);
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token).scope).toBe('files:list files:read');
  });

  it('is a denial when it is nothing', async () => {
    const answer = await consent({ refuse: all.split(' ') });
    expect(answer).toMatchObject({ error: 'access_denied' });
  });

  it('can be the scopes of OpenID Connect', async () => {
    const scope = 'openid email files:read';
    expect(await consent({ refuse: ['email'] }, scope)).toMatchObject({ granted: 'openid files:read' });
  });
});

describe('a user who may only read', () => {
  it('cannot allow to write', async () => {
    expect(await consent({ user: 'carol' })).toMatchObject({ granted: 'files:list files:read' });
  });

  it('is denied when the client wants nothing else', async () => {
    expect(await consent({ user: 'carol' }, 'files:write')).toMatchObject({ error: 'access_denied' });
  });
});
