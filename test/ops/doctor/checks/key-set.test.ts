import { generateKeyPairSync } from 'node:crypto';
import { exportJWK } from 'jose';
import { createCertificate } from '../../../support/casdoor.ts';
import { repositoryKeys } from '../../../support/casdoor-repository-keys.ts';
import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const route = 'GET /.well-known/jwks';

describe('the check of the key set', () => {
  it.each([
    ['is garbage', () => new Response('garbage'), 'answers 200 without a JSON object in it'],
    [
      'is an error of Casdoor',
      () => Response.json({ status: 'error', msg: 'no cert' }),
      'answers 200 with an error in it: "no cert"',
    ],
    ['has null for keys', () => Response.json({ keys: null }), 'has no keys in it'],
    ['has things that are no keys', () => Response.json({ keys: ['x', null, {}] }), 'has no keys in it'],
    ['is not there', () => new Response('', { status: 404 }), 'answers 404'],
  ])('fails when it %s, and skips the keys', async (_, answer, found) => {
    site.issuerRoutes[route] = answer;
    const report = await examine(site.url);
    expect(namesOf(report, 'fail')).toEqual(['key set']);
    expect(report.findings['key set']).toEqual({
      status: 'fail',
      found: expect.stringContaining(`${site.issuer}/.well-known/jwks ${found}`),
      remedy: expect.any(String),
    });
    expect(report.findings['usable key']?.found).toContain('not checked, because');
  });

  it('fails when the metadata names none', async () => {
    delete site.authorizationServer.jwks_uri;
    const { findings } = await examine(site.url);
    expect(findings['key set']).toMatchObject({
      status: 'fail',
      found: `${site.issuer}/.well-known/oauth-authorization-server names no jwks_uri`,
    });
  });
});

describe('the check for a usable key', () => {
  it('tells what the keys are', async () => {
    const elliptic = await createCertificate('cert-es', 'ES256');
    site.keySet.keys = [site.certificate.publicJwk, elliptic.publicJwk];
    const { findings } = await examine(site.url);
    expect(findings['usable key']).toEqual({
      status: 'ok',
      found: '2 for signatures: cert-mcp (RS256, 2048 bits), cert-es (ES256, P-256)',
    });
  });

  it('fails when each key is too short, for encryption or of a kind that verifies nothing', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const { publicJwk } = site.certificate;
    site.keySet.keys = [
      { ...(await exportJWK(short)), kid: 'short' },
      { ...publicJwk, kid: 'encryption', use: 'enc' },
      { ...publicJwk, kid: 'algorithm', alg: 'RSA-OAEP' },
    ];
    const { findings } = await examine(site.url);
    expect(findings['usable key']).toMatchObject({ status: 'fail', found: 'no key can verify a signature' });
  });
});

describe('the check for distinct key ids', () => {
  it('warns of several keys with one kid', async () => {
    const other = await createCertificate();
    site.keySet.keys = [site.certificate.publicJwk, other.publicJwk];
    const { findings } = await examine(site.url);
    expect(findings['distinct key ids']).toMatchObject({
      status: 'warn',
      found: "several keys are called cert-mcp: this project's server tries each, others refuse their tokens",
    });
  });
});

describe('the check for distinct key ids', () => {
  it('takes a key that is listed twice for one', async () => {
    site.keySet.keys = [site.certificate.publicJwk, { ...site.certificate.publicJwk }];
    const { findings } = await examine(site.url);
    expect(findings['distinct key ids']?.status).toBe('ok');
  });
});

describe('the check for usable keys of Edwards curves', () => {
  it.each([
    ['Ed25519', 'EdDSA', 'ok'],
    ['X25519', 'ECDH-ES', 'fail'],
    ['X25519', undefined, 'fail'],
  ])('knows what %s (%s) is for', async (crv, alg, status) => {
    site.keySet.keys = [{ kty: 'OKP', crv, x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'k', alg }];
    const { findings } = await examine(site.url);
    expect(findings['usable key']?.status).toBe(status);
  });
});

describe('the check for secret keys', () => {
  it.each(['2021', '2026'] as const)("fails for the key of Casdoor's repository of %s", async (year) => {
    site.keySet.keys = [site.certificate.publicJwk, { ...repositoryKeys[year], kid: 'cert-built-in' }];
    const report = await examine(site.url);
    expect(report.exitCode).toBe(1);
    expect(report.findings['keys are secret']).toEqual({
      status: 'fail',
      found: "everybody can sign with cert-built-in: its private half is in Casdoor's repository",
      remedy: expect.stringContaining('give the application a certificate of its own'),
    });
  });

  it('fails for a key that is published with its private half, and does not repeat it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const exposed = await exportJWK(privateKey);
    site.keySet.keys = [
      { ...exposed, kid: 'exposed' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' },
    ];
    const { findings, text } = await examine(site.url);
    expect(findings['keys are secret']).toMatchObject({
      status: 'fail',
      found: 'the key set publishes the secret of exposed, shared',
    });
    expect(text).not.toContain(exposed.d);
  });
});
