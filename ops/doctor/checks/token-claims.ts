import { clockToleranceSeconds } from '../../../lambda/auth/clock-tolerance.ts';
import { describeMarkOf } from '../../../lambda/auth/known-servers.ts';
import { readText, readTexts, splitScope } from '../../../lambda/auth/token-profile.ts';
import { allScopes, holdsScope } from '../../../lambda/tools/scopes.ts';
import type { Check } from '../check.ts';
import { refuseRefreshToken } from '../facts/access-token.ts';
import { isBridge } from '../facts/bridge.ts';
import { fail, NotApplicable, ok, warn } from '../finding.ts';
import { explainDifference } from '../url-difference.ts';

/** That the token comes from where the server sends people to sign in; compared exactly. */
export const issuer: Check = {
  name: 'token issuer',
  examine: async ({ url, token, issuer: readIssuer, authorizationServer, tokenServer }) => {
    const { claims, isOfCasdoor } = await token();
    const isBridged = await authorizationServer().then(
      (document) => isBridge(document, url),
      () => false,
    );
    const expected = isBridged ? (readText((await tokenServer()).json, 'issuer') ?? '') : await readIssuer();
    const actual = readText(claims, 'iss') ?? '';
    if (actual === expected) return ok(actual);
    return fail(
      `"${actual}" is not ${expected}: ${explainDifference(expected, actual)}`,
      isOfCasdoor
        ? `sign in at ${expected}; if you did, set origin in Casdoor's app.conf: without it Casdoor takes the issuer from the Host header`
        : `sign in at ${expected}, or set the setting issuer to what stands in iss, letter by letter`,
    );
  },
};

/** That the token is valid now, by this machine's clock. */
export const times: Check = {
  name: 'token times',
  examine: async ({ token }) => {
    const { exp, nbf, iat } = (await token()).claims;
    const seconds = Math.floor(Date.now() / 1000);
    if (exp === undefined)
      return fail('the token has no time of expiry', 'use an authorization server that sets exp');
    const [name] = Object.entries({ exp, nbf }).find(([, time]) => time !== undefined && !isTime(time)) ?? [];
    if (name !== undefined || !isTime(exp)) {
      return fail(
        `${name} is not a time in seconds since 1970`,
        'let the authorization server write it as a number of seconds',
      );
    }
    if (exp + clockToleranceSeconds <= seconds)
      return fail(`expired at ${toTime(exp)}`, 'sign in again, or refresh the token');
    const isFuture = (time: unknown): time is number =>
      typeof time === 'number' && time - clockToleranceSeconds > seconds;
    if (isFuture(nbf)) return fail(`nbf is in the future: ${toTime(nbf)}`, 'compare the clocks, see above');
    // RFC 7519 section 4.1.6 gives no reason to refuse it, and this project's server accepts it.
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

/** Times in milliseconds are far beyond the year 9999, the last that is written with four digits. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Date.parse('9999-12-31T23:59:59Z') / 1000;
}

function toTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? 'an impossible time' : time.toISOString();
}

/** Which client the token was issued to; the server may have a list. */
export const client: Check = {
  name: 'token client',
  examine: async ({ token }) => {
    const { claims, isOfCasdoor, server } = await token();
    const names = isOfCasdoor ? ['azp'] : server.clientClaims;
    const id = names.map((name) => readText(claims, name)).find((text) => text !== undefined);
    if (id !== undefined) return ok(`${id}; must be in the setting allowedClientIds if that has any`);
    return warn(
      'the token does not tell its client',
      'name the claim in the setting clientClaim, or leave the setting allowedClientIds empty, which refuses this token',
    );
  },
};

/** Whether a person signed in; the server takes every other token for one of the client itself. */
export const caller: Check = {
  name: 'token caller',
  examine: async ({ token, isTokenAccepted }) => {
    const accessToken = await token();
    const { claims, isOfCasdoor, server } = accessToken;
    refuseRefreshToken(accessToken);
    // Casdoor calls the subject of client_credentials `admin/` and the application.
    const isMachine = readText(claims, 'sub')?.startsWith('admin/') ?? false;
    if (isOfCasdoor) return ok(isMachine ? 'the client itself: see token audience' : 'a user');
    const by = describeMarkOf(server);
    if (server.isUser(claims)) return ok(`a user, by ${by}`);
    const found = `nothing proves a user: the token lacks ${by}`;
    if (await isTokenAccepted()) return ok(`${found}; the server accepts it all the same`);
    return warn(
      found,
      'sign in as a user; list the client in the setting machineClientIds if it may call for itself; set userMark if this authorization server marks users otherwise',
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
    // Some authorization servers put the name of the API before scopes, and not in every place.
    const isHeld = (scope: string) => {
      const own = allScopes.find((name) => scope.endsWith(name));
      // Another server's scopes are compared by name only; for this project's a broader scope counts too.
      return held.has(scope) || (own !== undefined && holdsScope(held, own));
    };
    const missing = supported.filter((scope) => !isHeld(scope));
    const found = held.size === 0 ? 'none' : [...held].join(' ');
    if (missing.length === 0) return ok(found);
    const remedy = 'sign in again with these scopes if they are wanted: tools that need them answer 403';
    return warn(`${found}; missing: ${missing.join(' ')}`, remedy);
  },
};
