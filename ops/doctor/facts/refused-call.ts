import type { Refusal } from '../../../lambda/auth/refusal.ts';
import { type JsonObject, readText } from '../../../lambda/auth/token-profile.ts';
import { Unavailable } from '../finding.ts';

/** What makes a token small enough for the headers of a request. */
export const smallerToken =
  'make the token smaller: API Gateway takes 10,240 bytes of headers; at Casdoor use the token format JWT-Standard, at another server leave claims out';

const noReason = 'no reason given';
const newToken = 'see the checks of the token above, and get a new one';
const seeKeys = 'see key set and token key above';
const seeClass = 'send access_token of the token response, not refresh_token and not id_token';

/**
 * How the sentence of each refusal of this project's server begins, and what helps. A new reason does not compile
 * until it stands here, and a test holds the beginnings to the sentences.
 */
export const remedies: Readonly<
  Record<Refusal['code'], { readonly begins: string; readonly remedy: string }>
> = {
  no_token: { begins: 'sign in first', remedy: 'look for a proxy that takes the Authorization header away' },
  malformed_authorization: {
    begins: 'the Authorization header must be',
    remedy: 'send the token alone, without quotes',
  },
  malformed_token: { begins: 'the token is not a signed JWT', remedy: 'see token format above' },
  algorithm_not_allowed: {
    begins: 'the token is signed with an algorithm',
    remedy: 'add the algorithm, see token algorithm above, to the setting tokenAlgorithms',
  },
  no_key_id: { begins: 'the token names no key', remedy: seeClass },
  unknown_key: { begins: 'the token is signed with a key that is not in the key set', remedy: newToken },
  unusable_key: { begins: 'the key that signed the token cannot be used', remedy: seeKeys },
  public_key: {
    begins: 'the token is signed with a key whose private half',
    remedy: 'see keys are secret above',
  },
  bad_signature: { begins: 'the signature of the token is wrong', remedy: newToken },
  wrong_issuer: {
    begins: 'the token was issued by another authorization server',
    remedy: 'see token issuer above',
  },
  expired: { begins: 'the token expired', remedy: newToken },
  not_yet_valid: { begins: 'the token is valid from', remedy: 'compare the clocks, see above' },
  missing_claim: {
    begins: 'the token lacks the claim',
    remedy:
      'let the authorization server write the claim into access tokens: Keycloak writes sub by the client scope basic, aud by an audience mapper',
  },
  malformed_claim: {
    begins: 'the claim ',
    remedy: 'look for a mapper or a script of the authorization server that writes the claim',
  },
  wrong_audience: { begins: 'the token was issued for another audience', remedy: 'see token audience above' },
  audience_is_client: { begins: 'the token was issued for the client', remedy: 'see token audience above' },
  machine_not_allowed: {
    begins: 'this is the token of a client itself',
    remedy: 'see token audience and token caller above',
  },
  bound_token: {
    begins: 'the token is bound to a key',
    remedy: 'turn DPoP or mTLS off for this client, or set acceptBoundTokens',
  },
  refresh_token: { begins: 'a refresh token was sent', remedy: seeClass },
  not_an_access_token: { begins: 'the token is not an access token', remedy: seeClass },
  client_not_allowed: {
    begins: 'the token was issued to a client that is not allowed',
    remedy: 'add the client, see token client above, to the setting allowedClientIds',
  },
  organization_not_allowed: {
    begins: 'the token belongs to an organization',
    remedy: 'add the organization, see token organization above, to the setting allowedOrganizations',
  },
  insufficient_scope: {
    begins: 'this needs ',
    remedy: 'sign in again with the scopes that the answer names, or ask the operator for access',
  },
  keys_unavailable: {
    begins: 'the keys of the authorization server cannot be fetched',
    remedy: 'look for key_set_load_failed in the log of the server, which has the cause',
  },
  quota_exceeded: { begins: 'your quota of', remedy: 'wait as long as the answer says' },
};

/** Sentences of reasons that have more than one, and those of releases before. */
const otherSentences: readonly (readonly [RegExp, Refusal['code']])[] = [
  [/machineClientIds/, 'machine_not_allowed'],
  [/does not publish/, 'unknown_key'],
  [/check the setting casdoorApplication/, 'keys_unavailable'],
];

/** Thrown where the server answers a call of a client with an error; the message has the server's own sentence. */
export class RefusedCall extends Unavailable {
  /** The reason of this project's server; undefined for other sentences. */
  readonly code: Refusal['code'] | undefined;

  constructor(status: number, text: string) {
    const reason =
      status === 431 ? 'the headers of the request are too large' : (readReason(text) ?? noReason);
    const code = findCode(reason);
    super(`the server answers ${status}: ${reason}`, toRemedy(status, reason, code));
    this.name = 'RefusedCall';
    this.code = code;
  }
}

function findCode(reason: string): Refusal['code'] | undefined {
  const codes = Object.keys(remedies) as Refusal['code'][];
  return (
    codes.find((code) => reason.startsWith(remedies[code].begins)) ??
    otherSentences.find(([sentence]) => sentence.test(reason))?.[1]
  );
}

function toRemedy(status: number, reason: string, code: Refusal['code'] | undefined): string {
  if (status === 431) return smallerToken;
  if (reason.includes('casdoorApplication')) {
    return 'set casdoorApplication to the name of the application, whose certificate must be of the owner admin: Casdoor answers for any other name with all certificates of the instance';
  }
  if (code !== undefined) return remedies[code].remedy;
  if (status === 401) return newToken;
  if (status === 403) return remedies.insufficient_scope.remedy;
  return 'look into the log of the server';
}

/**
 * The server's own sentence: of a JSON-RPC error, with OAuth's members in its data or not, or of an OAuth error
 * (RFC 6750). Undefined where the answer has none.
 */
export function readReason(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const json: JsonObject = typeof body === 'object' ? { ...body } : {};
    const error: JsonObject = typeof json.error === 'object' ? { ...json.error } : {};
    const data: JsonObject = typeof error.data === 'object' ? { ...error.data } : {};
    return (
      readText(data, 'error_description') ??
      readText(json, 'error_description') ??
      readText(error, 'message') ??
      readText(json, 'message')
    );
  } catch {
    return undefined;
  }
}
