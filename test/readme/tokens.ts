import { clockToleranceSeconds } from '../../lambda/auth/clock-tolerance.ts';
import type { Refusal } from '../../lambda/auth/refusal.ts';
import { toAnswer } from '../../lambda/auth/refusal-answer.ts';
import { refusals } from '../support/refusals.ts';

interface Row {
  /** What was sent. */
  readonly token: string;
  /** What is to be said beside the answer itself. */
  readonly note?: string;
  /** The answer where no single refusal stands for it. */
  readonly answer?: string;
  /** The tests that show it, below `test/lambda/auth/`. */
  readonly shownBy: readonly string[];
}

/** What no single refusal stands for. */
const others: readonly Row[] = [
  { token: 'an access token of Casdoor in any of its four formats', shownBy: ['casdoor-claims'] },
  { token: 'an access token of another server (tokenProfile rfc9068)', shownBy: ['rfc9068-claims'] },
  { token: 'one whose `kid` several keys have, of which one made the signature', shownBy: ['verifier'] },
  { token: 'any bytes at all', answer: '401 or 400, and nothing of them is logged', shownBy: ['fuzz'] },
];

/** What each refusal is about, in the order in which a token is looked at; a new reason does not compile without a row. */
const refused: { readonly [Code in Refusal['code']]: Row } = {
  no_token: { token: 'none', note: 'a bare challenge', shownBy: ['bearer', 'challenge'] },
  malformed_authorization: {
    token: 'two tokens, quotes, anything else behind `Bearer`',
    shownBy: ['bearer', 'challenge'],
  },
  malformed_token: {
    token: 'something that is not a JWS: opaque, encrypted, with padding, cut short',
    note: 'nothing of it is logged',
    shownBy: ['verifier', 'challenge'],
  },
  wrong_issuer: {
    token: 'of another issuer, even by a slash',
    note: 'no key is fetched',
    shownBy: ['verifier', 'challenge'],
  },
  bound_token: {
    token: 'bound to a key of its client (`cnf`, class `DPoP`), unless `acceptBoundTokens` is set',
    shownBy: ['verifier', 'challenge'],
  },
  refresh_token: {
    token: 'a refresh token: of Casdoor in any format, of Keycloak',
    shownBy: ['casdoor-claims', 'rfc9068-claims', 'verifier'],
  },
  not_an_access_token: {
    token:
      "a logout token, an ID token of another server (Casdoor's is its access token), or one that does not say what it is",
    shownBy: ['casdoor-claims', 'rfc9068-claims'],
  },
  no_key_id: { token: 'without a `kid`', shownBy: ['verifier', 'casdoor-claims'] },
  algorithm_not_allowed: {
    token: 'unsigned, HMAC-signed with the public key, or with an algorithm that is not in `tokenAlgorithms`',
    note: 'no key is fetched',
    shownBy: ['verifier', 'challenge'],
  },
  malformed_claim: {
    token: '`exp` or `nbf` as text or in milliseconds, `sub` as a number',
    note: 'no key is fetched',
    shownBy: ['verifier', 'challenge'],
  },
  keys_unavailable: {
    token:
      'any other, while no keys are cached and they cannot be fetched, or the key set of `casdoorApplication` has more than its one key',
    note: 'with `Retry-After`, and never 401',
    shownBy: ['jwks', 'challenge'],
  },
  unknown_key: {
    token: 'signed with an unknown key',
    note: 'after at most one reload of the keys per 30 s',
    shownBy: ['verifier', 'jwks'],
  },
  public_key: {
    token: "signed with a key that lies in Casdoor's repository, however it is written",
    shownBy: ['jwks', 'challenge'],
  },
  unusable_key: { token: 'signed with a key that cannot be used for the algorithm', shownBy: ['challenge'] },
  bad_signature: {
    token: 'changed, or signed with another key of that name',
    note: 'after at most one reload of the keys per 30 s',
    shownBy: ['verifier', 'challenge'],
  },
  missing_claim: { token: 'without `exp`, `sub` or `aud`', shownBy: ['verifier', 'casdoor-claims'] },
  not_yet_valid: {
    token: `not valid for more than ${clockToleranceSeconds} s yet`,
    shownBy: ['verifier', 'challenge'],
  },
  expired: {
    token: `expired for ${clockToleranceSeconds} s`,
    note: 'the challenge asks for the scopes that it had',
    shownBy: ['verifier', 'challenge'],
  },
  wrong_audience: { token: 'for another audience', shownBy: ['casdoor-claims', 'rfc9068-claims'] },
  audience_is_client: {
    token: 'of a user of Casdoor, for the client instead of this server',
    shownBy: ['casdoor-claims'],
  },
  machine_not_allowed: {
    token:
      'of a machine (client credentials), or one that does not prove a user, unless its client is in `machineClientIds`',
    shownBy: ['casdoor-claims', 'rfc9068-claims'],
  },
  client_not_allowed: {
    token: 'of a client that is not in `allowedClientIds`',
    shownBy: ['casdoor-claims', 'rfc9068-claims'],
  },
  organization_not_allowed: {
    token: 'of an organization that is not in `allowedOrganizations`',
    shownBy: ['casdoor-claims', 'rfc9068-claims'],
  },
  insufficient_scope: {
    token: 'without the scope of the tool',
    note: 'with all scopes to ask for',
    shownBy: ['../mcp/endpoint'],
  },
  quota_exceeded: {
    token: 'of a caller whose quota is used up',
    note: 'with `Retry-After`',
    shownBy: ['challenge'],
  },
};

/** Each kind of token with its answer and the test files that show it; `code` is absent where no single refusal stands for it. */
export const tokenRows: readonly (Row & { readonly code?: Refusal['code'] })[] = [
  ...others,
  ...(Object.keys(refused) as Refusal['code'][]).map((code) => ({ code, ...refused[code] })),
];

/** The cells of the table: the token, the answer with an example of its sentence, and the tests. */
export function toTokenCells({
  code,
  token,
  note,
  answer: fixed = 'accepted',
  shownBy,
}: (typeof tokenRows)[number]): readonly string[] {
  const files = shownBy.map((name) => `\`${name}.test.ts\``).join(', ');
  if (code === undefined) return [token, fixed, files];
  const { status, error, description } = toAnswer(refusals[code]);
  const answer = `${status}${error === undefined ? '' : ` \`${error}\``}: ${description}`;
  return [token, note === undefined ? answer : `${answer} (${note})`, files];
}
