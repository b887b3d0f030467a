import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { requestToken } from '../../../local/authorization-server/request-token.ts';
import { authorize, exchangeCode, register, registerPublicClient, resource } from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

describe('the authorization server', () => {
  it('prints nothing of its own while it starts, issues tokens and refuses some', async () => {
    const { issuer } = server;
    await requestToken({ issuer, resource, scope: 'openid files:read', user: 'alice' });
    await expect(requestToken({ issuer, scope: 'files:delete', user: 'alice' })).rejects.toThrow(
      'files:delete',
    );
    expect(server.output()).toBe(`${issuer}\n`);
  });

  it('keeps its key and its clients over a restart', async () => {
    const { issuer } = server;
    const clientId = await registerPublicClient(issuer);
    const { access_token } = await requestToken({ issuer, resource, scope: 'files:read', user: 'alice' });
    server = await server.restart();
    expect(server.issuer).toBe(issuer);
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
    await expect(jwtVerify(access_token, keys, { issuer, audience: resource })).resolves.toBeDefined();
    const { code } = await authorize(issuer, clientId, { scope: 'files:read' });
    expect(await exchangeCode(issuer, clientId, code)).toMatchObject({ status: 200 });
  });

  it.each(['signing-key.json', 'clients.json'])('keeps %s for its owner alone', async (name) => {
    await registerPublicClient(server.issuer);
    const { mode } = await stat(join(server.directory, name));
    expect(mode & 0o777).toBe(0o600);
  });

  it('says that its port is taken with the error of Node', async () => {
    const port = Number(new URL(server.issuer).port);
    await expect(startServer({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('lets tokens live as long as it is told', async () => {
    const brief = await startServer({ lifetimeSeconds: 60 });
    const { issuer } = brief;
    const token = await requestToken({ issuer, resource, scope: 'files:read', user: 'alice' });
    await brief.stop();
    expect(token.expires_in).toBe(60);
    const { iat, exp } = decodeJwt(token.access_token);
    expect(exp).toBe(Number(iat) + 60);
  });

  it('prints what went wrong when it fails itself', async () => {
    await rm(server.directory, { recursive: true });
    const response = await register(server.issuer, { redirect_uris: ['https://client.example/callback'] });
    expect(response.status).toBe(500);
    expect(server.output()).toContain('ENOENT');
  });

  it('stops while a request is still being sent', async () => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.issuer).port) });
    const cut = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    // An answer that nobody reads would hide the end behind it.
    socket.resume();
    socket.write(
      'POST /api/login/oauth/access_token HTTP/1.1\r\nHost: localhost\r\n' +
        // Of any other type the server would not wait for the body.
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ngrant',
    );
    await once(socket, 'connect');
    server = await server.restart();
    await cut;
  });

  it('answers on the loopback interface only', async () => {
    const port = Number(new URL(server.issuer).port);
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const outside = addresses.filter(({ internal, family }) => !internal && family === 'IPv4');
    const reached = await Promise.all(outside.map(({ address }) => isListening(address, port)));
    expect(await isListening('127.0.0.1', port)).toBe(true);
    expect(reached).not.toContain(true);
  });
});

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const answer = (listening: boolean) => () => {
      socket.destroy();
      resolve(listening);
    };
    socket.on('connect', answer(true)).on('error', answer(false)).on('timeout', answer(false));
  });
}
