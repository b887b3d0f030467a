import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Browser, createBrowser } from '../../../local/authorization-server/browser.ts';
import { signIn } from '../../../local/authorization-server/sign-in.ts';
import {
  askForToken,
  authorizationUrl,
  authorize,
  exchangeCode,
  registerPublicClient,
  resource,
} from './oauth-client.ts';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let issuer: string;
let clientId: string;
beforeAll(async () => {
  server = await startServer();
  issuer = server.issuer;
  clientId = await registerPublicClient(issuer);
});
afterAll(() => server.stop());

/** Follows redirects to the next page of the server, or to the client's address, which is not opened. */
async function openPage(browser: Browser, start: URL, form?: Record<string, string>) {
  let url = start;
  let response = await browser.open(url, form && new URLSearchParams(form));
  for (let redirects = 0; redirects < 5; redirects++) {
    const location = response.headers.get('location');
    if (location === null) break;
    url = new URL(location, url);
    if (url.origin !== issuer) return { url, headers: response.headers, text: '' };
    response = await browser.open(url);
  }
  return { url, headers: response.headers, text: await response.text() };
}

const alice = { user: 'alice', password: 'local' };
const bob = { user: 'bob', password: 'local' };

describe('an authorization request', () => {
  it('comes back with a code, the state and the issuer once the user has signed in and allowed it', async () => {
    const answer = await authorize(issuer, clientId, { scope: 'files:read', resource });
    expect(answer).toEqual({ code: expect.stringMatching(/./), state: 'the-state', iss: issuer });
  });

  it('comes back with access_denied when the user does not allow it', async () => {
    const answer = await authorize(issuer, clientId, { scope: 'files:read' }, { user: 'bob', allow: false });
    expect(answer).toEqual({
      error: 'access_denied',
      error_description: 'bob did not allow it',
      state: 'the-state',
      iss: issuer,
    });
  });

  it('comes back with access_denied and the reason when the scope is not one that the user may allow', async () => {
    const answer = await authorize(issuer, clientId, { scope: 'files:write' }, { user: 'carol' });
    expect(answer).toMatchObject({
      error: 'access_denied',
      error_description: 'carol may not grant files:write: ask for other scopes, or sign in as another user',
    });
  });

  it('comes back with invalid_scope, naming the scope and the known ones, when a scope is unknown', async () => {
    const answer = await authorize(issuer, clientId, { scope: 'files:read files:delete' });
    expect(answer).toMatchObject({
      error: 'invalid_scope',
      error_description:
        'no scope "files:delete": ask for files:list, files:read, files:write, openid, profile, email, offline_access',
      state: 'the-state',
    });
  });

  it.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }],
    ['the method plain', { code_challenge_method: 'plain' }],
  ])('is refused to a public client with %s', async (_, fields) => {
    const answer = await authorize(issuer, clientId, { scope: 'files:read', ...fields });
    expect(answer).toMatchObject({ error: 'invalid_request' });
    expect(answer).not.toHaveProperty('code');
  });

  it('is never sent back to an address the client did not register', async () => {
    const url = authorizationUrl(issuer, clientId, { redirect_uri: 'https://attacker.example/' });
    const page = await openPage(createBrowser(), url);
    expect(page.url.origin).toBe(issuer);
    expect(page.text).toContain('<p role="alert">invalid_redirect_uri: ');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    await expect(signIn(url)).rejects.toThrow("did not match any of the client's registered redirect_uris");
  });
});

describe('signing in', () => {
  it.each([
    ['a wrong password', { user: 'alice', password: 'guess' }],
    ['an unknown user', { user: 'mallory' }],
  ])('shows the page again with the mistake for %s', async (_, person) => {
    const url = authorizationUrl(issuer, clientId, { scope: 'files:read' });
    const mistake = `sign-in as "${person.user}" failed: wrong user or password`;
    await expect(signIn(url, person)).rejects.toThrow(mistake);
  });

  it('is possible after a mistake', async () => {
    const browser = createBrowser();
    const page = await openPage(browser, authorizationUrl(issuer, clientId, { scope: 'files:read' }));
    await openPage(browser, page.url, { ...alice, password: 'guess' });
    const consent = await openPage(browser, page.url, alice);
    expect(consent.text).toContain('asks to act for <b>Alice</b>');
  });

  it('is asked for every time, and keeps what another user of the same browser got', async () => {
    const browser = createBrowser();
    const url = authorizationUrl(issuer, clientId, { scope: 'files:read' });
    const first = await openPage(browser, url);
    const firstConsent = await openPage(browser, first.url, alice);
    const { url: callback } = await openPage(browser, firstConsent.url, {
      decision: 'allow',
      scope: 'files:read',
    });
    const { body } = await exchangeCode(issuer, clientId, callback.searchParams.get('code') ?? '');

    const second = await openPage(browser, url);
    expect(second.text).toContain('name="password"');
    const leave = await openPage(browser, second.url, bob);
    // A page that a browser submits by script: it ends the session of the first user.
    const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(leave.text) ?? [];
    const [, action = ''] = /action="([^"]*)"/.exec(leave.text) ?? [];
    const secondConsent = await openPage(browser, new URL(action), { xsrf, logout: 'yes' });
    expect(secondConsent.text).toContain('asks to act for <b>Bob</b>');

    const fields = { grant_type: 'refresh_token', client_id: clientId, refresh_token: body.refresh_token };
    expect(await askForToken(issuer, fields)).toMatchObject({ status: 200 });
  });

  it('is over when the browser lost its cookies', async () => {
    const { url } = await openPage(
      createBrowser(),
      authorizationUrl(issuer, clientId, { scope: 'files:read' }),
    );
    const response = await createBrowser().open(url);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('this sign-in is over');
  });

  it('refuses a form that is too long to be one of its own', async () => {
    const browser = createBrowser();
    const { url } = await openPage(browser, authorizationUrl(issuer, clientId, { scope: 'files:read' }));
    const response = await browser.open(url, new URLSearchParams({ user: 'a'.repeat(5000) }));
    expect(response.status).toBe(413);
  });

  it('is given up at a server that never stops redirecting', async () => {
    const loop = createServer((_request, response) => response.writeHead(303, { location: '/again' }).end());
    loop.listen(0, '127.0.0.1');
    await once(loop, 'listening');
    const address = loop.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    await expect(signIn(url)).rejects.toThrow('did not end after 12 pages');
    loop.close();
    loop.closeAllConnections();
  });
});

describe('the pages', () => {
  it('load nothing, run nothing, are not framed and not kept', async () => {
    const url = authorizationUrl(issuer, clientId, { scope: 'files:read' });
    const { headers, text } = await openPage(createBrowser(), url);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(text).toContain('Local stand-in for Casdoor');
    expect(text).not.toMatch(/https?:|<script|<link|<img/);
  });

  it('escape what a client calls itself', async () => {
    const id = await registerPublicClient(issuer, { client_name: `<script>alert("1")</script>&'` });
    const { text } = await openPage(createBrowser(), authorizationUrl(issuer, id, { scope: 'files:read' }));
    expect(text).toContain('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;');
    expect(text).not.toContain('<script');
  });

  it('offer every user with what they may, and say that all of it is local', async () => {
    const url = authorizationUrl(issuer, clientId, { scope: 'files:read' });
    const { text } = await openPage(createBrowser(), url);
    expect([...text.matchAll(/type="radio" name="user" value="(\w+)"/g)].map(([, name]) => name)).toEqual([
      'alice',
      'bob',
      'carol',
    ]);
    expect(text).toContain('acme/alice, may do everything');
    expect(text).toContain('globex/carol, may not: create, change, move and delete files');
    expect(text).toContain('Local only');
  });

  async function openConsentPage(fields: Readonly<Record<string, string>>) {
    const browser = createBrowser();
    const url = authorizationUrl(issuer, clientId, { scope: 'files:read files:list', ...fields });
    const signInPage = await openPage(browser, url);
    return openPage(browser, signInPage.url, { user: 'carol', password: 'local' });
  }

  it('tell what this user may not allow, and take it from no form', async () => {
    const browser = createBrowser();
    const start = await openPage(browser, authorizationUrl(issuer, clientId, { scope: 'files:write' }));
    const { url, text } = await openPage(browser, start.url, { user: 'carol', password: 'local' });
    expect(text).toContain('value="files:write" disabled');
    expect(text).toContain('which Carol may not');
    const answer = await openPage(browser, url, { decision: 'allow', scope: 'files:write' });
    expect(answer.url.searchParams.get('error')).toBe('access_denied');
  });

  it('say who asks, for whom, for which scopes and at which resource', async () => {
    const { text } = await openConsentPage({ resource });
    expect(text).toContain('<b>Test client</b> asks to act for <b>Carol</b> (globex/carol)');
    expect(text).toContain('<code>files:read</code>');
    expect(text).toContain('<code>files:list</code>');
    expect(text).toContain('At <code>http://localhost:3000/mcp</code>');
    expect(text).not.toContain('will refuse this token');
  });

  it.each([
    ['no resource', {}],
    ['another resource', { resource: 'https://other.example/' }],
  ])('warn when the client asks for %s, as the local server will refuse the token', async (_, fields) => {
    const { text } = await openConsentPage(fields);
    expect(text).toContain('http://localhost:3000/mcp will refuse this token');
  });
});
