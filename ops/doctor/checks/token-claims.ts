import { readText, readTexts, splitScope } from '../../../lambda/auth/token-profile.ts';
import { holdsScope, isScope } from '../../../lambda/tools/scopes.ts';
import type { Check } from '../check.ts';
import { isBridge } from '../facts/bridge.ts';
import { fail, NotApplicable, ok, warn } from '../finding.ts';
import { explainDifference } from '../url-difference.ts';

/** That the token comes from where the server sends people to sign in; compared exactly. */
export const issuer: Check = {
  name: 'token issuer',
  examine: async ({ url, token, issuer: readIssuer, authorizationServer, tokenServer }) => {
    const { claims } = await token();
    const isBridged = await authorizationServer().then(
      (document) => isBridge(document, url),
      () => false,
    );
    const expected = isBridged ? (readText((await tokenServer()).json, 'issuer') ?? '') : await readIssuer();
    const actual = readText(claims, 'iss') ?? '';
    if (actual === expected) return ok(actual);
    return fail(
      `"${actual}" is not ${expected}: ${explainDifference(expected, actual)}`,
      `sign in at ${expected}; if you did, set origin in Casdoor's app.conf: it takes the issuer from the Host header without it`,
    );
  },
};

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
    const isFuture = (time: unknown): time is number =>
      typeof time === 'number' && time - tolerance > seconds;
    if (isFuture(nbf)) return fail(`nbf is in the future: ${toTime(nbf)}`, 'compare the clocks, see above');
    // RFC 7519 section 4.1.6 gives nobody a reason to refuse it, and this project's server does not.
    if (isFuture(iat)) {
      return warn(
        `iat is in the future: ${toTime(iat)}`,
        'compare the clocks, see above: some servers refuse the token',
      );
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
    const held = new Set([...readTexts(claims, 'scope'), ...readTexts(claims, 'scp')].flatMap(splitScope));
    const supported = readTexts((await metadata()).json, 'scopes_supported');
    // Another server's scopes are only what they are called; this project's may be held by a broader one.
    const isHeld = (scope: string) => (isScope(scope) ? holdsScope(held, scope) : held.has(scope));
    const missing = supported.filter((scope) => !isHeld(scope));
    const found = held.size === 0 ? 'none' : [...held].join(' ');
    if (missing.length === 0) return ok(found);
    const remedy = 'sign in again with these scopes if they are wanted: tools that need them answer 403';
    return warn(`${found}; missing: ${missing.join(' ')}`, remedy);
  },
};
