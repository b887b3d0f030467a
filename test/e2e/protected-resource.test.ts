import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { allChecks } from '../protected-resource/checks/all.ts';
import { createMint, deriveTokens } from '../protected-resource/derive-tokens.ts';
import { runChecks } from '../protected-resource/run-checks.ts';
import { createServerUnderTest } from '../protected-resource/server.ts';
import { prepareStack, startStack } from '../support/local-stack.ts';

/** A request that `files:list` does not suffice for. */
const scopedCall = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'read_file', arguments: { path: 'a.md' } },
};

describe('the suite for protected MCP servers', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['the local stack', {}],
    ['the local stack with the registration bridge', { CLIENT_REGISTRATION: 'bridge' }],
  ])(
    'finds nothing wrong with %s',
    async (_, variables) => {
      const { environment, remove } = await prepareStack();
      const stack = await startStack({ ...environment, ...variables });
      try {
        const { mcpUrl: resource, issuer } = stack;
        const asked = { issuer, resource, scope: 'files:list files:read', user: 'alice' };
        const good = (await requestToken(asked)).access_token;
        const kept = join(environment.LOCAL_DATA_DIR, 'authorization-server', 'signing-key.json');
        const key = createPrivateKey({ key: JSON.parse(readFileSync(kept, 'utf8')), format: 'jwk' });
        const server = createServerUnderTest(new URL(resource), {
          tokens: deriveTokens(good, { key, lessScope: 'files:list', broadScope: 'files' }),
          mint: createMint(good, key),
          scopedCall,
        });
        const results = await runChecks(allChecks, server);
        expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
        expect(results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThanOrEqual(58);
      } finally {
        await stack.stop();
        await remove();
      }
    },
    150_000,
  );
});
