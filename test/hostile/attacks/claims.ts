import { KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { accessTokens } from '../../support/casdoor.ts';
import { type Attack, type Target, toCall, victim } from '../target.ts';
import type { Attacks } from './attacks.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const standard = accessTokens['JWT-Standard'];

/** Every claim that is read, or that one of Casdoor's formats writes. */
const names = [
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'azp', 'scope', 'tokenType', 'TokenType', 'cnf'],
  ...['owner', 'name', 'preferred_username', 'id', 'email', 'nonce', 'auth_time', 'events', 'roles'],
] as const;

/** Values of the wrong type for every claim, or values that no issuer writes. */
const values: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, '', ' ', '\0', '\ud800', '../..', 'x'.repeat(3_000)],
  ...[[], [null], [[]], [{}], ['x', 1], {}, { toString: 1 }, { length: 1 }, { __proto__: null, sub: victim }],
];

/** Claims for which only the right value is acceptable. */
const strict: readonly string[] = ['iss', 'aud', 'exp', 'tokenType', 'TokenType'];

/** Signs claims with the real key, which the attacker does not have in any other attack. */
function signed({ certificate }: Target, claims: object): string {
  const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: certificate.name })}.${encode(claims)}`;
  const key = KeyObject.from(certificate.privateKey);
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

/** A call that shows how the claims were understood. */
function toAttack(target: Target, claims: object, mustBeRefused = false): Attack {
  const authorization = `Bearer ${signed(target, claims)}`;
  return { headers: { authorization }, body: toCall('whoami', {}), mustBeRefused };
}

/** Genuine tokens with claims of the wrong type: they must not turn one user into another, and nothing may fail. */
export const claims: Attacks = {
  name: 'claims',
  corpus: (target) =>
    names.flatMap((name) =>
      values.map((value) => {
        const isNoText = name === 'sub' && (typeof value !== 'string' || value === '');
        return toAttack(target, { ...standard, [name]: value }, strict.includes(name) || isNoText);
      }),
    ),
  arbitrary: (target) =>
    fc
      .dictionary(fc.constantFrom(...names), fc.jsonValue(), { minKeys: 1 })
      .map((changed) => toAttack(target, { ...standard, ...changed })),
  runs: 1_000,
};
