import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBearerChallenge } from './challenge.ts';
import type { ServerUnderTest } from './check.ts';
import { allChecks } from './checks/all.ts';
import { decodeJwt } from './jwt.ts';
import { type CheckResult, runChecks, toTap } from './run-checks.ts';
import { createServerUnderTest } from './server.ts';
import { toCheckTable } from './table.ts';
import { type Change, type Reply, type RunningServer, startThisServer } from './this-server.ts';

function check({ url, knowledge }: RunningServer): Promise<readonly CheckResult[]> {
  return runChecks(allChecks, createServerUnderTest(url, knowledge));
}

const failing = (results: readonly CheckResult[]) =>
  results.flatMap(({ id, outcome, message }) => (outcome === 'fail' ? [`${id}: ${message}`] : []));

const skipped = (results: readonly CheckResult[]) =>
  results.flatMap(({ id, outcome }) => (outcome === 'skip' ? [id] : []));

/** What this server does not have, or not on this machine. */
const without = [
  'https',
  'session-is-no-token',
  'metadata-languages',
  'metadata-jwks-uri',
  'metadata-signing-algorithms',
  'metadata-signed',
  'metadata-signed-once',
];

/** What holds for tokens of RFC 9068 alone, which Casdoor does not write. */
const ofRfc9068 = ['no-expiry', 'token-type', 'token-type-whole', 'rs256', 'invalid-token-error-rfc9068'];

describe('this server', () => {
  it('passes every check with the profile casdoor', async () => {
    const results = await check(server);
    expect(failing(results)).toEqual([]);
    expect(skipped(results).toSorted()).toEqual([...without, ...ofRfc9068].toSorted());
    expect(results.length).toBeGreaterThan(60);
  });

  it('passes all but one with the profile rfc9068, which takes the type that most servers write', async () => {
    const results = await check(rfc9068);
    expect(failing(results)).toEqual(['token-type: answered 200']);
    expect(skipped(results)).toEqual(without);
  });
});

async function outcomeOf(id: string, under: ServerUnderTest): Promise<string | undefined> {
  const [result] = await runChecks(
    allChecks.filter((one) => one.id === id),
    under,
  );
  return result?.outcome;
}

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
let rfc9068: RunningServer;
beforeAll(async () => {
  [server, rfc9068] = await Promise.all([startThisServer('casdoor'), startThisServer('rfc9068')]);
});
beforeEach(() => {
  server.change((reply) => reply);
  rfc9068.change((reply) => reply);
});
afterAll(() => Promise.all([server.close(), rfc9068.close()]));

/** Answers with another status where this holds. */
const answerWith =
  (status: number, holds: (authorization: string) => boolean): Change =>
  (reply, { headers, url = '' }) =>
    url.startsWith('/mcp') && holds(headers.authorization ?? '') ? { ...reply, status } : reply;

/** Changes the metadata of the authorization server. */
const authorizationServer =
  (replace: (body: string) => string): Change =>
  (reply, { url }) =>
    url?.includes('oauth-authorization-server') ? { ...reply, body: replace(reply.body) } : reply;

const typeOf = (authorization: string) => decodeJwt(authorization.replace('Bearer ', ''))?.header.typ;
const isJwt = (authorization: string) => authorization.split('.').length === 3;
const now = () => Date.now() / 1000;

/** Begins a session with every answer, and lets in whoever names one if this holds. */
const sessions =
  (letsIn: boolean): Change =>
  (reply, { headers }) =>
    letsIn && headers['mcp-session-id'] !== undefined
      ? lets
      : { ...reply, headers: { ...reply.headers, 'mcp-session-id': 's' } };

/** A challenge that asks for something else each time. */
const fickle = (): Change => {
  let count = 0;
  return challenge((value) => value.replace('scope="', `scope="s${count++} `));
};

const signed = (header: object, claims: object) =>
  document({ signed_metadata: `${[header, claims].map((part) => toBase64(part)).join('.')}.c2ln` });
const toBase64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The id of a check, what the server does, and the profile if it is not Casdoor's. */
type Row = readonly [id: string, what: string, change: Change, profile?: 'rfc9068'];

/** Changes the server of a row, and makes the check of that row alone. */
async function judge([id, , change, profile]: Row): Promise<string | undefined> {
  const { url, knowledge, change: set } = profile === undefined ? server : rfc9068;
  set(change);
  return outcomeOf(id, createServerUnderTest(url, knowledge));
}

/** For each check, servers that break its requirement. */
const breaches: readonly Row[] = [
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
  [
    'token-not-echoed',
    'repeats the token in a header',
    (reply, { headers }) => ({
      ...reply,
      headers: { ...reply.headers, 'x-token': headers.authorization ?? '' },
    }),
  ],
  ['other-scheme', 'takes any scheme', letIn((token) => token.startsWith('Basic'))],
  ['scope-403', 'answers 200 to too little scope', (reply) => (reply.status === 403 ? lets : reply)],
  ['scope-challenge', 'names no scope that is needed', challenge((value) => value.replace('scope=', 'x='))],
  ['challenge-syntax', 'does not quote a URL', challenge((value) => value.replace(/"(http[^"]*)"/, '$1'))],
  ['no-token-challenge', 'has a challenge without parameters', challenge(() => 'Bearer')],
  [
    'challenge-resource-metadata',
    'names metadata of another host',
    challenge((value) => value.replace(/http:[^"]*/, 'https://other.example.com/')),
  ],
  ['no-token-no-error', 'has no challenge', challenge(() => 'Basic realm="x"')],
  ['challenge-syntax', 'forgets a comma', challenge((value) => value.replace(', ', ' '))],
  [
    'challenge-no-offline-access',
    'asks for offline_access in a 403 alone',
    (reply, request) =>
      reply.status === 403
        ? challenge((value) => value.replace('scope="', 'scope="offline_access '))(reply, request)
        : reply,
  ],
  ['no-token-no-error', 'describes an error', challenge((value) => `${value}, error_description="x"`)],
  [
    'other-scheme-no-error',
    'calls another scheme an error',
    challenge((value) => `${value}, error="invalid_token"`),
  ],
  [
    'challenge-once',
    'says something twice in a 403 alone',
    (reply, request) =>
      reply.status === 403 ? challenge((value) => `${value}, scope="a"`)(reply, request) : reply,
  ],
  [
    'challenge-characters',
    'divides scopes by two spaces',
    challenge((value) => value.replace(' files', '  files')),
  ],
  ['challenge-characters', 'has a space in a URI', challenge((value) => `${value}, error_uri="a b"`)],
  ['every-method', 'lets in with GET', (reply, { method }) => (method === 'GET' ? lets : reply)],
  ['every-method', 'lets in with DELETE', (reply, { method }) => (method === 'DELETE' ? lets : reply)],
  ['session-is-no-token', 'takes a session for a token', sessions(true)],
  [
    'refused-no-data',
    'refuses and answers all the same',
    (reply) => (reply.status === 401 ? { ...reply, body: '{"result":{}}' } : reply),
  ],
  ['metadata-types', 'has a list for a name', document({ resource_name: ['Files'] })],
  ['metadata-types', 'writes null for nothing', document({ jwks_uri: null })],
  ['metadata-resource', 'names a resource with a fragment', document({ resource: 'https://a.example/#b' })],
  ['metadata-resource', 'names a resource without HTTPS', document({ resource: 'http://a.example/mcp' })],
  ['metadata-resource-no-query', 'has a query', document({ resource: 'https://a.example/mcp?b=c' })],
  ['metadata-resource-no-slash', 'ends with a slash', document({ resource: 'https://a.example/' })],
  [
    'metadata-resource-matches',
    'adds a slash',
    (reply, request) =>
      isMetadata(request.url)
        ? document({ resource: `${JSON.parse(reply.body).resource}/` })(reply, request)
        : reply,
  ],
  [
    'metadata-issuers',
    'names an issuer with a query',
    document({ authorization_servers: ['https://a.example/?b=c'] }),
  ],
  [
    'metadata-issuers',
    'names an issuer without HTTPS',
    document({ authorization_servers: ['http://a.example'] }),
  ],
  [
    'metadata-bearer-header',
    'takes no token in the header',
    document({ bearer_methods_supported: ['body'] }),
  ],
  ['metadata-scope-values', 'lists two scopes as one', document({ scopes_supported: ['a b'] })],
  ['metadata-name', 'has no name', document({ resource_name: undefined })],
  [
    'metadata-languages',
    'has a name in one language alone',
    document({ resource_name: undefined, 'resource_name#de': 'Dateien' }),
  ],
  ['metadata-jwks-uri', 'has keys without HTTPS', document({ jwks_uri: 'http://a.example/jwks' })],
  [
    'metadata-signing-algorithms',
    'signs nothing',
    document({ resource_signing_alg_values_supported: ['RS256', 'none'] }),
  ],
  ['metadata-signed', 'signs metadata that is no JWT', document({ signed_metadata: 'x' })],
  ['metadata-signed', 'does not sign its signed metadata', signed({ alg: 'none' }, { iss: 'i' })],
  ['metadata-signed', 'does not say who signed', signed({ alg: 'RS256' }, {})],
  ['metadata-signed-once', 'signs twice', signed({ alg: 'RS256' }, { iss: 'i', signed_metadata: 'x' })],
  [
    'authorization-server-metadata',
    'names a second one that has no metadata',
    (reply, request) => {
      if (!isMetadata(request.url)) return reply;
      const { authorization_servers: servers } = JSON.parse(reply.body);
      return document({ authorization_servers: [...servers, 'http://127.0.0.1:9/'] })(reply, request);
    },
  ],
  ['authorization-server-metadata', 'has a page for every path', authorizationServer(() => '<html></html>')],
  ['authorization-server-metadata', 'names none', document({ authorization_servers: undefined })],
  ['authorization-server-metadata', 'names one by no URL', document({ authorization_servers: ['door'] })],
  [
    'authorization-server-metadata',
    'names one that is another issuer in its metadata',
    authorizationServer((body) => body.replace('/issuer"', '/another"')),
  ],
  [
    'authorization-server-https',
    'has an endpoint without HTTPS',
    authorizationServer((body) => body.replace('{', '{"token_endpoint":"http://a.example/token",')),
  ],
  ['invalid-token-challenge', 'has no challenge', challenge(() => 'Basic realm="x"')],
  ['invalid-token-challenge', 'has an empty challenge', challenge(() => 'Bearer')],
  [
    'invalid-token-error-rfc9068',
    'has no error',
    challenge((value) => value.replace('error=', 'x=')),
    'rfc9068',
  ],
  ['malformed-400', 'answers 401 to two tokens', answerWith(401, (header) => header.includes('one two'))],
  [
    'no-expiry',
    'lets in for ever',
    letIn((header) => isJwt(header) && claimsOf(header).exp === undefined),
    'rfc9068',
  ],
  ['not-yet-valid', 'lets in too early', letIn((header) => claimsOf(header).nbf > now())],
  [
    'no-audience',
    'lets in a token for nobody',
    letIn((header) => isJwt(header) && claimsOf(header).aud === undefined),
  ],
  [
    'audience-case',
    'looks at the case',
    answerWith(401, (header) => claimsOf(header).aud?.[0]?.startsWith('HTTP:')),
  ],
  ['changed-claims', 'looks at no signature', letIn(isJwt)],
  ['token-type', 'takes any type', letIn((header) => typeOf(header) === 'JWT'), 'rfc9068'],
  [
    'token-type-whole',
    'does not know the whole type',
    answerWith(401, (header) => typeOf(header) === 'application/at+jwt'),
    'rfc9068',
  ],
  ['rs256', 'does not take RS256', answerWith(401, isJwt), 'rfc9068'],
  [
    'scope-bearer',
    'has no challenge for too few scopes',
    (reply) => (reply.status === 403 ? { ...reply, headers: {} } : reply),
  ],
  [
    'scope-challenge',
    'names no error',
    challenge((value) => value.replace('error="insufficient_scope"', 'x="y"')),
  ],
  ['scope-challenge', 'names no metadata', challenge((value) => value.replace('resource_metadata=', 'x='))],
  ['scope-same', 'asks for something else each time', fickle()],
  [
    'scope-suffices',
    'asks for too little',
    challenge((value) => value.replace(/scope="[^"]*"/, 'scope="files:list"')),
  ],
  [
    'scope-hierarchy',
    'knows no broader scope',
    answerWith(403, (header) => claimsOf(header).scope === 'files'),
  ],
];

describe('a check fails when the server', () => {
  it.each(breaches.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    expect(await judge(row)).toBe('fail');
  });

  it('https: is asked without it', async () => {
    expect(await outcomeOf('https', createServerUnderTest(new URL('http://mcp.example.com/mcp')))).toBe(
      'fail',
    );
  });

  it('breaks any of them', () => {
    const broken = new Set(['https', ...breaches.map(([id]) => id)]);
    expect([...broken].sort()).toEqual(allChecks.map(({ id }) => id).sort());
  });
});

describe('a check passes when the server', () => {
  const rows: readonly Row[] = [
    ['session-is-no-token', 'begins sessions and demands tokens', sessions(false)],
    ['metadata-no-empty-members', 'takes no bearer tokens', document({ bearer_methods_supported: [] })],
    ['metadata-types', 'has members of its own', document({ x_own: null })],
    ['metadata-languages', 'has a name in two forms', document({ 'resource_name#de': 'Dateien' })],
    ['metadata-jwks-uri', 'has keys', document({ jwks_uri: 'https://a.example/jwks' })],
    ['metadata-signing-algorithms', 'signs', document({ resource_signing_alg_values_supported: ['RS256'] })],
    ['metadata-signed', 'signs its metadata', signed({ alg: 'RS256' }, { iss: 'i' })],
    ['metadata-signed-once', 'signs its metadata', signed({ alg: 'RS256' }, { iss: 'i' })],
    [
      'challenge-syntax',
      'offers two schemes',
      challenge((value) => `Negotiate YQ==, ${value}, Basic realm="a, b"`),
    ],
    [
      'token-type',
      'wants the type of RFC 9068',
      answerWith(401, (header) => typeOf(header) === 'JWT'),
      'rfc9068',
    ],
  ];

  it.each(rows.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    expect(await judge(row)).toBe('pass');
  });

  it('https: is asked with it', async () => {
    expect(await outcomeOf('https', createServerUnderTest(new URL('https://mcp.example.com/mcp')))).toBe(
      'pass',
    );
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
    const results = await runChecks(allChecks, createServerUnderTest(server.url));
    expect(failing(results)).toEqual([]);
    expect(skipped(results)).toContain('audience');
  });

  it('are skipped if they take a JWT apart and the token is opaque', async () => {
    const knowledge = { tokens: { good: 'opaque', expired: 'opaque' } };
    const results = await runChecks(allChecks, createServerUnderTest(server.url, knowledge));
    expect(results.find(({ id }) => id === 'unsigned')).toMatchObject({
      outcome: 'skip',
      message: 'needs a token that is a JWT',
    });
    expect(results.find(({ id }) => id === 'scope-403')?.message).toBe('needs a call that demands a scope');
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
      '# 1 MUST failed (x), 1 SHOULD failed, 1 passed, 1 skipped',
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
