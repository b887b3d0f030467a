import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

function answer(status: number, headers: Record<string, string> = {}) {
  site.mcpRoutes['POST /mcp'] = () => new Response('{}', { status, headers });
}

describe('the check for 401', () => {
  it.each([
    [400, 'look for the token before anything else'],
    [403, 'a firewall, CDN, API key or authorizer stands before it'],
    [404, 'check the path'],
    [405, 'accept POST under this URL'],
    [410, 'answer 401 to a POST without a token'],
    [500, 'look into the log of the function: one that starts with a variable missing says "set NAME" there'],
  ])('fails for %d with its usual cause, and says nothing of a challenge', async (status, remedy) => {
    answer(status);
    const report = await examine(site.url);
    expect(report.exitCode).toBe(1);
    expect(namesOf(report, 'fail')).toEqual(['401 without a token']);
    expect(report.findings['401 without a token']).toEqual({
      status: 'fail',
      found: `${status} in place of 401`,
      remedy: expect.stringContaining(remedy),
    });
    expect(report.findings['www-authenticate']).toEqual({
      status: 'skip',
      found: `the answer is ${status} and not 401`,
    });
  });
});

describe('the check of www-authenticate', () => {
  const challenge = 'Bearer scope="files:read"';
  const renamed = { 'x-amzn-remapped-www-authenticate': challenge };

  it.each<[string, Record<string, string>, string]>([
    ['arrives', { 'www-authenticate': challenge }, 'arrives, and begins with Bearer'],
    [
      'arrives only by the mapping',
      { 'www-authenticate': challenge, ...renamed },
      'arrives only by the response mapping: the gateway renames it',
    ],
  ])('is content when it %s', async (_, headers, found) => {
    answer(401, headers);
    const { findings } = await examine(site.url);
    expect(findings['www-authenticate']).toEqual({ status: 'ok', found });
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['renamed', renamed, 'the header is lost: it arrives as x-amzn-remapped-www-authenticate', 'rename it'],
    ['dropped', {}, 'the header is lost, so that', 'look for a proxy, CDN or authorizer that drops it'],
  ])(
    'fails when it is lost, being %s, and says how clients get all scopes then',
    async (_, headers, found, remedy) => {
      answer(401, headers);
      const { findings } = await examine(site.url);
      expect(findings['www-authenticate']).toEqual({
        status: 'fail',
        found: expect.stringContaining(found),
        remedy: expect.stringContaining(remedy),
      });
      expect(findings['www-authenticate']?.remedy).toContain('set initialScopes to all scopes');
    },
  );

  it('fails when it is missing, and skips what is in it', async () => {
    answer(401);
    const report = await examine(site.url);
    expect(namesOf(report, 'fail')).toEqual(['www-authenticate']);
    for (const name of ['challenge without error', 'challenge resource_metadata', 'challenge scope']) {
      expect(report.findings[name]?.found).toBe(
        'not checked, because the header is lost, so that clients do not learn where to sign in',
      );
    }
  });

  it.each([
    ['Basic realm="x"', 'Basic'],
    ['bearer scope="files:read"', 'bearer'],
    ['Bearer', 'Bearer'],
  ])('fails for %s, which clients do not act on', async (value, word) => {
    answer(401, { 'www-authenticate': value });
    const { findings } = await examine(site.url);
    expect(findings['www-authenticate']).toMatchObject({
      status: 'fail',
      found: `the header begins with "${word}" and not with "Bearer "`,
    });
  });
});

describe('the checks of the challenge', () => {
  it('warn of an error that no token can have caused', async () => {
    answer(401, { 'www-authenticate': 'Bearer realm="files", error="invalid_token"' });
    const { findings } = await examine(site.url);
    expect(findings['challenge without error']).toMatchObject({
      status: 'warn',
      found: 'error="invalid_token" although no token was sent',
    });
    expect(findings['challenge scope']).toMatchObject({
      status: 'warn',
      found: 'the challenge names no scope',
    });
  });

  it('read what clients read, which is what stands first', async () => {
    answer(401, { 'www-authenticate': 'Bearer error_description="ask for scope=all", scope="files:read"' });
    const { findings } = await examine(site.url);
    expect(findings['challenge scope']).toEqual({ status: 'ok', found: 'all"' });
  });

  it('warn when it leads to no metadata, which is found all the same', async () => {
    answer(401, { 'www-authenticate': 'Bearer scope=files:read' });
    const { findings } = await examine(site.url);
    expect(findings['challenge resource_metadata']).toMatchObject({ status: 'warn' });
    expect(findings['challenge scope']).toEqual({ status: 'ok', found: 'files:read' });
    expect(findings['metadata in challenge']).toEqual({
      status: 'skip',
      found: 'the challenge names no metadata',
    });
    expect(findings['metadata resource']).toEqual({ status: 'ok', found: site.url });
  });

  it('fail for metadata that is no URL', async () => {
    answer(401, { 'www-authenticate': 'Bearer resource_metadata="/.well-known/oauth-protected-resource"' });
    const { findings } = await examine(site.url);
    expect(findings['metadata in challenge']).toMatchObject({
      status: 'fail',
      found: 'resource_metadata is no URL: "/.well-known/oauth-protected-resource"',
    });
  });
});

describe('a server that asks for no token', () => {
  it('is said to be open, and is called without one', async () => {
    site.mcpRoutes['POST /mcp'] = site.serveMcp;
    delete site.mcpRoutes['GET /.well-known/oauth-protected-resource'];
    delete site.mcpRoutes['GET /.well-known/oauth-protected-resource/mcp'];
    const report = await examine(site.url);
    expect(report.exitCode).toBe(0);
    expect(namesOf(report, 'warn')).toEqual(['401 without a token']);
    expect(report.findings['401 without a token']?.found).toBe(
      '200: the server serves callers without a token, so that no client signs in',
    );
    expect(report.findings['metadata at path']).toEqual({
      status: 'skip',
      found: 'the server asks for no token',
    });
    expect(report.findings['authorization server']).toEqual({
      status: 'skip',
      found: 'the server has no protected resource metadata',
    });
    expect(report.findings['tools/list']).toEqual({
      status: 'ok',
      found: '2 tools (2026-07-28), 2 tools (2025-11-25)',
    });
  });
});
