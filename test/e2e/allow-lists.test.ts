import { requestToken } from '../../local/authorization-server/request-token.ts';
import { useStack } from '../support/local-stack.ts';

const stack = useStack({ ALLOWED_ORGANIZATIONS: 'acme' });

describe('the lists of npm start', () => {
  it.each([
    ['alice', 200],
    ['carol', 401],
  ])('let in whom a deployment would: %s', async (user, status) => {
    const { mcpUrl: resource, issuer } = stack;
    const { access_token } = await requestToken({ issuer, resource, scope: 'files:list', user });
    const response = await fetch(resource, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });
    expect(response.status).toBe(status);
  });
});
