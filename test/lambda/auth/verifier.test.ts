import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose';
import { createKeySet } from '../../../lambda/auth/jwks.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';
import { rfc9068Profile } from '../../../lambda/auth/rfc9068-claims.ts';
import type { VerifierOptions } from '../../../lambda/auth/verifier.ts';
import {
  accessTokens,
  type Certificate,
  createCertificate,
  issuer,
  now,
  otherTokens,
  signToken,
  toKeySet,
  userId,
} from '../../support/casdoor.ts';
import { createTestVerifier } from '../../support/test-verifier.ts';

const standard = accessTokens['JWT-Standard'];

let certificate: Certificate;
let stranger: Certificate;

beforeAll(async () => {
  certificate = await createCertificate();
  stranger = await createCertificate('cert-other');
});

/** A verifier over a Casdoor that publishes what `published` holds; it counts the fetches. */
function setUp(options: Partial<VerifierOptions> = {}) {
  const casdoor = { published: [certificate], fetches: 0, time: now * 1000 };
  const keySet = createKeySet({
    url: `${issuer}/.well-known/jwks`,
    fetch: async () => {
      casdoor.fetches += 1;
      return Response.json(toKeySet(...casdoor.published));
    },
    now: () => casdoor.time,
  });
  const verify = createTestVerifier({ keySet, now: () => casdoor.time, ...options });
  const refusalOf = (token: string) =>
    verify(token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof Refused ? error.refusal : error),
    );
  return { casdoor, verify, refusalOf };
}

const sign = (claims: JWTPayload, header?: { kid?: string; typ?: string }) =>
  signToken(certificate, claims, header);

function toUnsigned(header: object, claims: object, signature = ''): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

describe('the verifier', () => {
  it('accepts an access token of this issuer for this resource', async () => {
    const { casdoor, verify } = setUp();
    await expect(verify(await sign(standard))).resolves.toMatchObject({
      subject: userId,
      organization: 'acme',
    });
    await verify(await sign(standard));
    expect(casdoor.fetches).toBe(1);
  });

  it.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('accepts %s where it is allowed', async (algorithm) => {
    const other = await createCertificate('cert-mcp', algorithm);
    const { casdoor, verify } = setUp({ algorithms: [algorithm] });
    casdoor.published = [other];
    await expect(verify(await signToken(other, standard))).resolves.toMatchObject({ subject: userId });
  });

  it.each<[string, Record<string, unknown>, object]>([
    [
      'expired an hour ago',
      { exp: now - 3_600 },
      { code: 'expired', at: now - 3_600, granted: ['files:list', 'files:read'] },
    ],
    [
      'expired just beyond the tolerance',
      { exp: now - 60 },
      { code: 'expired', at: now - 60, granted: ['files:list', 'files:read'] },
    ],
    [
      'expired, and for another audience',
      { exp: now - 60, aud: ['https://other.example.com/mcp'] },
      { code: 'expired', at: now - 60, granted: [] },
    ],
    [
      'expired just beyond the tolerance, of a user with other scopes too',
      { exp: now - 60, scope: 'openid offline_access files:write' },
      { code: 'expired', at: now - 60, granted: ['files:write'] },
    ],
    ['that expires in milliseconds', { exp: now * 1000 }, { code: 'malformed_claim', claim: 'exp' }],
    ['whose expiry is a text', { exp: String(now + 60) }, { code: 'malformed_claim', claim: 'exp' }],
    ['whose expiry is nothing', { exp: null }, { code: 'malformed_claim', claim: 'exp' }],
    ['whose beginning is a text', { nbf: String(now) }, { code: 'malformed_claim', claim: 'nbf' }],
    ['that begins in milliseconds', { nbf: now * 1000 }, { code: 'malformed_claim', claim: 'nbf' }],
    ['whose subject is a number', { sub: 42 }, { code: 'malformed_claim', claim: 'sub' }],
    ['valid from the next hour on', { nbf: now + 3_600 }, { code: 'not_yet_valid', at: now + 3_600 }],
    ['without an expiry', { exp: undefined }, { code: 'missing_claim', claim: 'exp' }],
    ['without a subject', { sub: undefined }, { code: 'missing_claim', claim: 'sub' }],
    ['without an audience', { aud: undefined }, { code: 'missing_claim', claim: 'aud' }],
    ['of another audience', { aud: ['https://other.example.com/mcp'] }, { code: 'wrong_audience' }],
    ['of another issuer', { iss: 'https://evil.example.com' }, { code: 'wrong_issuer' }],
    ['of this issuer with a slash added', { iss: `${issuer}/` }, { code: 'wrong_issuer' }],
    ['of this issuer over http', { iss: 'http://door.example.com' }, { code: 'wrong_issuer' }],
    ['without an issuer', { iss: undefined }, { code: 'wrong_issuer' }],
  ])('refuses a token %s', async (_, claims, refusal) => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await sign({ ...standard, ...claims }))).toEqual(refusal);
  });

  it.each<[string, JWTPayload]>([
    ['expired less than a minute ago', { exp: now - 59 }],
    ['that becomes valid within a minute', { nbf: now + 60 }],
  ])('tolerates clocks that differ: a token %s', async (_, claims) => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await sign({ ...standard, ...claims }))).toBe('accepted');
  });

  it.each(Object.entries(otherTokens))('refuses %s of the same key', async (_, claims) => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await sign(claims))).toMatchObject({
      code: expect.stringMatching(/^(refresh_token|not_an_access_token)$/),
    });
  });

  it.each([253_402_300_800, 1e18, 1e308, -1])(
    'refuses a token that expires at no time that can be written down: %d',
    async (exp) => {
      const { casdoor, refusalOf } = setUp();
      const refusal = { code: 'malformed_claim', claim: 'exp' };
      expect(await refusalOf(await sign({ ...standard, exp }))).toEqual(refusal);
      expect(casdoor.fetches).toBe(0);
    },
  );

  it('accepts a token that is meant never to expire', async () => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await sign({ ...standard, exp: 253_402_300_799 }))).toBe('accepted');
  });

  it.each(['=', '==', '=='.repeat(40)])('refuses padding after the signature: %s', async (padding) => {
    const { refusalOf } = setUp();
    expect(await refusalOf(`${await sign(standard)}${padding}`)).toEqual({ code: 'malformed_token' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['by DPoP', { cnf: { jkt: 'x' } }],
    ['by mTLS', { cnf: { 'x5t#S256': 'x' } }],
    ['by something unknown', { cnf: null }],
  ])('refuses a token that is bound to a key %s, unless such tokens are accepted', async (_, claims) => {
    const token = await sign({ ...standard, ...claims });
    const { casdoor, refusalOf } = setUp();
    expect(await refusalOf(token)).toEqual({ code: 'bound_token' });
    expect(casdoor.fetches).toBe(0);
    expect(await setUp({ acceptBoundTokens: true }).refusalOf(token)).toBe('accepted');
  });

  it.each(['JWT', 'at+jwt'])(
    "refuses Keycloak's class DPoP whatever the header calls it: %s",
    async (typ) => {
      const claims = { ...standard, typ: 'DPoP', auth_time: now, scope: 'files:read' };
      const token = await sign(claims, { kid: 'cert-mcp', typ });
      expect(await setUp({ profile: rfc9068Profile }).refusalOf(token)).toEqual({ code: 'bound_token' });
      const accepting = setUp({ profile: rfc9068Profile, acceptBoundTokens: true });
      expect(await accepting.refusalOf(token)).toBe('accepted');
    },
  );

  it.each(['Refresh', 'Offline'])(
    'calls a refresh token of Keycloak (%s) what it is, though HMAC signs it',
    async (typ) => {
      const { refusalOf } = setUp({ profile: rfc9068Profile });
      const token = toUnsigned({ alg: 'HS512', kid: 'x', typ: 'JWT' }, { ...standard, typ }, 'AAAA');
      expect(await refusalOf(token)).toEqual({ code: 'refresh_token' });
    },
  );

  it('refuses a token without a key id', async () => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await sign(standard, {}))).toEqual({ code: 'no_key_id' });
  });

  it('refuses an unsigned token', async () => {
    const { casdoor, refusalOf } = setUp();
    const header = { alg: 'none', kid: 'cert-mcp', typ: 'JWT' };
    expect(await refusalOf(toUnsigned(header, standard))).toEqual({ code: 'algorithm_not_allowed' });
    expect(casdoor.fetches).toBe(0);
  });

  it.each([{}, { alg: null }, { alg: 256 }, { alg: ['RS256'] }, { alg: { toString: null } }])(
    'refuses a token whose algorithm is no text: %j',
    async (header) => {
      const { casdoor, refusalOf } = setUp();
      const token = toUnsigned({ ...header, kid: 'cert-mcp', typ: 'JWT' }, standard);
      expect(await refusalOf(token)).toEqual({ code: 'algorithm_not_allowed' });
      expect(casdoor.fetches).toBe(0);
    },
  );

  it('refuses a token whose HMAC key is the public key', async () => {
    const { refusalOf } = setUp();
    const publicKey = await importJWK(certificate.publicJwk, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('an RSA key is expected');
    const unsigned = toUnsigned({ alg: 'HS256', kid: 'cert-mcp', typ: 'JWT' }, standard).slice(0, -1);
    const signature = createHmac('sha256', await exportSPKI(publicKey))
      .update(unsigned)
      .digest('base64url');
    expect(await refusalOf(`${unsigned}.${signature}`)).toEqual({ code: 'algorithm_not_allowed' });
  });

  it('refuses a token whose header says an allowed algorithm over a foreign signature', async () => {
    const { refusalOf } = setUp();
    const forged = await signToken(stranger, standard, { kid: certificate.name });
    expect(await refusalOf(forged)).toEqual({ code: 'bad_signature' });
  });

  it('refuses a token whose claims were changed', async () => {
    const { refusalOf } = setUp();
    const [header, , signature] = (await sign(standard)).split('.');
    const claims = Buffer.from(JSON.stringify({ ...standard, scope: 'files:write' })).toString('base64url');
    expect(await refusalOf(`${header}.${claims}.${signature}`)).toEqual({ code: 'bad_signature' });
  });

  it('refuses a token signed with a key that is not published', async () => {
    const { refusalOf } = setUp();
    expect(await refusalOf(await signToken(stranger, standard))).toEqual({ code: 'unknown_key' });
  });

  it('refuses a header that demands an extension it does not know (RFC 7515 section 4.1.11)', async () => {
    const { refusalOf } = setUp();
    const token = await new SignJWT(standard)
      .setProtectedHeader({ alg: 'RS256', kid: 'cert-mcp', crit: ['b64'], b64: true })
      .sign(certificate.privateKey);
    const [, claims, signature] = token.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'cert-mcp', crit: ['x'], x: 1 }));
    expect(await refusalOf(`${header.toString('base64url')}.${claims}.${signature}`)).toMatchObject({
      code: expect.stringMatching(/^(malformed_token|unusable_key)$/),
    });
  });

  it.each(['', 'x', 'a.b', 'a.b.c', '....', `${'A'.repeat(20_000)}.e30.x`])(
    'refuses text that is no token: %#',
    async (text) => {
      const { casdoor, refusalOf } = setUp();
      expect(await refusalOf(text)).toEqual({ code: 'malformed_token' });
      expect(casdoor.fetches).toBe(0);
    },
  );

  it('fetches no key for tokens of another issuer', async () => {
    const { casdoor, refusalOf } = setUp();
    await refusalOf(await sign({ ...standard, iss: 'https://evil.example.com' }));
    expect(casdoor.fetches).toBe(0);
  });

  it('accepts the new key at once when a certificate was generated again under its old name', async () => {
    const { casdoor, refusalOf } = setUp();
    await refusalOf(await sign(standard));
    const regenerated = await createCertificate('cert-mcp');
    casdoor.published = [regenerated];
    casdoor.time += 30_000;
    expect(await refusalOf(await signToken(regenerated, standard))).toBe('accepted');
    expect(casdoor.fetches).toBe(2);
    expect(await refusalOf(await sign(standard))).toEqual({ code: 'bad_signature' });
    expect(casdoor.fetches).toBe(2);
  });

  it('tries every key of the name that the token gives', async () => {
    const twin = await createCertificate('cert-mcp');
    const { casdoor, refusalOf } = setUp();
    casdoor.published = [twin, certificate];
    expect(await refusalOf(await sign(standard))).toBe('accepted');
    expect(await refusalOf(await signToken(twin, standard))).toBe('accepted');
    expect(casdoor.fetches).toBe(1);
    const forged = await signToken(stranger, standard, { kid: 'cert-mcp' });
    expect(await refusalOf(forged)).toEqual({ code: 'bad_signature' });
  });

  it('accepts a token whose key is listed twice', async () => {
    const { casdoor, refusalOf } = setUp();
    casdoor.published = [certificate, certificate];
    expect(await refusalOf(await sign(standard))).toBe('accepted');
  });

  it('finds a third key of one name after a reload', async () => {
    const [twin, third] = await Promise.all([createCertificate('cert-mcp'), createCertificate('cert-mcp')]);
    const { casdoor, refusalOf } = setUp();
    casdoor.published = [twin, certificate];
    await refusalOf(await sign(standard));
    casdoor.published = [twin, certificate, third];
    casdoor.time += 30_000;
    expect(await refusalOf(await signToken(third, standard))).toBe('accepted');
  });

  it('accepts a key that was added', async () => {
    const { casdoor, refusalOf } = setUp();
    await refusalOf(await sign(standard));
    casdoor.published = [certificate, stranger];
    casdoor.time += 30_000;
    expect(await refusalOf(await signToken(stranger, standard))).toBe('accepted');
  });
});
