import { casdoorProfile } from '../../../lambda/auth/casdoor-claims.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';
import type { JsonObject, TokenRules } from '../../../lambda/auth/token-profile.ts';
import {
  accessTokens,
  clientId,
  issuer,
  machineToken,
  now,
  otherTokens,
  resource,
  userId,
} from '../../support/casdoor.ts';

const rules: TokenRules = {
  audience: resource,
  scopePrefix: '',
  machineClientIds: [],
  allowedClientIds: [],
  allowedOrganizations: [],
};
const header = { alg: 'RS256', kid: 'cert-mcp', typ: 'JWT' };
const standard = accessTokens['JWT-Standard'];

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return 'accepted';
}

const toPrincipal = (claims: JsonObject, more: Partial<TokenRules> = {}) =>
  casdoorProfile.toPrincipal(claims, { ...rules, ...more });

describe("Casdoor's claims", () => {
  it.each(Object.entries(accessTokens))('are accepted in the format %s', (format, claims) => {
    expect(refusalOf(() => casdoorProfile.requireAccessToken(header, claims))).toBe('accepted');
    expect(toPrincipal(claims)).toEqual({
      kind: 'user',
      issuer,
      subject: userId,
      clientId,
      scopes: new Set(['files:read', 'files:list']),
      expiresAt: now + 3_600,
      ...(format !== 'JWT-Custom' && { name: 'alice', organization: 'acme' }),
    });
  });

  it.each([
    ['a refresh token', 'refresh_token'],
    ['a refresh token in JWT-Custom', 'refresh_token'],
    ['a token with any TokenType claim', 'not_an_access_token'],
    ['a back-channel logout token', 'not_an_access_token'],
  ] as const)('are refused of %s', (kind, code) => {
    expect(refusalOf(() => casdoorProfile.requireAccessToken(header, otherTokens[kind]))).toEqual({ code });
  });

  it('are refused without a key id, which access tokens always have', () => {
    const refusal = refusalOf(() => casdoorProfile.requireAccessToken({ alg: 'RS256' }, standard));
    expect(refusal).toEqual({ code: 'no_key_id' });
  });

  it.each<[string, JsonObject, string]>([
    ['another server', { aud: ['https://other.example.com/mcp'] }, 'wrong_audience'],
    ['a server below this one', { aud: [`${resource}/more`] }, 'wrong_audience'],
    ['this one with a slash added', { aud: [`${resource}/`] }, 'wrong_audience'],
    ['this one with the path in capitals', { aud: ['https://mcp.example.com/MCP'] }, 'wrong_audience'],
    ['nobody', { aud: [] }, 'wrong_audience'],
    ['something that is no text', { aud: [{ resource }] }, 'wrong_audience'],
    ['the client itself', { aud: [clientId] }, 'audience_is_client'],
  ])('are refused when issued for %s', (_, claims, code) => {
    expect(refusalOf(() => toPrincipal({ ...standard, ...claims }))).toEqual({ code });
  });

  it.each(['https://mcp.example.com', 'https://mcp.example.com/'])(
    'are accepted for %s when the server is an origin, with and without the slash',
    (audience) => {
      const claims = { ...standard, aud: [audience] };
      expect(toPrincipal(claims, { audience: 'https://mcp.example.com' }).subject).toBe(userId);
      expect(toPrincipal(claims, { audience: 'https://mcp.example.com/' }).subject).toBe(userId);
    },
  );

  it.each([
    ['https://mcp.example.com/mcp', 'HTTPS://MCP.Example.com/mcp'],
    ['https://MCP.example.com/mcp', 'https://mcp.example.com/mcp'],
    ['https://mcp.example.com', 'HTTPS://MCP.example.com/'],
  ])('are accepted for the server %s when the audience is %s', (audience, written) => {
    expect(toPrincipal({ ...standard, aud: [written] }, { audience }).subject).toBe(userId);
  });

  it('accept a single audience written as a text', () => {
    expect(toPrincipal({ ...standard, aud: resource }).subject).toBe(userId);
  });

  it("refuse a machine's token unless its client is listed", () => {
    expect(refusalOf(() => toPrincipal(machineToken))).toEqual({ code: 'machine_not_allowed' });
    expect(toPrincipal(machineToken, { machineClientIds: [clientId] })).toMatchObject({
      kind: 'machine',
      subject: 'admin/app-mcp',
    });
  });

  it("refuse a machine's token for another audience even when its client is listed", () => {
    const claims = { ...machineToken, aud: ['other'] };
    const refusal = refusalOf(() => toPrincipal(claims, { machineClientIds: [clientId] }));
    expect(refusal).toEqual({ code: 'wrong_audience' });
  });

  it.each(['admin', 'acme', undefined])(
    'are of a machine, not of a user, when an application of %s calls itself by our URL',
    (owner) => {
      const claims = { ...machineToken, owner, azp: resource, aud: [resource] };
      expect(refusalOf(() => toPrincipal(claims))).toEqual({ code: 'machine_not_allowed' });
    },
  );

  it("refuse a user's token for the client even when that client is a listed machine", () => {
    const claims = { ...standard, aud: [clientId] };
    const refusal = refusalOf(() => toPrincipal(claims, { machineClientIds: [clientId] }));
    expect(refusal).toEqual({ code: 'audience_is_client' });
  });

  it.each<[string, JsonObject, Partial<TokenRules>, unknown]>([
    ['a listed client', {}, { allowedClientIds: [clientId] }, 'accepted'],
    ['another client', { azp: 'other' }, { allowedClientIds: [clientId] }, { code: 'client_not_allowed' }],
    [
      'no client at all',
      { azp: undefined },
      { allowedClientIds: [clientId] },
      { code: 'client_not_allowed' },
    ],
    ['a listed organization', {}, { allowedOrganizations: ['acme'] }, 'accepted'],
    [
      'another organization',
      { owner: 'globex' },
      { allowedOrganizations: ['acme'] },
      { code: 'organization_not_allowed' },
    ],
    [
      'no organization',
      { owner: undefined },
      { allowedOrganizations: ['acme'] },
      { code: 'organization_not_allowed' },
    ],
  ])('hold %s against the allow-lists', (_, claims, more, expected) => {
    expect(refusalOf(() => toPrincipal({ ...standard, ...claims }, more))).toEqual(expected);
  });

  it.each<[unknown, string[]]>([
    ['files:read  files:list\tfiles:write', ['files:read', 'files:list', 'files:write']],
    ['files:read,files:list', ['files:read,files:list']],
    ['FILES:READ', ['FILES:READ']],
    ['', []],
    [undefined, []],
    [['files:read'], []],
  ])('hold the scopes of %j exactly', (scope, expected) => {
    expect([...toPrincipal({ ...standard, scope }).scopes]).toEqual(expected);
  });

  it('are refused without a subject', () => {
    const refusal = refusalOf(() => toPrincipal({ ...standard, sub: '' }));
    expect(refusal).toEqual({ code: 'missing_claim', claim: 'sub' });
  });
});
