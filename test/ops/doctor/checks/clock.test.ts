import { examine } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

describe('the check of the clocks', () => {
  it.each([
    [-45, 'warn', /^4[4-6] s behind this machine$/],
    [45, 'warn', /^4[4-6] s ahead of this machine$/],
    [-300, 'fail', /^(?:299|30[01]) s behind this machine$/],
    [300, 'fail', /^(?:299|30[01]) s ahead of this machine$/],
  ])('tells a server that is %d seconds off', async (seconds, status, found) => {
    site.challenge.date = inSeconds(seconds);
    const { findings } = await examine(site.url);
    expect(findings['clock of the server']).toEqual({
      status,
      found: expect.stringMatching(found),
      remedy: expect.stringContaining('NTP'),
    });
    expect(findings['clock of the issuer']?.status).toBe('ok');
  });

  it('accepts 15 seconds', async () => {
    site.challenge.date = inSeconds(15);
    const { findings } = await examine(site.url);
    expect(findings['clock of the server']?.status).toBe('ok');
  });

  it('tells an issuer that is off', async () => {
    site.issuerRoutes['GET /.well-known/oauth-authorization-server'] = () =>
      Response.json(site.authorizationServer, { headers: { date: inSeconds(-120) } });
    const report = await examine(site.url);
    expect(report.exitCode).toBe(1);
    expect(report.findings['clock of the issuer']?.status).toBe('fail');
  });

  it('knows how old the answer of a cache is', async () => {
    site.issuerRoutes['GET /.well-known/oauth-authorization-server'] = () =>
      Response.json(site.authorizationServer, { headers: { date: inSeconds(-120), age: '120' } });
    const { findings } = await examine(site.url);
    expect(findings['clock of the issuer']).toEqual({ status: 'ok', found: 'in step with this machine' });
  });

  it('says nothing of a server without Date', async () => {
    site.challenge.date = '';
    const { findings } = await examine(site.url);
    expect(findings['clock of the server']).toEqual({
      status: 'skip',
      found: 'the answer has no Date header',
    });
  });
});
