import { requestToken } from '../../local/authorization-server/request-token.ts';
import { useStack } from '../support/local-stack.ts';
import { runBin } from '../support/run-bin.ts';

const stack = useStack();

describe('the doctor at the local stack', () => {
  it('finds nothing wrong, with and without a token', async () => {
    const { issuer, mcpUrl: resource } = stack;
    const scope = 'files:list files:read files:write';
    const { access_token: token } = await requestToken({ issuer, resource, scope, user: 'alice' });
    const full = await runBin('doctor', [resource, '--token', token]);
    expect(full.stdout).toMatch(/\n0 failed, 0 warned, \d+ ok, 0 skipped\n$/);
    expect(full.code).toBe(0);
    expect(full.stdout).not.toContain(token);
    expect((await runBin('doctor', [resource])).code).toBe(0);
  }, 60_000);

  it('names a token that was issued for another server', async () => {
    const { issuer, mcpUrl } = stack;
    const resource = 'https://other.example.com/mcp';
    const { access_token: token } = await requestToken({
      issuer,
      resource,
      scope: 'files:list',
      user: 'alice',
    });
    const { code, stdout } = await runBin('doctor', [mcpUrl, '--token', token]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail +token audience .*other\.example\.com/m);
  }, 60_000);
});
