import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServerCertificate, type ServerCertificate } from '../support/certificate.ts';
import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

describe('the check of the URL', () => {
  it.each([
    ['plain http to another host', 'http://mcp.example.invalid/mcp', 'fail', 'is plain http', 'use https'],
    [
      'a fragment',
      'https://mcp.example.invalid/mcp#top',
      'fail',
      'has a fragment',
      'leave out what follows the #',
    ],
    ['a query', 'https://mcp.example.invalid/mcp?a=b', 'warn', 'has a query', 'leave out what follows the ?'],
    [
      'a slash at the end',
      'https://mcp.example.invalid/mcp/',
      'warn',
      'has a slash at the end',
      'leave it out',
    ],
    [
      'upper case in the host',
      'https://MCP.example.invalid/mcp',
      'warn',
      'is not how clients send it',
      'type https://mcp.example.invalid/mcp',
    ],
  ])('names %s', async (_, url, status, found, remedy) => {
    const { findings } = await examine(url);
    expect(findings.url).toEqual({
      status,
      found: `${url} ${found}`,
      remedy: expect.stringContaining(remedy),
    });
  });

  it('has nothing against a host without a path', async () => {
    const { findings } = await examine('https://mcp.example.invalid');
    expect(findings.url).toEqual({ status: 'ok', found: 'https://mcp.example.invalid' });
  });
});

describe('a token for a URL of plain http', () => {
  /** Runs the doctor and notes the tokens that reach the server. */
  async function examineWithToken(url: string) {
    const tokens: string[] = [];
    const healthy = site.mcpRoutes['POST /mcp'];
    site.mcpRoutes['POST /mcp'] = (request) => {
      const header = request.headers.get('authorization');
      if (header !== null) tokens.push(header);
      return healthy?.(request) ?? new Response(null, { status: 500 });
    };
    const report = await examine(url, '--token', await site.token());
    return { tokens, report };
  }

  it('is explained and not sent', async () => {
    // Every address of this machine, and by its spelling not a loopback one.
    const { tokens, report } = await examineWithToken(site.url.replace('127.0.0.1', '0.0.0.0'));
    expect(report.findings.url?.status).toBe('fail');
    expect(report.findings['401 without a token']?.status).toBe('ok');
    expect(report.findings['token signature']?.status).toBe('ok');
    for (const name of ['server/discover', 'initialize', 'tools/list']) {
      expect(report.findings[name]).toEqual({
        status: 'skip',
        found: 'the token is not sent over plain http',
      });
    }
    expect(tokens).toEqual([]);
  });

  it('is sent within this machine', async () => {
    const { tokens } = await examineWithToken(site.url);
    expect(tokens).not.toEqual([]);
  });

  it('is not sent to a server that asks for none either', async () => {
    site.mcpRoutes['POST /mcp'] = site.serveMcp;
    const { tokens, report } = await examineWithToken(site.url.replace('127.0.0.1', '0.0.0.0'));
    expect(report.findings['tools/list']?.found).toBe('the token is not sent over plain http');
    expect(tokens).toEqual([]);
  });
});

describe('the check of the connection', () => {
  it('names a host that has no address', async () => {
    const { findings } = await examine('https://mcp.example.invalid/mcp');
    // Without a resolver the look-up fails in another way.
    expect(findings.connection?.found).toMatch(
      /^mcp\.example\.invalid (?:has no address \(ENOTFOUND\)|cannot be looked up \(EAI_AGAIN\))$/,
    );
  });

  it('names a redirect to another host, follows none, and examines nothing else', async () => {
    site.mcpRoutes['POST /mcp'] = () =>
      new Response(null, { status: 308, headers: { location: 'https://elsewhere.example.invalid/mcp' } });
    const report = await examine(site.url);
    expect(namesOf(report, 'fail')).toEqual(['connection']);
    expect(report.findings.connection).toEqual({
      status: 'fail',
      found: `${site.url} redirects (308) to https://elsewhere.example.invalid/mcp`,
      remedy: 'connect clients to https://elsewhere.example.invalid/mcp',
    });
  });

  it('waits no longer than it was told', async () => {
    site.mcpRoutes['POST /mcp'] = () => new Promise(() => {});
    const { findings } = await examine(site.url, '--timeout', '0.2');
    expect(findings.connection).toEqual({
      status: 'fail',
      found: `${new URL(site.url).host} does not answer in time`,
      remedy: 'check the host, the port and the firewall; --timeout SECONDS waits longer',
    });
  });

  it('does not wait for the end of a stream that has none', async () => {
    site.mcpRoutes['POST /mcp'] = () =>
      new Response(new ReadableStream(), {
        status: 401,
        headers: { ...site.challenge, 'content-type': 'text/event-stream' },
      });
    const { findings } = await examine(site.url);
    expect(findings['www-authenticate']?.status).toBe('ok');
  });

  it('names https that is typed for a port of plain http', async () => {
    const { findings } = await examine(site.url.replace('http:', 'https:'));
    expect(findings.connection).toEqual({
      status: 'fail',
      found: expect.stringContaining(`${new URL(site.url).host} does not speak TLS on this port`),
      remedy: 'check the port and the scheme',
    });
  });

  it('names a server that hangs up', async () => {
    const server = createSocketServer((socket) => socket.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const { findings } = await examine(`http://${host}/mcp`);
    server.close();
    expect(findings.connection?.found).toBe(
      `${host} closed the connection without an answer (UND_ERR_SOCKET)`,
    );
  });
});

describe('the check of the certificate', () => {
  const day = 24 * 3_600_000;
  const valid = { host: 'localhost', from: new Date(Date.now() - day), until: new Date(Date.now() + day) };

  /** Runs the doctor against a server with this certificate, which the process trusts unless told otherwise. */
  async function examineOver(certificate: ServerCertificate, isTrusted = true) {
    const server = createServer(certificate, (_request, response) => response.writeHead(401).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const host = `localhost:${typeof address === 'object' ? address?.port : ''}`;
    const directory = await mkdtemp(join(tmpdir(), 'doctor-'));
    const file = join(directory, 'certificate.pem');
    await writeFile(file, certificate.cert);
    const command = join(import.meta.dirname, '../../../../bin/doctor.ts');
    const env = { ...process.env, ...(isTrusted && { NODE_EXTRA_CA_CERTS: file }) };
    const ended = await promisify(execFile)(process.execPath, [command, `https://${host}/mcp`], {
      env,
    }).catch((error: { stdout: string }) => error);
    server.close();
    server.closeAllConnections();
    await rm(directory, { recursive: true });
    return ended.stdout.replaceAll(host, 'HOST').split('\n')[1];
  }

  it('accepts one that is valid', async () => {
    const line = await examineOver(createServerCertificate(valid));
    expect(line).toBe('ok    connection                      HOST answers and its certificate is valid');
  });

  it.each([
    [
      'one that expired',
      { ...valid, from: new Date(Date.now() - 2 * day), until: new Date(Date.now() - day) },
      'has a certificate that expired (CERT_HAS_EXPIRED)',
      'renew the certificate of this host',
    ],
    [
      'one of another host',
      { ...valid, host: 'other.example.com' },
      'has a certificate for another host (ERR_TLS_CERT_ALTNAME_INVALID)',
      'use the host name that the certificate is for, or get one for this name',
    ],
  ])('names %s', async (_, options, found, remedy) => {
    const line = await examineOver(createServerCertificate(options));
    expect(line).toBe(`fail  connection                      HOST ${found}: ${remedy}`);
  });

  it('names one that nobody vouches for', async () => {
    const line = await examineOver(createServerCertificate(valid), false);
    expect(line).toContain(
      'fail  connection                      HOST has a self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT): use a certificate of a public authority',
    );
  });
});
