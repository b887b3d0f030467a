import { examine } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

describe('the check of the preflight', () => {
  it('asks as a browser does', async () => {
    let headers = new Headers();
    site.mcpRoutes['OPTIONS /mcp'] = (request) => {
      ({ headers } = request);
      return new Response(null, { status: 204, headers: site.preflight });
    };
    await examine(site.url);
    expect(Object.fromEntries(headers)).toMatchObject({
      origin: 'https://claude.ai',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,mcp-protocol-version,mcp-method,mcp-name',
    });
    expect(headers.has('authorization')).toBe(false);
  });

  it.each([
    ['is answered 401', () => new Response(null, { status: 401 }), 'the preflight is answered 401'],
    ['is answered 405', () => new Response(null, { status: 405 }), 'the preflight is answered 405'],
    [
      'allows no origin',
      () => new Response(null, { status: 204 }),
      'the origin https://claude.ai is not allowed',
    ],
    [
      'allows too few headers',
      () => toPreflight('Authorization, content-type, mcp-protocol-version'),
      'the preflight does not allow mcp-method, mcp-name',
    ],
    [
      'means authorization by an asterisk',
      () => toPreflight('*'),
      'the preflight does not allow authorization',
    ],
    ['is not answered', () => new Promise<Response>(() => {}), /^127\.0\.0\.1:\d+ does not answer in time$/],
  ])('warns when it %s', async (_, route, found) => {
    site.mcpRoutes['OPTIONS /mcp'] = route;
    const report = await examine(site.url, '--timeout', '1');
    expect(report.exitCode).toBe(0);
    expect(report.findings['cors preflight']).toEqual({
      status: 'warn',
      found: typeof found === 'string' ? found : expect.stringMatching(found),
      remedy: expect.any(String),
    });
  });

  function toPreflight(allowed: string): Response {
    const headers = {
      'access-control-allow-origin': 'https://claude.ai',
      'access-control-allow-headers': allowed,
    };
    return new Response(null, { status: 200, headers });
  }
});

describe('the remedy of a preflight that asks for a token', () => {
  it('is to answer it before', async () => {
    site.mcpRoutes['OPTIONS /mcp'] = () => new Response(null, { status: 401 });
    const { findings } = await examine(site.url);
    expect(findings['cors preflight']?.remedy).toContain('answer OPTIONS before looking for a token');
  });
});

describe('the check of the exposed headers', () => {
  it.each([
    ['access-control-expose-headers', 'web clients do not see the challenge'],
    ['access-control-allow-origin', 'the answer 401 is hidden from pages of https://claude.ai'],
  ])('warns when %s is missing', async (header, found) => {
    delete site.challenge[header];
    const report = await examine(site.url);
    expect(report.exitCode).toBe(0);
    expect(report.findings['cors exposed headers']).toMatchObject({ status: 'warn', found });
  });

  it('warns when the server refuses the origin', async () => {
    site.mcpRoutes['POST /mcp'] = ({ headers }) =>
      new Response(null, headers.has('origin') ? { status: 403 } : { status: 401, headers: site.challenge });
    const { findings } = await examine(site.url);
    expect(findings['cors exposed headers']).toMatchObject({
      status: 'warn',
      found: 'a request of the origin https://claude.ai is answered 403',
      remedy: expect.stringContaining('allowedOrigins'),
    });
  });
});
