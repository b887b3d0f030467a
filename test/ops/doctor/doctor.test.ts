import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runDoctor } from '../../../ops/doctor/doctor.ts';
import { examine, namesOf } from './support/examine.ts';
import { type Site, startSite } from './support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const command = join(import.meta.dirname, '../../../bin/doctor.ts');

function run(options: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return promisify(execFile)(process.execPath, [command, ...options], {
    env: { ...process.env, ...variables },
  });
}

describe('the doctor', () => {
  it('finds nothing wrong with a healthy server', async () => {
    const report = await examine(site.url, '--token', await site.token());
    expect(Object.values(report.findings).filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(Object.keys(report.findings)).toEqual([
      'url',
      'connection',
      '401 without a token',
      'www-authenticate',
      'challenge without error',
      'challenge resource_metadata',
      'challenge scope',
      'metadata at path',
      'metadata at root',
      'metadata identical',
      'metadata in challenge',
      'metadata resource',
      'metadata authorization_servers',
      'metadata scopes_supported',
      'cors preflight',
      'cors exposed headers',
      'authorization server',
      'issuer',
      'endpoints',
      'pkce',
      'scopes offered',
      'client registration',
      'key set',
      'usable key',
      'distinct key ids',
      'keys are secret',
      'clock of the server',
      'clock of the issuer',
      'token format',
      'token algorithm',
      'token class',
      'token key',
      'token signature',
      'token issuer',
      'token audience',
      'token times',
      'token client',
      'token caller',
      'token organization',
      'token scopes',
      'server/discover',
      'initialize',
      'tools/list',
    ]);
    expect(report.exitCode).toBe(0);
  });

  it('skips what needs a token when there is none', async () => {
    const report = await examine(site.url);
    expect(report.exitCode).toBe(0);
    expect(report.summary).toEqual({ ok: 28, warn: 0, fail: 0, skip: 15 });
    for (const name of namesOf(report, 'skip')) {
      expect(report.findings[name]?.found).toBe('no token given: set MCP_TOKEN or pass --token');
    }
  });

  it('fails once for a server that is not there, and skips what needs it with the reason', async () => {
    site.close();
    const report = await examine(site.url, '--token', await site.token());
    const found = `${new URL(site.url).host} accepts no connection (ECONNREFUSED)`;
    expect(namesOf(report, 'fail')).toEqual(['connection']);
    expect(report.findings.connection).toEqual({
      status: 'fail',
      found,
      remedy: 'check that the server runs and that the port is right',
    });
    expect(report.findings['metadata at path']).toEqual({
      status: 'skip',
      found: `not checked, because ${found}`,
    });
    expect(report.findings['tools/list']).toEqual({ status: 'skip', found: `not checked, because ${found}` });
  });

  it('says as JSON what was examined, how it went in sum, and each result', async () => {
    delete site.challenge['www-authenticate'];
    const { text } = await examine(site.url);
    expect(JSON.parse(text)).toMatchObject({
      url: site.url,
      summary: { ok: 22, warn: 0, fail: 1, skip: 20 },
      results: [
        { name: 'url', status: 'ok', found: site.url },
        { name: 'connection', status: 'ok' },
        { name: '401 without a token', status: 'ok', found: '401' },
        {
          name: 'www-authenticate',
          status: 'fail',
          found: 'the header is lost, so that clients do not learn where to sign in',
          remedy: expect.stringContaining('send WWW-Authenticate: Bearer with every 401'),
        },
        ...Array(39).fill({ name: expect.any(String) }),
      ],
    });
  });

  it('never shows the token or a part of it, not even when the server repeats it', async () => {
    const token = await site.token({ scope: 'files:list' });
    const [header = '', claims = '', signature = ''] = token.split('.');
    site.metadata.resource = `${site.url}/${token}`;
    site.metadata.scopes_supported = [claims];
    site.mcpRoutes['POST /mcp'] = async ({ headers }) =>
      Response.json(
        { error_description: `no ${headers.get('authorization')}` },
        { status: 401, headers: site.challenge },
      );
    const { text, findings } = await examine(site.url, '--token', token);
    expect(findings['server/discover']?.found).toBe('the server answers 401: no Bearer <token>');
    const secrets = [header, claims, signature].map((part) => part.slice(0, 40));
    for (const secret of [...secrets, 'alice', 'Alice']) expect(text).not.toContain(secret);
  });

  it('keeps control characters of a server off the terminal, and long texts short', async () => {
    site.metadata.scopes_supported = ['\u001b[31mred', '\u202eright to left', 'x'.repeat(10_000)];
    const { findings } = await examine(site.url);
    const found = findings['metadata scopes_supported']?.found ?? '';
    expect(found).toMatch(/^ \[31mred {2}right to left x+…$/);
    expect(found).toHaveLength(501);
  });
});

describe('the doctor at a terminal', () => {
  it('colours the status and nothing else', async () => {
    let text = '';
    const print = (part: string) => {
      text += part;
    };
    await runDoctor([site.url], { variables: {}, isColoured: true, print, complain: print });
    expect(text.split('\n')[0]).toBe(`\u001b[32mok\u001b[39m    url                             ${site.url}`);
  });
});

describe('npm run doctor', () => {
  it('prints a line for each check, aligned and without colours, and leaves with 0', async () => {
    const { stdout, stderr } = await run([site.url], { FORCE_COLOR: '1', MCP_TOKEN: await site.token() });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`ok    url                             ${site.url}`);
    expect(lines[7]).toBe(
      `ok    metadata at path                ${site.url.replace('/mcp', '/.well-known/oauth-protected-resource/mcp')}`,
    );
    expect(lines.slice(43)).toEqual(['', '0 failed, 0 warned, 43 ok, 0 skipped', '']);
    expect(stderr).toBe('');
  });

  it('names at the end what failed', async () => {
    site.metadata.resource = `${site.url}/`;
    site.authorizationServer.code_challenge_methods_supported = [];
    await expect(run([site.url])).rejects.toMatchObject({
      stdout: expect.stringMatching(
        /\n\n2 failed \(metadata resource, pkce\), 0 warned, 26 ok, 15 skipped\n$/,
      ),
    });
  });

  it('puts the remedy at the end of what failed, and leaves with 1', async () => {
    site.metadata.resource = `${site.url}/`;
    await expect(run([site.url])).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        `\nfail  metadata resource               ${site.url}/ is not ${site.url}: it has a slash at the end: connect clients to ${site.url}/, or make it the URL that people type (the setting publicUrl)\n`,
      ),
      stderr: '',
    });
  });

  it('prints one line for each check, however many have a remedy', async () => {
    site.metadata.resource = `${site.url}/`;
    site.authorizationServer.code_challenge_methods_supported = [];
    delete site.challenge['access-control-expose-headers'];
    const refused = await run([site.url, '--verbose']).catch((error: { stdout: string }) => error);
    const [results = '', closing] = refused.stdout.split('\n\n');
    const lines = results.split('\n');
    expect(lines).toHaveLength(43);
    for (const line of lines) expect(line).toMatch(/^(?:ok|warn|fail|skip) +\S/);
    expect(closing).toBe('2 failed (metadata resource, pkce), 1 warned, 25 ok, 15 skipped\n');
  });

  it('says once that what needs a token was skipped', async () => {
    const { stdout } = await run([site.url]);
    const [results = '', closing] = stdout.split('\n\n');
    expect(results.split('\n').slice(28)).toEqual([
      'skip  token format and 14 more        no token given: set MCP_TOKEN or pass --token',
    ]);
    expect(closing).toBe('0 failed, 0 warned, 28 ok, 15 skipped\n');
  });

  it('says once what cannot be checked because one thing cannot be had', async () => {
    site.close();
    const refused = await run([site.url, '--token', await site.token()]).catch((error) => error);
    const lines = refused.stdout.split('\n').filter((line: string) => line.startsWith('skip'));
    expect(lines[0]).toMatch(/^skip {2}401 without a token and \d+ more {2,}not checked, because/);
    expect(lines).toHaveLength(5);
  });

  it('takes the token from the command line before that of the environment', async () => {
    const { stdout } = await run([site.url, '--json', '--token', await site.token()], {
      MCP_TOKEN: 'opaque',
    });
    expect(JSON.parse(stdout).summary).toEqual({ ok: 43, warn: 0, fail: 0, skip: 0 });
  });

  it('explains itself', async () => {
    const { stdout } = await run(['--help']);
    for (const word of ['MCP_URL', '--token', 'MCP_TOKEN', '--json', '--timeout'])
      expect(stdout).toContain(word);
  });

  it.each([
    ['no URL', [], 'give one MCP URL, got 0'],
    ['two URLs', ['https://a.example/mcp', 'https://b.example/mcp'], 'give one MCP URL, got 2'],
    [
      'no scheme',
      ['secret.example.com/mcp'],
      'give the MCP URL with its scheme, such as https://mcp.example.com/mcp',
    ],
    [
      'a password in the URL',
      ['https://alice:secret@mcp.example.com/mcp'],
      'leave the user name and the password out of the MCP URL: clients do not send them',
    ],
    [
      'a token that is none',
      ['https://mcp.example.com/mcp', '--token', 'Bearer secret'],
      'give one access token, without "Bearer" and without quotes',
    ],
    [
      'no seconds',
      ['https://mcp.example.com/mcp', '--timeout', 'soon'],
      'set --timeout to seconds, more than 0 and at most 600, got "soon"',
    ],
    ['an unknown option', ['https://mcp.example.com/mcp', '--colour'], "unknown option '--colour'"],
  ])('leaves with 2 and prints no result for %s', async (_, options, complaint) => {
    const refused = await run(options, { MCP_TOKEN: '' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(complaint) });
    expect(refused).toMatchObject({ stderr: expect.not.stringContaining('secret') });
  });
});
