import { allScopes } from '../lambda/tools/scopes.ts';
import { requestToken } from '../local/authorization-server/request-token.ts';
import { findUserByName, users } from '../local/authorization-server/users.ts';
import { readLocalSettings } from '../local/settings.ts';
import { readWords, runCommand, WrongUsage } from '../ops/terminal/command.ts';

const userNames = users.map(({ name }) => name).join(', ');

const help = `Prints an access token for the local file server. Needs npm start in another terminal.

  npm run --silent token -- [--scope "SCOPE ..."] [--user NAME] [--json] [--verbose]

  --scope    scopes separated by spaces (default: ${allScopes.join(' ')})
  --user     who signs in: ${userNames} (default: alice)
  --json     the whole answer of the authorization server, as one JSON document
  --verbose  tell where an error comes from

Without --silent npm prints the name of the script first. AUTH_PORT (default 8000) and MCP_PORT (default 3000) say
where npm start listens. Exit code: 0 when there is a token, 1 when there is none, 2 for wrong usage.
`;

const words = process.argv.slice(2);
const complain = (text: string) => process.stderr.write(text);
process.exitCode = await runCommand(words, { help, complain }, async () => {
  const { values } = readWords(words, {
    scope: { type: 'string', default: allScopes.join(' ') },
    user: { type: 'string', default: 'alice' },
  });
  const { scope, user, json, help: isHelp } = values;
  if (isHelp) {
    process.stdout.write(help);
    return 0;
  }
  if (scope.trim() === '') throw new WrongUsage(`no scope: name some of ${allScopes.join(', ')}`);
  if (!findUserByName(user)) throw new WrongUsage(`no user "${user}": use one of ${userNames}`);
  const { authPort, mcpPort } = readLocalSettings(process.env);
  const issuer = `http://localhost:${authPort}`;
  const answer = await requestToken({ issuer, resource: `http://localhost:${mcpPort}/mcp`, scope, user });
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : `${answer.access_token}\n`);
  return 0;
});
