import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const command = join(import.meta.dirname, '../../../bin/token.ts');

function run(options: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, AUTH_PORT: new URL(server.issuer).port, MCP_PORT: '3000', ...variables };
  return promisify(execFile)(process.execPath, [command, ...options], { env });
}

describe('npm run token', () => {
  it('prints one token for all scopes and nothing else', async () => {
    const { stdout, stderr } = await run([]);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toBe('');
    expect(decodeJwt(stdout)).toMatchObject({
      preferred_username: 'alice',
      scope: 'files:list files:read files:write',
      aud: ['http://localhost:3000/mcp'],
    });
  });

  it('takes the scopes, the user and the port of the file server', async () => {
    const { stdout } = await run(['--scope', 'files:read', '--user', 'carol'], { MCP_PORT: '3999' });
    expect(decodeJwt(stdout)).toMatchObject({
      preferred_username: 'carol',
      scope: 'files:read',
      aud: ['http://localhost:3999/mcp'],
    });
  });

  it('explains itself', async () => {
    const { stdout } = await run(['--help'], { AUTH_PORT: '1' });
    expect(stdout).toContain('--scope');
    expect(stdout).toContain('AUTH_PORT');
  });

  it.each([
    ['the user is unknown', ['--user', 'mallory'], 'no user "mallory": use one of alice, bob, carol\n'],
    ['no scope is named', ['--scope', ' '], 'no scope: name some of files:list, files:read, files:write\n'],
    ['an option is unknown', ['--colour'], "unknown option '--colour'\n"],
  ])('explains itself on stderr and ends with 2 when %s', async (_, options, sentence) => {
    const failure = await run(options).catch((error: { stderr: string }) => error);
    expect(failure).toMatchObject({ code: 2, stdout: '' });
    expect(failure.stderr.startsWith(`${sentence}\nPrints an access token`)).toBe(true);
  });

  it.each([
    [
      'a scope is unknown',
      ['--scope', 'files:delete'],
      {},
      'no scope "files:delete": ask for files:list, files:read, files:write, openid, profile, email, offline_access',
    ],
    [
      'the port is none',
      [],
      { AUTH_PORT: 'http' },
      'set AUTH_PORT to a port number from 1 to 65535, got "http"',
    ],
    [
      'the server is not running',
      [],
      { AUTH_PORT: '1' },
      'no authorization server at http://localhost:1: run npm start first, or set AUTH_PORT',
    ],
  ])('says so in one line on stderr and ends with 1 when %s', async (_, options, variables, sentence) => {
    const stderr = `${sentence} (--verbose tells more)\n`;
    await expect(run(options, variables)).rejects.toMatchObject({ code: 1, stdout: '', stderr });
  });
});
