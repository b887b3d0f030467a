import { casdoorProfile } from '../../../lambda/auth/casdoor-claims.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';
import {
  isForResource,
  type JsonObject,
  readText,
  readTexts,
  splitScope,
} from '../../../lambda/auth/token-profile.ts';
import { type Check, type Finding, fail, NotApplicable, ok, warn } from '../check.ts';
import { explainDifference } from '../url-difference.ts';
import { readWebUrl } from '../web-url.ts';

/** That the token comes from where the server sends people to sign in; compared exactly. */
export const issuer: Check = {
  name: 'token issuer',
  examine: async ({ token, issuer: readIssuer }) => {
    const { claims } = await token();
    const expected = await readIssuer();
    const actual = readText(claims, 'iss') ?? '';
    if (actual === expected) return ok(actual);
    return fail(
      `"${actual}" is not ${expected}: ${explainDifference(expected, actual)}`,
      `sign in at ${expected}; if you did, set origin in Casdoor's app.conf: it takes the issuer from the Host header without it`,
    );
  },
};

/** That the token was made for this server (RFC 8707). */
export const audience: Check = {
  name: 'token audience',
  examine: async ({ url, token, metadata }) => {
    const { claims, isOfCasdoor } = await token();
    const named = await metadata()
      .then(({ json }) => readText(json, 'resource'))
      .catch(() => undefined);
    // The server compares with its own name; whether that is what was typed is another check's question.
    const resource = named !== undefined && readWebUrl(named) ? named : url;
    const audiences = readTexts(claims, 'aud');
    if (isForResource(audiences, resource)) return ok(resource);
    const [first] = audiences;
    const remedy = `request the token with resource=${resource}`;
    if (first === undefined) return fail('the token has no audience', remedy);
    const clientAudience = isOfCasdoor ? judgeClientAudience(claims, resource) : undefined;
    if (clientAudience !== undefined) return clientAudience;
    const difference = readWebUrl(first) ? `: ${explainDifference(resource, first)}` : '';
    return fail(`${first} is not ${resource}${difference}`, remedy);
  },
};

/**
 * Casdoor sets the audience to the client unless it was asked, in an authorization code flow, for a resource.
 * Undefined for another audience.
 */
function judgeClientAudience(claims: JsonObject, resource: string): Finding | undefined {
  const clientId = readText(claims, 'azp') ?? '';
  const rules = {
    audience: resource,
    scopePrefix: '',
    machineClientIds: [clientId],
    allowedClientIds: [],
    allowedOrganizations: [],
  };
  try {
    casdoorProfile.toPrincipal(claims, rules);
    return warn(
      `the client itself, ${clientId}: a token of client_credentials never names a resource`,
      `add ${clientId} to the setting machineClientIds if this client may call for itself`,
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.refusal.code !== 'audience_is_client') return undefined;
    return fail(
      `the client itself, ${clientId}, and not ${resource}`,
      `send resource=${resource} with the authorization and the token request; Casdoor before v3.156.0 forgets it at refresh, and every grant but authorization_code ignores it`,
    );
  }
}

/** How far the clocks may differ, in seconds; as the server has it. */
const tolerance = 60;

/** That the token is valid now, by this machine's clock. */
export const times: Check = {
  name: 'token times',
  examine: async ({ token }) => {
    const { exp, nbf, iat } = (await token()).claims;
    const seconds = Math.floor(Date.now() / 1000);
    if (typeof exp !== 'number') {
      return fail('the token has no time of expiry', 'use an authorization server that sets exp');
    }
    if (exp + tolerance <= seconds)
      return fail(`expired at ${toTime(exp)}`, 'sign in again, or refresh the token');
    for (const [name, time] of Object.entries({ nbf, iat })) {
      if (typeof time === 'number' && time - tolerance > seconds) {
        return fail(`${name} is in the future: ${toTime(time)}`, 'compare the clocks, see above');
      }
    }
    return ok(
      `valid until ${toTime(exp)}, for ${Math.max(0, Math.round((exp - seconds) / 60))} more minutes`,
    );
  },
};

function toTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? 'an impossible time' : time.toISOString();
}

/** Which client the token was issued to; the server may have a list. */
export const client: Check = {
  name: 'token client',
  examine: async ({ token }) => {
    const { claims } = await token();
    const id = readText(claims, 'azp') ?? readText(claims, 'client_id');
    if (id !== undefined) return ok(`${id}; must be in the setting allowedClientIds if that has any`);
    return warn(
      'the token does not tell its client',
      'leave the setting allowedClientIds empty: it refuses this token',
    );
  },
};

/** Which Casdoor organization the user is of; the server may have a list. */
export const organization: Check = {
  name: 'token organization',
  examine: async ({ token }) => {
    const { claims, isOfCasdoor } = await token();
    if (!isOfCasdoor) throw new NotApplicable('not a token of Casdoor');
    const owner = readText(claims, 'owner');
    if (owner !== undefined)
      return ok(`${owner}; must be in the setting allowedOrganizations if that has any`);
    const remedy = 'add owner to the token fields of format JWT-Custom, or leave allowedOrganizations empty';
    return warn('the token does not tell its organization', remedy);
  },
};

/** Which of the server's scopes the token holds; a tool needs its scope. */
export const scopes: Check = {
  name: 'token scopes',
  examine: async ({ token, metadata }) => {
    const { claims } = await token();
    const held = [...readTexts(claims, 'scope'), ...readTexts(claims, 'scp')].flatMap(splitScope);
    const supported = readTexts((await metadata()).json, 'scopes_supported');
    const missing = supported.filter((scope) => !held.includes(scope));
    const found = held.length === 0 ? 'none' : held.join(' ');
    if (missing.length === 0) return ok(found);
    const remedy = 'sign in again with these scopes if they are wanted: tools that need them answer 403';
    return warn(`${found}; missing: ${missing.join(' ')}`, remedy);
  },
};
