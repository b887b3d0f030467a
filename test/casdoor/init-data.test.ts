import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { allScopes, scopes } from '../../lambda/tools/scopes.ts';

const folder = join(import.meta.dirname, '..', '..', 'casdoor');
const text = readFileSync(join(folder, 'init_data.json'), 'utf8');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const texts = z.array(z.string());
const named = { owner: z.string(), name: z.string(), displayName: z.string() };
const described = { displayName: z.string(), description: z.string() };

/** The fields as Casdoor spells them. It ignores a field it does not know, so a slip would switch a rule off. */
const schema = z.strictObject({
  organizations: z.tuple([
    z.strictObject({
      ...named,
      passwordType: z.string(),
      passwordOptions: texts,
      countryCodes: texts,
      languages: texts,
      tags: texts,
      defaultApplication: z.string(),
      dcrPolicy: z.string(),
    }),
  ]),
  applications: z.tuple([
    z.strictObject({
      ...named,
      organization: z.string(),
      category: z.string(),
      type: z.string(),
      cert: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      redirectUris: texts,
      grantTypes: texts,
      scopes: z.array(z.strictObject({ name: z.string(), ...described })),
      customScopes: z.array(z.strictObject({ scope: z.string(), ...described })),
      tokenFormat: z.string(),
      tokenSigningMethod: z.string(),
      expireInHours: z.number(),
      refreshExpireInHours: z.number(),
      enablePassword: z.boolean(),
      enableSignUp: z.boolean(),
      signinMethods: z.array(z.strictObject({ name: z.string(), displayName: z.string(), rule: z.string() })),
      formOffset: z.number(),
    }),
  ]),
  users: z.tuple([
    z.strictObject({
      ...named,
      type: z.string(),
      password: z.string(),
      email: z.string(),
      address: texts,
      signupApplication: z.string(),
    }),
  ]),
  certs: z.tuple([
    z.strictObject({
      ...named,
      scope: z.string(),
      type: z.string(),
      cryptoAlgorithm: z.string(),
      bitSize: z.number(),
      expireInYears: z.number(),
      certificate: z.string(),
      privateKey: z.string(),
    }),
  ]),
});

const {
  organizations: [organization],
  applications: [application],
  users: [user],
  certs: [certificate],
} = schema.parse(JSON.parse(text));

/** The cells of every row of the tables below a heading of the guide. */
function readRows(heading: string): string[][] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
}

describe('the organization', () => {
  it('stores passwords as bcrypt hashes and lets nobody register clients', () => {
    expect(organization).toMatchObject({ owner: 'admin', passwordType: 'bcrypt', dcrPolicy: 'disabled' });
  });

  it('owns the user and the application they sign in to', () => {
    expect(application).toMatchObject({ owner: 'admin', organization: organization.name });
    expect(organization.defaultApplication).toBe(application.name);
    expect(user).toMatchObject({ owner: organization.name, signupApplication: application.name });
  });
});

describe('the certificate', () => {
  it('belongs to admin and is the one the application names', () => {
    expect(certificate).toMatchObject({ owner: 'admin', scope: 'JWT', type: 'x509' });
    expect(application.cert).toBe(certificate.name);
  });

  it('carries no key material, so that every Casdoor generates its own', () => {
    expect(certificate).toMatchObject({ certificate: '', privateKey: '' });
    expect(text).not.toMatch(/-----BEGIN|MII[A-Za-z0-9+/]{20}/);
  });

  it('is an RSA key that a verifier accepts, for the algorithm of the tokens', () => {
    expect(certificate.bitSize).toBeGreaterThanOrEqual(2048);
    expect(certificate.cryptoAlgorithm).toBe(application.tokenSigningMethod);
  });
});

describe('the application', () => {
  it('is of the kind that has the enforced table of scopes', () => {
    expect(application).toMatchObject({ category: 'Agent', type: 'MCP' });
  });

  it('signs small tokens with RS256 that live for one hour and refresh longer', () => {
    expect(application).toMatchObject({
      tokenFormat: 'JWT-Standard',
      tokenSigningMethod: 'RS256',
      expireInHours: 1,
    });
    expect(application.refreshExpireInHours).toBeGreaterThan(application.expireInHours);
  });

  it('allows only the grants that bind a token to this server', () => {
    expect(application.grantTypes).toEqual(['authorization_code', 'refresh_token']);
  });

  it('has no sign-up, which loses the resource', () => {
    expect(application.enableSignUp).toBe(false);
  });

  it('allows our scopes and the standard ones that clients add, and no other', () => {
    const standard = ['openid', 'profile', 'email', 'offline_access'];
    expect(application.scopes.map(({ name }) => name)).toEqual([...allScopes, ...standard]);
  });

  it('asks for consent to exactly our scopes, in the words of the scope table', () => {
    const asked = application.customScopes.map(({ scope, description }) => [scope, description]);
    expect(asked).toEqual(Object.entries(scopes));
  });

  it('holds secrets of its own only as placeholders', () => {
    for (const value of [application.clientId, application.clientSecret, user.password])
      expect(value).toMatch(/^CHANGE-ME-/);
  });
});

describe('the redirect URIs', () => {
  it.each(application.redirectUris)('name one https or loopback place: %s', (uri) => {
    const { protocol, hostname, href, search, hash, username } = new URL(uri);
    const isLoopback = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
    expect(protocol === 'https:' || isLoopback).toBe(true);
    // Casdoor reads what is no URL as a regular expression.
    expect({ href, search, hash, username }).toEqual({ href: uri, search: '', hash: '', username: '' });
    expect(uri).not.toMatch(/[*()[\]{}|^$\\]/);
  });

  it('fit the column of 1000 characters, beyond which Casdoor drops the application without a word', () => {
    expect(application.redirectUris.length).toBeGreaterThan(0);
    expect(JSON.stringify(application.redirectUris).length).toBeLessThanOrEqual(1000);
  });

  it('stand in the guide, each with a source, and no other does', () => {
    const rows = readRows('Redirect URIs').filter(([, uri = '']) => uri.startsWith('`https:'));
    expect(rows.map(([, uri]) => uri)).toEqual(application.redirectUris.map((uri) => `\`${uri}\``));
    for (const [client, , source] of rows)
      expect([client, source]).toEqual([
        expect.stringMatching(/\w/),
        expect.stringMatching(/\]\(https:\/\//),
      ]);
  });
});

describe('the guide', () => {
  it('says of every placeholder that it must be changed', () => {
    const placeholders = text.match(/CHANGE-ME-[\w-]+/g) ?? [];
    const fields = readRows('What to change').map(([field]) => field);
    expect(fields).toEqual(expect.arrayContaining(placeholders.map((name) => expect.stringContaining(name))));
  });
});
