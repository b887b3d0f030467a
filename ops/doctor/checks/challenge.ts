import type { Check } from '../check.ts';
import { fail, ok, warn } from '../finding.ts';

/** What else than 401 usually means for a request without a token. */
const otherStatuses: Readonly<Record<number, string>> = {
  400: 'look for the token before anything else: clients sign in only after a 401',
  403: 'let the request reach the server: a firewall, CDN, API key or authorizer stands before it; "Missing Authentication Token" of API Gateway means a wrong path',
  404: 'check the path, which is mostly /mcp, without a slash at the end and without a stage',
  405: 'accept POST under this URL, or use the URL of the Streamable HTTP transport',
  429: 'wait, or raise the rate limit of the gateway',
};

/** That the server asks for a token with 401, the only status after which clients sign in. */
export const status: Check = {
  name: '401 without a token',
  examine: async ({ answer }) => {
    const { status: received } = await answer();
    if (received === 401) return ok('401');
    if (received < 300) {
      const remedy = 'nothing is to be done for a public server; any other must answer 401';
      return warn(
        `${received}: the server serves callers without a token, so that no client signs in`,
        remedy,
      );
    }
    const remedy =
      received >= 500
        ? 'look into the log of the function: one that starts with a variable missing says "set NAME" there'
        : 'answer 401 to a POST without a token';
    return fail(`${received} in place of 401`, otherStatuses[received] ?? remedy);
  },
};

/** That the challenge arrives under its name and begins as clients expect. */
export const header: Check = {
  name: 'www-authenticate',
  examine: async ({ challenge }) => {
    const { isRestored } = await challenge();
    if (!isRestored) return ok('arrives, and begins with Bearer');
    return ok('arrives only by the response mapping: the gateway renames it');
  },
};

/** RFC 6750 section 3.1: without credentials there is no error to report. */
export const bare: Check = {
  name: 'challenge without error',
  examine: async ({ challenge }) => {
    const { error } = await challenge();
    if (error === undefined) return ok('no error is claimed');
    return warn(
      `error="${error}" although no token was sent`,
      'leave error out when the request has no token: some clients throw away their sign-in',
    );
  },
};

/** That the challenge leads to the metadata (RFC 9728 section 5.1). */
export const resourceMetadata: Check = {
  name: 'challenge resource_metadata',
  examine: async ({ challenge }) => {
    const { resourceMetadata: named } = await challenge();
    if (named !== undefined) return ok(named);
    const remedy = 'add resource_metadata="…": not every client looks at the well-known paths by itself';
    return warn('the challenge does not say where the metadata is', remedy);
  },
};

/** That the challenge says what to ask for at the first sign-in (MCP authorization, scope selection). */
export const scope: Check = {
  name: 'challenge scope',
  examine: async ({ challenge }) => {
    const { scope: named } = await challenge();
    if (named !== undefined) return ok(named);
    const remedy = 'add scope="…": some clients ask for every scope of the authorization server without it';
    return warn('the challenge names no scope', remedy);
  },
};
