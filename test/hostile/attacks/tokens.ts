import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { accessTokens } from '../../support/casdoor.ts';
import { type Attack, type Target, victim } from '../target.ts';
import type { Attacks } from './attacks.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
const claims = { ...accessTokens['JWT-Standard'], sub: victim };

const refused = (authorization: string): Attack => ({ headers: { authorization }, mustBeRefused: true });

/** Signs with a secret, as an attacker does who passes a public key off as one. */
function signBySecret(header: object, payload: unknown, secret: string): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function toCorpus({ token, certificate }: Target): readonly Attack[] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const jwk = JSON.stringify(certificate.publicJwk);
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const confused = [
    'HS256',
    'HS384',
    'none',
    'None',
    'NONE',
    '',
    'RS1',
    'RS256 ',
    'ES256',
    'EdDSA',
    'PS256',
    'dir',
  ].flatMap((alg) => [
    signBySecret({ alg, kid, typ: 'JWT' }, claims, jwk),
    signBySecret({ alg, kid }, claims, ''),
    `${encode({ alg, kid })}.${payload}.`,
    `${encode({ alg, kid })}.${payload}.${signature}`,
  ]);
  const extended = [
    { jwk: certificate.publicJwk },
    { jku: 'https://evil.example/jwks' },
    { x5u: 'https://evil.example/cert' },
    { x5c: ['MIIB'] },
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { b64: false },
    { zip: 'DEF' },
    { cty: 'JWT' },
    { kid: '../../dev/null' },
    { kid: "' or 1=1 --" },
    { kid: { toString: 1 } },
    { kid: 'x'.repeat(100_000) },
    { typ: 'dpop+jwt' },
  ].map((more) => `${encode({ alg: 'RS256', kid, ...more })}.${encode(claims)}.${signature}`);
  const cut = [
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `.${payload}.${signature}`,
    `${header}..${signature}`,
    '..',
    '.',
    '',
  ];
  const doubled = [
    `${token}.${signature}`,
    `${token},${token}`,
    `${token} ${token}`,
    `"${token}"`,
    `${header}.${payload}.${signature}AA`,
  ];
  const schemes = ['Basic', 'bearer:', 'Token', 'DPoP', 'Negotiate', ''].map((scheme) =>
    refused(`${scheme} ${token}`),
  );
  return [
    ...[...confused, ...extended, ...cut, ...doubled].map((text) => refused(`Bearer ${text}`)),
    ...schemes,
  ];
}

/** Tokens that must never be accepted. */
export const tokens: Attacks = {
  name: 'tokens',
  corpus: toCorpus,
  arbitrary: ({ token }) => {
    const [, , signature = ''] = token.split('.');
    const header = fc.record(
      {
        alg: fc.oneof(fc.constant('RS256'), fc.jsonValue()),
        kid: fc.oneof(fc.constant('cert-mcp'), fc.jsonValue()),
        crit: fc.jsonValue(),
      },
      { requiredKeys: ['alg'] },
    );
    const names = [
      'aud',
      'azp',
      'exp',
      'nbf',
      'iat',
      'iss',
      'owner',
      'scope',
      'sub',
      'tokenType',
      'TokenType',
    ];
    const changed = fc.record(Object.fromEntries(names.map((name) => [name, fc.jsonValue()])), {
      requiredKeys: [],
    });
    return fc
      .tuple(header, changed, fc.constantFrom(signature, '', 'AA'))
      .map(([one, two, three]) => refused(`Bearer ${encode(one)}.${encode({ ...claims, ...two })}.${three}`));
  },
  runs: 2_000,
};
