import { toChallenge } from '../../../lambda/auth/challenge.ts';
import type { Refusal } from '../../../lambda/auth/refusal.ts';
import { refusals } from '../../support/refusals.ts';

const resourceMetadataUrl = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const settings = { resourceMetadataUrl, initialScopes: ['files:list', 'files:read'], scopePrefix: '' };

/** The answer, and of its body the members of OAuth. */
async function answer(refusal: Refusal) {
  const response = toChallenge(refusal, settings);
  const header = response.headers.get('www-authenticate');
  const { error } = await response.json();
  return { status: response.status, header, headers: response.headers, body: error.data };
}

/** The whole table of refusals, as it goes over the wire. */
const table: [Refusal, number, string | undefined, string][] = [
  [
    { code: 'malformed_authorization' },
    400,
    'invalid_request',
    'the Authorization header must be Bearer, one space and one token',
  ],
  [{ code: 'malformed_token' }, 401, 'invalid_token', 'the token is not a signed JWT'],
  [
    { code: 'algorithm_not_allowed' },
    401,
    'invalid_token',
    'the token is signed with an algorithm that this server does not accept',
  ],
  [{ code: 'no_key_id' }, 401, 'invalid_token', 'the token names no key: access tokens carry a kid header'],
  [
    { code: 'unknown_key' },
    401,
    'invalid_token',
    'the token is signed with a key that is not in the key set this server reads',
  ],
  [
    { code: 'unusable_key' },
    401,
    'invalid_token',
    'the key that signed the token cannot be used for its algorithm',
  ],
  [
    { code: 'public_key' },
    401,
    'invalid_token',
    'the token is signed with a key whose private half is public',
  ],
  [{ code: 'bad_signature' }, 401, 'invalid_token', 'the signature of the token is wrong'],
  [{ code: 'wrong_issuer' }, 401, 'invalid_token', 'the token was issued by another authorization server'],
  [
    { code: 'expired', at: 1_787_400_000, granted: [] },
    401,
    'invalid_token',
    'the token expired at 2026-08-22T12:00:00.000Z',
  ],
  [
    { code: 'not_yet_valid', at: 1_787_400_000 },
    401,
    'invalid_token',
    'the token is valid from 2026-08-22T12:00:00.000Z on: check the clocks',
  ],
  [{ code: 'missing_claim', claim: 'exp' }, 401, 'invalid_token', 'the token lacks the claim exp'],
  [
    { code: 'malformed_claim', claim: 'exp' },
    401,
    'invalid_token',
    'the claim exp is not a time in seconds since 1970',
  ],
  [
    { code: 'malformed_claim', claim: 'nbf' },
    401,
    'invalid_token',
    'the claim nbf is not a time in seconds since 1970',
  ],
  [{ code: 'malformed_claim', claim: 'sub' }, 401, 'invalid_token', 'the claim sub is not a text'],
  [{ code: 'wrong_audience' }, 401, 'invalid_token', 'the token was issued for another audience'],
  [
    { code: 'audience_is_client' },
    401,
    'invalid_token',
    'the token was issued for the client and not for this server: the client must send the resource parameter',
  ],
  [
    { code: 'machine_not_allowed' },
    401,
    'invalid_token',
    'this is the token of a client itself: sign in as a user, or list the client in machineClientIds',
  ],
  [
    { code: 'machine_not_allowed', lacking: 'uid (Okta)' },
    401,
    'invalid_token',
    'nothing in the token proves a user, it lacks uid (Okta): sign in as a user, or list the client in machineClientIds',
  ],
  [
    { code: 'bound_token' },
    401,
    'invalid_token',
    'the token is bound to a key of its client (DPoP or mTLS), which this server cannot check: turn that off for this client',
  ],
  [{ code: 'refresh_token' }, 401, 'invalid_token', 'a refresh token was sent: send the access token'],
  [{ code: 'not_an_access_token' }, 401, 'invalid_token', 'the token is not an access token'],
  [
    { code: 'client_not_allowed' },
    401,
    'invalid_token',
    'the token was issued to a client that is not allowed here',
  ],
  [
    { code: 'organization_not_allowed' },
    401,
    'invalid_token',
    'the token belongs to an organization that is not allowed here',
  ],
];

/** Reasons whose answers have tests of their own. */
const answeredBelow: readonly Refusal['code'][] = [
  'no_token',
  'insufficient_scope',
  'keys_unavailable',
  'quota_exceeded',
];

describe('a challenge', () => {
  it('is bare when no credentials were sent (RFC 6750 section 3.1)', async () => {
    const { status, header, headers, body } = await answer({ code: 'no_token' });
    expect(status).toBe(401);
    expect(header).toBe(`Bearer scope="files:list files:read", resource_metadata="${resourceMetadataUrl}"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      error: 'unauthorized',
      error_description: 'sign in first: send an access token as Authorization: Bearer',
      scope: 'files:list files:read',
      resource_metadata: resourceMetadataUrl,
    });
  });

  it.each(table)('says of %j', async (refusal, status, error, description) => {
    const { header, body, ...rest } = await answer(refusal);
    expect(rest.status).toBe(status);
    expect(header).toBe(
      `Bearer error="${error}", error_description="${description}", ` +
        `scope="files:list files:read", resource_metadata="${resourceMetadataUrl}"`,
    );
    expect(body).toEqual({
      error,
      error_description: description,
      scope: 'files:list files:read',
      resource_metadata: resourceMetadataUrl,
    });
  });

  it('asks for what is missing together with what was granted', async () => {
    const { status, header, body } = await answer({
      code: 'insufficient_scope',
      required: ['files:read', 'files:write'],
      granted: ['files:list', 'files:read'],
    });
    expect(status).toBe(403);
    expect(header).toBe(
      'Bearer error="insufficient_scope", error_description="this needs files:read and files:write", ' +
        `scope="files:list files:read files:write", resource_metadata="${resourceMetadataUrl}"`,
    );
    expect(body).toMatchObject({ error: 'insufficient_scope', scope: 'files:list files:read files:write' });
  });

  it('asks for the scopes that an expired token had, so that signing in again loses none', async () => {
    const { status, header, body } = await answer({
      code: 'expired',
      at: 1_787_400_000,
      granted: ['files:list', 'files:write'],
    });
    expect(status).toBe(401);
    expect(header).toContain('scope="files:list files:write"');
    expect(body).toMatchObject({ error: 'invalid_token', scope: 'files:list files:write' });
  });

  it.each(Object.values(refusals))('has one sentence without a line end for %j', async (refusal) => {
    const { body } = await answer(refusal);
    expect(body.error_description).toMatch(/^[a-zA-Z][^\n]+[^.\n]$/);
    const isInTable = [...table.map(([{ code }]) => code), ...answeredBelow].includes(refusal.code);
    expect(isInTable).toBe(true);
  });

  it('says that a key set of an application has several keys', async () => {
    const { status, body } = await answer({ ...refusals.keys_unavailable, isOfManyKeys: true });
    expect(status).toBe(503);
    expect(body.error_description).toBe(
      'the key set of the application has more than one key: check the setting casdoorApplication',
    );
  });

  it('is no challenge when our own key set cannot be had', async () => {
    const { status, header, headers, body } = await answer({
      code: 'keys_unavailable',
      retryAfterSeconds: 5,
    });
    expect(status).toBe(503);
    expect(header).toBeNull();
    expect(headers.get('retry-after')).toBe('5');
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the keys of the authorization server cannot be fetched at the moment: try again',
    });
  });

  it.each([
    ['calls_per_minute', 'your quota of tool calls for this minute is used up: try again in 7 seconds'],
    ['bytes_per_day', 'your quota of bytes for today (UTC) is used up: try again in 7 seconds'],
  ] as const)('is no challenge when the quota of %s is used up', async (quota, error_description) => {
    const { status, header, headers, body } = await answer({
      code: 'quota_exceeded',
      quota,
      retryAfterSeconds: 7,
    });
    expect(status).toBe(429);
    expect(header).toBeNull();
    expect(headers.get('retry-after')).toBe('7');
    expect(body).toEqual({ error: 'quota_exceeded', error_description });
  });

  it('escapes what would end a quoted value', async () => {
    const { header } = await answer({ code: 'missing_claim', claim: 'a"b\\c' });
    expect(header).toContain('error_description="the token lacks the claim a\\"b\\\\c"');
  });

  it.each(table)(
    'holds no parameter name in the description that clients could mistake for one: %j',
    async (refusal) => {
      const { body } = await answer(refusal);
      expect(body.error_description).not.toMatch(/(scope|error|resource_metadata)=/);
    },
  );
});

describe('the body of a refusal', () => {
  it.each<[Refusal, number, string]>([
    [{ code: 'no_token' }, 401, 'unauthorized: sign in first: send an access token as Authorization: Bearer'],
    [
      { code: 'insufficient_scope', required: ['files:write'], granted: [] },
      403,
      'insufficient_scope: this needs files:write',
    ],
    [
      { code: 'keys_unavailable', retryAfterSeconds: 5 },
      503,
      'temporarily_unavailable: the keys of the authorization server cannot be fetched at the moment: try again',
    ],
  ])('is a JSON-RPC error with a sentence, also for %j', async (refusal, code, message) => {
    const body = { jsonrpc: '2.0', error: { code, message, data: expect.any(Object) } };
    expect(await toChallenge(refusal, settings).json()).toEqual({ ...body, id: null });
    expect(await toChallenge(refusal, settings, 'a').json()).toEqual({ ...body, id: 'a' });
    expect(toChallenge(refusal, settings).headers.get('content-type')).toBe('application/json');
  });

  it('repeats the challenge in a header of our own, and only where there is one', () => {
    const { headers } = toChallenge({ code: 'no_token' }, settings);
    expect(headers.get('x-mcp-challenge')).toBe(headers.get('www-authenticate'));
    const down = toChallenge({ code: 'keys_unavailable', retryAfterSeconds: 5 }, settings);
    expect(down.headers.has('x-mcp-challenge')).toBe(false);
  });
});
