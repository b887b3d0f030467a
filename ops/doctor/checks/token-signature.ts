import { errors, type JWK } from 'jose';
import { casdoorProfile } from '../../../lambda/auth/casdoor-claims.ts';
import { type Refusal, Refused } from '../../../lambda/auth/refusal.ts';
import { rfc9068Profile } from '../../../lambda/auth/rfc9068-claims.ts';
import { readText } from '../../../lambda/auth/token-profile.ts';
import type { Check } from '../check.ts';
import { refuseRefreshToken } from '../facts/access-token.ts';
import { smallerToken } from '../facts/refused-call.ts';
import { verifySignature } from '../facts/signature.ts';
import { type Finding, fail, NotApplicable, ok, warn } from '../finding.ts';

/** What the other headers of a request leave of the 10,240 bytes that API Gateway takes, in bytes. */
const roomForToken = 9 * 1024;

/** That the token is a JWS of three parts (RFC 7515 section 7.1), and fits into a request. */
export const format: Check = {
  name: 'token format',
  examine: async ({ token }) => {
    const { length } = (await token()).text;
    if (length <= roomForToken) return ok('a signed JWT');
    return warn(`a signed JWT of ${length} bytes`, smallerToken);
  },
};

/** That the server may accept the algorithm. */
export const algorithm: Check = {
  name: 'token algorithm',
  examine: async ({ token }) => {
    const accessToken = await token();
    refuseRefreshToken(accessToken);
    const alg = String(accessToken.header.alg);
    if (alg === 'RS256') return ok(alg);
    if (/^(?:RS|PS|ES)\d{3}$|^Ed(?:DSA|25519)$/.test(alg)) {
      const remedy = `make sure that the server accepts ${alg}: this project's takes RS256 unless the setting tokenAlgorithms lists others`;
      return warn(alg, remedy);
    }
    const where = accessToken.isOfCasdoor
      ? "the application's token signing method"
      : 'the signing algorithm';
    const remedy = `set ${where} of access tokens to RS256: without a private key anybody could sign`;
    return fail(`${alg} is no public-key signature`, remedy);
  },
};

/** What the mistakes that the rules of both profiles find mean. */
const classes: Readonly<Partial<Record<Refusal['code'], string>>> = {
  refresh_token: 'a refresh token',
  not_an_access_token: 'nothing says that this is an access token, or it has the claims of another one',
  no_key_id: 'the header has no kid, like the refresh tokens of Casdoor',
};

/** That the token is an access token: other tokens have the same key and issuer, at Casdoor the same audience. */
export const tokenClass: Check = {
  name: 'token class',
  examine: async ({ token }) => {
    const { header, claims, isOfCasdoor } = await token();
    if ('cnf' in claims || claims.typ === 'DPoP') {
      const remedy =
        "turn that off for this client: this project's server refuses such tokens unless acceptBoundTokens is set";
      return warn('bound to a key of the client (DPoP or mTLS)', remedy);
    }
    const profile = isOfCasdoor ? casdoorProfile : rfc9068Profile;
    try {
      profile.requireAccessToken(header, claims);
      return ok('an access token');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const found = classes[error.refusal.code];
      if (found === undefined) throw error;
      const remedy = 'send access_token of the token response, not refresh_token and not id_token';
      // A server other than this project's may know the tokens of its authorization server better.
      const isCertain = isOfCasdoor || error.refusal.code === 'refresh_token';
      return isCertain ? fail(found, remedy) : warn(found, remedy);
    }
  },
};

/** That the authorization server publishes the one key that the token names. */
export const key: Check = {
  name: 'token key',
  examine: async ({ token, keys }) => {
    const accessToken = await token();
    refuseRefreshToken(accessToken);
    const { header } = accessToken;
    const published = await keys();
    const kid = readText(header, 'kid');
    if (kid === undefined) {
      return fail(
        'the header has no kid',
        'send access_token of the token response: access tokens name their key',
      );
    }
    const named = published.keys.filter((candidate) => candidate.kid === kid);
    const [first] = named;
    if (first === undefined) {
      const remedy =
        'sign in again; if that does not help, the token is of another authorization server or its certificate was replaced';
      return fail(`${kid} is not in the key set`, remedy);
    }
    if (named.length > 1) return ok(`${kid}, one of ${named.length} of this name in the key set`);
    return judgeAlgorithm(kid, first, String(header.alg));
  },
};

function judgeAlgorithm(kid: string, { alg = '' }: JWK, used: string): Finding {
  if (alg === '' || alg === used) return ok(`${kid}, in the key set`);
  return fail(
    `${kid} is published for ${alg}, and the token is signed with ${used}`,
    `make the certificate's crypto algorithm and the application's token signing method the same`,
  );
}

/** That the key made the signature. */
export const signature: Check = {
  name: 'token signature',
  examine: async ({ token, keys }) => {
    const accessToken = await token();
    refuseRefreshToken(accessToken);
    const published = await keys();
    try {
      await verifySignature(accessToken, published);
      return ok('verified with the key set');
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) {
        throw new NotApplicable('not checked, because there is no key to verify it with');
      }
      const remedy =
        'sign in again: the token was altered, or its certificate was generated again under the same name';
      return fail('wrong: this key did not sign this token', remedy);
    }
  },
};
