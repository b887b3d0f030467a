import { parseArgs } from 'node:util';
import { allScopes } from '../lambda/tools/scopes.ts';
import { requestToken } from '../local/authorization-server/request-token.ts';
import { findUserByName, users } from '../local/authorization-server/users.ts';
import { readLocalSettings } from '../local/settings.ts';

const userNames = users.map(({ name }) => name).join(', ');

const guide = `Prints an access token for the local file server. Needs npm start in another terminal.

  npm run --silent token -- [--scope "SCOPE ..."] [--user NAME]

  --scope  scopes separated by spaces (default: ${allScopes.join(' ')})
  --user   who signs in: ${userNames} (default: alice)

AUTH_PORT (default 8000) and MCP_PORT (default 3000) say where npm start listens.
`;

async function run(): Promise<string> {
  const { help, scope, user } = readOptions();
  if (help) return guide;
  if (scope.trim() === '') throw new Error(`no scope: name some of ${allScopes.join(', ')}`);
  if (!findUserByName(user)) throw new Error(`no user "${user}": use one of ${userNames}`);
  const { authPort, mcpPort } = readLocalSettings(process.env);
  const token = await requestToken({
    issuer: `http://localhost:${authPort}`,
    resource: `http://localhost:${mcpPort}/mcp`,
    scope,
    user,
  });
  return `${token.access_token}\n`;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        scope: { type: 'string', default: allScopes.join(' ') },
        user: { type: 'string', default: 'alice' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Node begins its sentence with a capital.
    const sentence = reason.charAt(0).toLowerCase() + reason.slice(1);
    throw new Error(`${sentence}: see npm run token -- --help`, { cause });
  }
}

try {
  process.stdout.write(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
