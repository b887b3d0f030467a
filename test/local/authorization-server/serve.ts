// Run as a process of its own: oidc-provider cannot be loaded by jest. Ends with the process that started it.
import { startAuthorizationServer } from '../../../local/authorization-server/server.ts';

const [directory = '', port = '0', lifetime = '', registration = 'open'] = process.argv.slice(2);
const { issuer, close } = await startAuthorizationServer({
  port: Number(port),
  resource: 'http://localhost:3000/mcp',
  scopes: ['files:list', 'files:read', 'files:write'],
  directory,
  isRegistrationOpen: registration === 'open',
  ...(lifetime && { accessTokenLifetimeSeconds: Number(lifetime) }),
});
console.info(issuer);
process.stdin.on('end', close).resume();
