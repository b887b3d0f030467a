import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBearerChallenge } from './challenge.ts';
import { allChecks } from './checks/all.ts';
import { type CheckResult, runChecks, toTap } from './run-checks.ts';
import { createServerUnderTest } from './server.ts';
import { toCheckTable } from './table.ts';
import { type Change, type Reply, type RunningServer, startThisServer } from './this-server.ts';

function check({ url, tokens, scopedCall }: RunningServer): Promise<readonly CheckResult[]> {
  return runChecks(allChecks, createServerUnderTest(url, tokens, scopedCall));
}

const failing = (results: readonly CheckResult[]) =>
  results.flatMap(({ id, outcome, message }) => (outcome === 'pass' ? [] : [`${id}: ${message}`]));

describe.each(['casdoor', 'rfc9068'] as const)('this server with the profile %s', (profile) => {
  it('passes every check', async () => {
    const server = await startThisServer(profile);
    try {
      const results = await check(server);
      expect(failing(results)).toEqual([]);
      expect(results.length).toBeGreaterThan(30);
    } finally {
      await server.close();
    }
  });
});

const isMetadata = (path: string | undefined) => path?.startsWith('/.well-known/oauth-protected-resource');

/** Changes the metadata document. */
const document =
  (more: object): Change =>
  (reply, { url }) =>
    isMetadata(url) ? { ...reply, body: JSON.stringify({ ...JSON.parse(reply.body), ...more }) } : reply;

/** Changes the challenge. */
const challenge =
  (replace: (value: string) => string): Change =>
  (reply) => {
    const value = reply.headers['www-authenticate'];
    return value === undefined
      ? reply
      : { ...reply, headers: { ...reply.headers, 'www-authenticate': replace(value) } };
  };

const lets: Reply = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

/** Accepts every token for which this holds. */
const letIn =
  (holds: (authorization: string, url: string) => boolean): Change =>
  (reply, { headers, url = '' }) =>
    url.startsWith('/mcp') && holds(headers.authorization ?? '', url) ? lets : reply;

/** The claims of a token that is not verified. */
const claimsOf = (authorization: string) =>
  JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString() || '{}');

let server: RunningServer;
beforeAll(async () => {
  server = await startThisServer('casdoor');
});
afterAll(() => server.close());

/** For each check, a server that breaks its requirement. */
const breaches: readonly (readonly [string, string, Change])[] = [
  ['no-token-401', 'lets in without a token', letIn((authorization) => authorization === '')],
  ['no-token-challenge', 'has no challenge', challenge(() => 'Basic realm="x"')],
  [
    'challenge-resource-metadata',
    'names no metadata',
    challenge((value) => value.replace('resource_metadata', 'x')),
  ],
  ['challenge-scope', 'names no scope', challenge((value) => value.replace('scope=', 'x='))],
  [
    'challenge-no-offline-access',
    'asks for offline_access',
    challenge((value) => value.replace('scope="', 'scope="offline_access ')),
  ],
  ['no-token-no-error', 'calls no token an error', challenge((value) => `${value}, error="invalid_token"`)],
  ['challenge-once', 'says something twice', challenge((value) => `${value}, scope="a", scope="b"`)],
  [
    'challenge-characters',
    'writes what is not allowed',
    challenge((value) => value.replace('error=', 'error="\u00fc", x=')),
  ],
  ['every-request', 'asks for a token only once', letIn((authorization) => authorization === '')],
  [
    'metadata-found',
    'has no metadata',
    (reply, { url }) => (isMetadata(url) ? { ...lets, status: 404 } : reply),
  ],
  [
    'metadata-at-well-known-path',
    'has it elsewhere',
    (reply, { url }) => (url?.endsWith('resource/mcp') ? { ...lets, status: 404 } : reply),
  ],
  [
    'metadata-without-token',
    'calls it a text',
    (reply, { url }) => (isMetadata(url) ? { ...reply, headers: { 'content-type': 'text/plain' } } : reply),
  ],
  ['metadata-resource', 'names no resource', document({ resource: 'mcp' })],
  [
    'metadata-resource-matches',
    'names another resource',
    document({ resource: 'https://mcp.example.com/other' }),
  ],
  [
    'metadata-authorization-servers',
    'names no authorization server',
    document({ authorization_servers: undefined }),
  ],
  ['metadata-no-empty-members', 'lists nothing', document({ jwks: [] })],
  ['metadata-bearer-methods', 'takes tokens in the query', document({ bearer_methods_supported: ['query'] })],
  ['metadata-scopes', 'lists no scopes', document({ scopes_supported: undefined })],
  ['metadata-no-offline-access', 'lists offline_access', document({ scopes_supported: ['offline_access'] })],
  [
    'authorization-server-metadata',
    'has another issuer',
    document({ authorization_servers: ['http://127.0.0.1:9/'] }),
  ],
  [
    'authorization-server-pkce',
    'has no PKCE',
    (reply, { url }) => (url?.includes('authorization-server') ? { ...reply, body: '{}' } : reply),
  ],
  [
    'good-token',
    'refuses a good token',
    (reply, { url }) => (url === '/mcp' ? { ...lets, status: 401 } : reply),
  ],
  [
    'scheme-case',
    'looks at the case',
    (reply, { headers }) => (headers.authorization?.startsWith('bearer') ? { ...lets, status: 401 } : reply),
  ],
  [
    'invalid-token-401',
    'answers 403 to an invalid token',
    (reply) => (reply.status === 401 ? { ...reply, status: 403 } : reply),
  ],
  ['invalid-token-error', 'has no error', challenge((value) => value.replace('error=', 'x='))],
  [
    'invalid-token-resource-metadata',
    'forgets the metadata',
    challenge((value) => value.replace('resource_metadata', 'x')),
  ],
  ['expired-401', 'lets in an expired token', letIn((token) => claimsOf(token).exp < Date.now() / 1000)],
  ['audience', 'lets in a token for others', letIn((token) => claimsOf(token).aud?.[0]?.includes('other'))],
  ['issuer', 'lets in tokens of others', letIn((token) => claimsOf(token).iss?.includes('evil'))],
  ['signature', 'looks at no signature', letIn((token) => token.split('.').length === 3)],
  ['unsigned', 'takes none for an algorithm', letIn((token) => token.endsWith('.'))],
  ['token-in-query', 'reads the query', letIn((_, url) => url.includes('access_token'))],
  [
    'token-not-echoed',
    'repeats the token',
    (reply, { headers }) => ({ ...reply, body: `${reply.body}${headers.authorization}` }),
  ],
  ['other-scheme', 'takes any scheme', letIn((token) => token.startsWith('Basic'))],
  ['scope-403', 'answers 200 to too little scope', (reply) => (reply.status === 403 ? lets : reply)],
  ['scope-challenge', 'names no scope that is needed', challenge((value) => value.replace('scope=', 'x='))],
];

describe('a check fails when the server', () => {
  it.each(breaches)('%s: %s', async (id, _, change) => {
    server.change(change);
    const results = await check(server);
    expect(results.find((result) => result.id === id)).toMatchObject({ outcome: 'fail' });
  });

  it('breaks any of them', () => {
    const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();
    expect(breaches.map(([id]) => id).sort()).toEqual(ids(allChecks));
  });
});

describe('the checks', () => {
  it('have names of their own', () => {
    const ids = allChecks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stand in the table of the README', () => {
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    expect(readme).toContain(toCheckTable(allChecks));
  });

  it('are skipped without the token that they need', async () => {
    server.change((reply) => reply);
    const results = await runChecks(allChecks, createServerUnderTest(server.url, {}));
    expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'skip').map(({ id }) => id)).toContain('audience');
  });

  it('are written as TAP, where only what MUST be is a failure', () => {
    const result = { id: 'x', title: 'Something', source: '', revisions: [], message: 'it "did not"' };
    const tap = toTap([
      { ...result, level: 'MUST', outcome: 'pass', message: '' },
      { ...result, level: 'MUST', outcome: 'fail' },
      { ...result, level: 'SHOULD', outcome: 'fail' },
      { ...result, level: 'MUST', outcome: 'skip' },
    ]);
    expect(tap.split('\n')).toEqual([
      'TAP version 14',
      '1..4',
      'ok 1 - x: MUST Something',
      'not ok 2 - x: MUST Something',
      '  ---',
      '  message: "it \\"did not\\""',
      '  ...',
      'not ok 3 - x: SHOULD Something # TODO it "did not"',
      'ok 4 - x: MUST Something # SKIP it "did not"',
      '',
    ]);
  });
});

describe('the reading of a challenge', () => {
  it.each<[string | null, object | undefined]>([
    [null, undefined],
    ['', undefined],
    ['Basic realm="Bearer"', undefined],
    ['Bearer', {}],
    ['bearer scope="a b", error=invalid_token', { scope: ['a b'], error: ['invalid_token'] }],
    ['Basic realm="x, Bearer y=1", Bearer scope="\\"", scope=b', { scope: ['"', 'b'] }],
    ['Bearer a="1", Basic realm="x"', { a: ['1'] }],
  ])('%s', (header, parameters) => {
    const read = readBearerChallenge(header);
    expect(read && Object.fromEntries(read)).toEqual(parameters);
  });
});
