import type { ServerName } from '../../../lambda/auth/known-servers.ts';
import { isForResource, type JsonObject, readText, readTexts } from '../../../lambda/auth/token-profile.ts';
import type { Check } from '../check.ts';
import { refuseRefreshToken } from '../facts/access-token.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { explainDifference } from '../url-difference.ts';
import { readWebUrl } from '../web-url.ts';

/** That the token was made for this server (RFC 8707). */
export const audience: Check = {
  name: 'token audience',
  examine: async ({ url, token, metadata, isTokenAccepted }) => {
    const accessToken = await token();
    refuseRefreshToken(accessToken);
    const { claims, isOfCasdoor, server } = accessToken;
    const named = await metadata()
      .then(({ json }) => readText(json, 'resource'))
      .catch(() => undefined);
    // The server compares with its own name; whether that is what was typed is another check's question.
    const resource = named !== undefined && readWebUrl(named) ? named : url;
    const audiences = readTexts(claims, 'aud');
    const [first] = audiences;
    const remedy = isOfCasdoor ? toDefaultRemedy(resource) : toRemedy(server.name, resource);
    if (first === undefined) return fail('the token has no audience', remedy);
    const machine = isOfCasdoor ? judgeMachine(claims, first) : undefined;
    if (machine !== undefined) return machine;
    if (isForResource(audiences, resource)) return ok(resource);
    // Another authorization server may have its own name for this one, in the setting audience.
    if (!isOfCasdoor && (await isTokenAccepted())) return ok(`${first}, which the server accepts`);
    const client = isOfCasdoor ? judgeClientAudience(claims, resource) : undefined;
    if (client !== undefined) return client;
    const difference = readWebUrl(first) ? `: ${explainDifference(resource, first)}` : '';
    return fail(`${first} is not ${resource}${difference}`, remedy);
  },
};

const toDefaultRemedy = (resource: string) => `request the token with resource=${resource}`;

/** How each server comes to write an audience; several ignore the resource parameter that clients send. */
const remedies: Readonly<Record<ServerName, (resource: string) => string>> = {
  Keycloak: (resource) =>
    `add an audience mapper (Included Custom Audience ${resource}) to each of the client scopes files:list, files:read and files:write: Keycloak ignores the resource parameter`,
  'Ory Hydra': (resource) =>
    `list ${resource} as an audience of the client and grant it in the consent app: Hydra ignores the resource parameter`,
  Auth0: (resource) => `make an API whose identifier is ${resource}, and request the token for it`,
  Okta: (resource) => `set the audience of the custom authorization server to ${resource}`,
  'Microsoft Entra ID': () =>
    'set the setting audience to what stands in aud here: the application id of the API',
  'Amazon Cognito': (resource) =>
    `make a resource server whose identifier is ${resource}, and request the token with resource=${resource}`,
  'better-auth': (resource) => `add ${resource} to the resources of the provider`,
};

function toRemedy(name: ServerName | undefined, resource: string): string {
  return name === undefined ? toDefaultRemedy(resource) : remedies[name](resource);
}

/**
 * Casdoor calls the subject of client_credentials `admin/` and the application. The server goes by that, whatever
 * the audience is. Undefined for a token of a user.
 */
function judgeMachine(claims: JsonObject, first: string): Finding | undefined {
  const clientId = readText(claims, 'azp');
  if (clientId === undefined || !readText(claims, 'sub')?.startsWith('admin/')) return undefined;
  const found =
    first === clientId
      ? `the client itself, ${clientId}: a token of client_credentials never names a resource`
      : `${first}, in a token of the client itself, ${clientId}: its subject begins with admin/`;
  return warn(found, `add ${clientId} to the setting machineClientIds if this client may call for itself`);
}

/**
 * Casdoor sets the audience to the client unless it was asked, in an authorization code flow, for a resource.
 * Undefined for another audience.
 */
function judgeClientAudience(claims: JsonObject, resource: string): Finding | undefined {
  const clientId = readText(claims, 'azp');
  if (clientId === undefined) return undefined;
  const audiences = readTexts(claims, 'aud');
  const remedy = `send resource=${resource} with the authorization and the token request; Casdoor before v3.156.0 forgets it at refresh, and every grant but authorization_code ignores it`;
  if (audiences.includes(clientId)) {
    return fail(`the client itself, ${clientId}, and not ${resource}`, remedy);
  }
  const shared = audiences.find((name) => name.startsWith(`${clientId}-org-`));
  if (shared === undefined) return undefined;
  const cause = 'the client did not send resource, or the grant was not authorization_code';
  return fail(`${shared} is not ${resource}: it is a shared application's own audience: ${cause}`, remedy);
}
