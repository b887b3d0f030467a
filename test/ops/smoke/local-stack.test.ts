import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requestToken } from '../../../local/authorization-server/request-token.ts';
import { useStack } from '../../support/local-stack.ts';

const stack = useStack();

function smoke(token: string) {
  const command = join(import.meta.dirname, '../../../bin/smoke.ts');
  const env = { PATH: process.env.PATH, MCP_TOKEN: token };
  return promisify(execFile)(process.execPath, [command, stack.mcpUrl], { env });
}

async function requestTokenFor(scope: string): Promise<string> {
  const { issuer, mcpUrl: resource } = stack;
  return (await requestToken({ issuer, resource, scope, user: 'alice' })).access_token;
}

/** The lines of the steps, without what was found. */
const namesOf = (text: string) => {
  const [steps = ''] = text.split('\n\n', 1);
  return steps.split('\n').map((line) => line.slice(0, 38).trimEnd());
};

describe('npm run smoke against the local stack', () => {
  it('makes the whole round trip', async () => {
    const { stdout, stderr } = await smoke(await requestTokenFor('files:list files:read files:write'));
    expect(namesOf(stdout)).toEqual([
      'ok    401 without a token',
      'ok    www-authenticate',
      'ok    challenge resource_metadata',
      'ok    metadata in challenge',
      'ok    metadata resource',
      'ok    metadata authorization_servers',
      'ok    connect',
      'ok    tools',
      'ok    write',
      'ok    version',
      'ok    read',
      'ok    list',
      'ok    overwrite',
      'ok    conflict',
      'ok    delete',
      'ok    list again',
    ]);
    expect(stderr).toBe('');
  });

  it('makes the public steps without a token', async () => {
    const { stdout } = await smoke('');
    expect(namesOf(stdout).at(-1)).toBe('skip  files');
  });

  it('leaves with 1 for a token that may not write', async () => {
    await expect(smoke(await requestTokenFor('files:list files:read'))).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^fail {2}write +insufficient scope: required "[^"]*files:write/m),
    });
  });
});
