import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { useStack } from '../support/local-stack.ts';

const stack = useStack();

async function runDoctor(...words: string[]): Promise<{ code: number; text: string }> {
  const project = join(import.meta.dirname, '..', '..');
  const child = spawn(process.execPath, ['bin/doctor.ts', ...words], { cwd: project });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, text };
}

describe('the doctor at the local stack', () => {
  it('finds nothing wrong, with and without a token', async () => {
    const { issuer, mcpUrl: resource } = stack;
    const scope = 'files:list files:read files:write';
    const { access_token: token } = await requestToken({ issuer, resource, scope, user: 'alice' });
    const full = await runDoctor(resource, '--token', token);
    expect(full.text).toMatch(/\n0 failed, 0 warned, \d+ ok, 0 skipped\n$/);
    expect(full.code).toBe(0);
    expect(full.text).not.toContain(token);
    expect((await runDoctor(resource)).code).toBe(0);
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
    const { code, text } = await runDoctor(mcpUrl, '--token', token);
    expect(code).toBe(1);
    expect(text).toMatch(/^fail +token audience .*other\.example\.com/m);
  }, 60_000);
});
