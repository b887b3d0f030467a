import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { HttpApiHandler } from '../../../lambda/aws/http-api.ts';
import { createMcpFunction } from '../../../lambda/mcp/function.ts';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import { scopesOfTools } from '../../../lambda/tools/scopes.ts';
import {
  accessTokens,
  type Certificate,
  createCertificate,
  issuer,
  resource,
  signToken,
  toKeySet,
  userId,
} from '../../support/casdoor.ts';
import { legacy } from '../../support/mcp-server.ts';

const variables = {
  RESOURCE_URL: resource,
  ISSUER: issuer,
  JWKS_URL: `${issuer}/.well-known/jwks`,
  KEY_SET_MAX_AGE_HOURS: '24',
  TOKEN_PROFILE: 'casdoor',
  TOKEN_ALGORITHMS: 'RS256',
  TOOL_VISIBILITY: 'all',
  INITIAL_SCOPES: 'files:list files:read',
  FILES_BUCKET: 'files',
  FILES_PREFIX: 'files/',
  FILE_ROOTS: 'user',
  DELETION: 'on',
  MAX_WRITE_BYTES: '1024',
  SERVICE_NAME: 'files',
  LOG_PATHS: 'off',
  WRITER_METADATA: 'on',
};

const dynamodb = mockClient(DynamoDBClient);
const sts = mockClient(STSClient);
let certificate: Certificate;
let written: string[];

beforeAll(async () => {
  // As Lambda sets it, for the SDK.
  process.env.AWS_REGION = 'us-east-1';
  certificate = await createCertificate();
});

beforeEach(() => {
  dynamodb.reset();
  sts.reset();
  written = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(toKeySet(certificate)));
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
});

afterEach(() => jest.restoreAllMocks());

/** Creates the function with these variables more. */
const create = (more: Record<string, string>) =>
  createMcpFunction({ ...variables, ...more }, Object.values(catalogue), scopesOfTools);

/** Calls a tool of a function with these variables more, as Alice. */
async function call(more: Record<string, string>, name: string, args: object) {
  return invoke(await create(more), name, args);
}

async function invoke(handler: HttpApiHandler, name: string, args: object, more: object = {}) {
  const time = Math.floor(Date.now() / 1000);
  const claims = { ...accessTokens['JWT-Standard'], iat: time, nbf: time, exp: time + 60, ...more };
  return send(handler, await signToken(certificate, claims), name, args);
}

async function send(handler: HttpApiHandler, token: string, name: string, args: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return handler(toEvent(headers, legacy('tools/call', { name, arguments: args })), context);
}

const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 20_000 };

function toEvent(headers: Readonly<Record<string, string>>, body: object): APIGatewayProxyEventV2 {
  const event = {
    version: '2.0',
    rawPath: '/mcp',
    rawQueryString: '',
    headers,
    requestContext: { domainName: 'mcp.example.com', http: { method: 'POST' } },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
  // The handler reads nothing else of an event.
  return event as unknown as APIGatewayProxyEventV2;
}

const organizations = { ORGANIZATION_CLAIM: 'org', ALLOWED_ORGANIZATIONS: 'acme' };
const clients = { CLIENT_CLAIM: 'app', ALLOWED_CLIENT_IDS: 'mcp' };

describe('the MCP function', () => {
  it('writes lines that are JSON, of the load of the keys as well, and names its service in them', async () => {
    expect(await call({}, 'whoami', {})).toMatchObject({ statusCode: 200 });
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'key_set_loaded', Service: 'files', KeySetLoads: 1 },
      { event: 'tool_call', requestId: 'r1', tool: 'whoami', outcome: 'ok' },
      { event: 'request', requestId: 'r1', coldStart: true, Service: 'files', Requests: 1, ColdStarts: 1 },
    ]);
    for (const line of written) expect(line).toMatch(/^\{.*\}\n$/);
  });

  it.each([
    ['once for as long as its variable says', { PRINCIPAL_CACHE_SECONDS: '30' }, [1, 0, 1]],
    ['at every request without it', {}, [1, 1, 1]],
  ])('verifies a signature %s', async (_often, more, expected) => {
    const clock = jest.spyOn(Date, 'now');
    const start = Date.now();
    const handler = await create(more);
    await invoke(handler, 'whoami', {});
    const time = Math.floor(start / 1000);
    const claims = { ...accessTokens['JWT-Standard'], iat: time, nbf: time, exp: time + 300 };
    const token = await signToken(certificate, claims);
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const counts: number[] = [];
    for (const milliseconds of [0, 29_000, 31_000]) {
      clock.mockReturnValue(start + milliseconds);
      verify.mockClear();
      expect(await send(handler, token, 'whoami', {})).toMatchObject({ statusCode: 200 });
      counts.push(verify.mock.calls.length);
    }
    expect(counts).toEqual(expected);
  });

  it('goes on with the last keys for as long as its variable says while the issuer is down', async () => {
    const clock = jest.spyOn(Date, 'now');
    const start = Date.now();
    const handler = await create({ KEY_SET_MAX_AGE_HOURS: '1' });
    const statusAfter = async (milliseconds: number) => {
      clock.mockReturnValue(start + milliseconds);
      return (await invoke(handler, 'whoami', {})).statusCode;
    };
    expect(await statusAfter(0)).toBe(200);
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    expect(await statusAfter(3_590_000)).toBe(200);
    expect(await statusAfter(3_700_000)).toBe(503);
  });

  it('refuses the key set of an application with more than its one key, and trusts none of them', async () => {
    const keys = toKeySet(certificate, await createCertificate('cert-other'));
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(keys));
    expect(await call({}, 'whoami', {})).toMatchObject({ statusCode: 200 });
    expect(await call({ CASDOOR_APPLICATION: 'app-mpc' }, 'whoami', {})).toMatchObject({ statusCode: 503 });
    expect(written.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ event: 'key_set_load_failed', KeySetLoadFailures: 1 }),
    );
  });

  it.each<[string, Record<string, unknown>, Record<string, string>, number]>([
    ['by its mark', { uid: 'u1' }, { USER_MARK: 'uid' }, 200],
    ['without its mark', {}, { USER_MARK: 'uid' }, 401],
    ['of a listed organization', { uid: 'u1', org: 'acme' }, { USER_MARK: 'uid', ...organizations }, 200],
    ['of another organization', { uid: 'u1', org: 'globex' }, { USER_MARK: 'uid', ...organizations }, 401],
    ['of a listed client', { uid: 'u1', app: 'mcp' }, { USER_MARK: 'uid', ...clients }, 200],
    ['of another client', { uid: 'u1', azp: 'mcp' }, { USER_MARK: 'uid', ...clients }, 401],
    ['bound to a key', { uid: 'u1', cnf: {} }, { USER_MARK: 'uid' }, 401],
    [
      'bound to a key as a bearer',
      { uid: 'u1', cnf: {} },
      { USER_MARK: 'uid', BOUND_TOKENS: 'accepted' },
      200,
    ],
  ])('takes a user %s at a server that it does not know', async (_, claims, more, status) => {
    const handler = await create({ TOKEN_PROFILE: 'rfc9068', ...more });
    expect(await invoke(handler, 'whoami', {}, { azp: undefined, ...claims })).toMatchObject({
      statusCode: status,
    });
  });

  it('offers the tools for ChatGPT only where they are turned on', async () => {
    expect(JSON.parse((await call({}, 'fetch', { id: 'a.md' })).body ?? '')).toMatchObject({
      error: { message: expect.stringContaining('fetch') },
    });
  });

  it('asks no other service for what is not turned on', async () => {
    await call({}, 'whoami', {});
    expect([...dynamodb.calls(), ...sts.calls()]).toEqual([]);
  });

  it.each([
    ['on', { 'mcp-written-by': 'alice', 'mcp-client': expect.any(String) }],
    ['off', undefined],
  ])('keeps who wrote a file where that is %s', async (setting, writer) => {
    const s3 = mockClient(S3Client);
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    const handler = await create({ WRITER_METADATA: setting });
    const file = { path: 'a.md', content: 'x', create_only: true };
    const result = await invoke(handler, 'write_file', file, { scope: 'files:write' });
    const [put] = s3.commandCalls(PutObjectCommand);
    s3.restore();
    expect(result).toMatchObject({ statusCode: 200 });
    const { Metadata: metadata = {} } = put?.args[0].input ?? {};
    if (writer) expect(metadata).toMatchObject(writer);
    else expect(Object.keys(metadata)).toEqual(['write-id']);
  });

  it('holds callers to the quota of its table', async () => {
    dynamodb.on(GetItemCommand).resolves({});
    dynamodb
      .on(UpdateItemCommand)
      .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
    const quota = { QUOTA_TABLE: 'quota', CALLS_PER_MINUTE: '60', BYTES_PER_DAY: '1000' };
    const result = await call(quota, 'whoami', {});
    expect(result).toMatchObject({ statusCode: 429, headers: { 'retry-after': expect.any(String) } });
    const [counted] = dynamodb.commandCalls(UpdateItemCommand);
    expect(counted?.args[0].input).toMatchObject({
      TableName: 'quota',
      ExpressionAttributeValues: { ':limit': { N: '60' } },
    });
  });

  it('uses files in a session of the tenant role for the root of the caller', async () => {
    sts.on(AssumeRoleCommand).rejects(new Error('no session'));
    const role = { TENANT_ROLE_ARN: 'arn:aws:iam::111122223333:role/tenant' };
    await call(role, 'read_file', { path: 'a.md' });
    expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input).toMatchObject({
      RoleArn: role.TENANT_ROLE_ARN,
      Policy: expect.stringContaining(`"arn:aws:s3:::files/files/users/${userId}/*"`),
    });
    expect(JSON.parse(written.at(-2) ?? '')).toMatchObject({ event: 'tool_call', outcome: 'outage' });
  });
});

describe('the MCP function, given the other value of every setting', () => {
  const others = {
    RESOURCE_URL: 'https://files.example.com/mcp',
    ISSUER: 'https://id.example.com/realms/acme',
    JWKS_URL: 'https://id.example.com/realms/acme/keys',
    KEY_SET_MAX_AGE_HOURS: '1',
    PRINCIPAL_CACHE_SECONDS: '30',
    TOKEN_AUDIENCE: 'api',
    SCOPE_PREFIX: 'api/',
    TOKEN_PROFILE: 'rfc9068',
    TOKEN_ALGORITHMS: 'ES256',
    INITIAL_SCOPES: 'files:list',
    TOOL_VISIBILITY: 'permitted',
    FILES_BUCKET: 'other-bucket',
    FILES_PREFIX: 'other-prefix/',
    FILE_ROOTS: 'shared',
    DELETION: 'off',
    CHATGPT_TOOLS: 'on',
    MAX_WRITE_BYTES: '4',
    SERVICE_NAME: 'other-service',
    LOG_PATHS: 'on',
    WRITER_METADATA: 'off',
    ALLOWED_ORIGINS: 'https://web.example.com',
    ALLOWED_CLIENT_IDS: 'app',
  };
  const claims = {
    iss: others.ISSUER,
    aud: others.TOKEN_AUDIENCE,
    sub: 'alice',
    typ: 'Bearer',
    azp: 'app',
    sid: 's1',
    jti: 'onrtac:1',
    preferred_username: 'alice',
    scope: 'api/files:read api/files:write',
  };
  let handler: HttpApiHandler;
  let elliptic: Certificate;

  beforeAll(async () => {
    elliptic = await createCertificate('elliptic', 'ES256');
  });

  beforeEach(async () => {
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(toKeySet(elliptic)));
    handler = await create(others);
  });

  async function send(
    method: string,
    params: object,
    { origin = 'https://web.example.com', ...changed } = {},
  ) {
    const time = Math.floor(Date.now() / 1000);
    const token = await signToken(elliptic, { ...claims, iat: time, exp: time + 60, ...changed });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin };
    const { statusCode, body } = await handler(toEvent(headers, legacy(method, params)), context);
    return { statusCode, ...JSON.parse(body ?? '') };
  }

  it('names its own metadata and its first scopes in the challenge, as the authorization server does', async () => {
    const { headers } = await handler(toEvent({}, {}), context);
    expect(headers?.['www-authenticate']).toBe(
      'Bearer scope="api/files:list", resource_metadata="https://files.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('fetches the keys from where it is told', () => {
    expect(String(jest.mocked(fetch).mock.calls[0]?.[0])).toBe(others.JWKS_URL);
  });

  it.each<[string, Record<string, string>]>([
    ['of another issuer', { iss: issuer }],
    ['for another audience', { aud: others.RESOURCE_URL }],
    ['of another client', { azp: 'other' }],
  ])('refuses a token %s', async (_, changed) => {
    expect(await send('ping', {}, changed)).toMatchObject({ statusCode: 401 });
  });

  it('refuses another origin', async () => {
    expect(await send('ping', {}, { origin: 'https://claude.ai' })).toMatchObject({ statusCode: 403 });
  });

  it('serves its own origin, where the connect page checks it', async () => {
    expect(await send('ping', {}, { origin: 'https://files.example.com' })).toMatchObject({
      statusCode: 200,
    });
  });

  it('shows what the token may call, without the tools that delete and with those for ChatGPT', async () => {
    const { result } = await send('tools/list', {});
    expect(result.tools.map(({ name }: { name: string }) => name)).toEqual([
      'append_file',
      'copy_file',
      'create_download_url',
      'create_upload_url',
      'edit_file',
      'get_file_info',
      'read_file',
      'read_multiple_files',
      'restore_file',
      'whoami',
      'write_file',
      'fetch',
    ]);
  });

  it('takes no more content than it is told', async () => {
    const write = { name: 'write_file', arguments: { path: 'a.md', content: 'hello' } };
    expect(await send('tools/call', write)).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining('at most 4') }] },
    });
  });

  it('reads in its bucket, under its prefix and the shared root, and logs the path', async () => {
    const s3 = mockClient(S3Client);
    await send('tools/call', { name: 'read_file', arguments: { path: 'a.md' } });
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'other-bucket',
      Key: 'other-prefix/shared/a.md',
    });
    s3.restore();
    const lines = written.map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ event: 'tool_call', path: 'a.md' }));
    expect(lines).toContainEqual(expect.objectContaining({ event: 'request', Service: 'other-service' }));
  });
});

describe('the start of an environment', () => {
  const tools = Object.values(catalogue);

  it.each([
    ['provisioned-concurrency', tools.length],
    ['on-demand', 0],
  ])('that is %s loads %i tools', async (type, count) => {
    const loaded: string[] = [];
    const entries = tools.map((tool) => ({
      ...tool,
      load() {
        loaded.push(tool.name);
        return tool.load();
      },
    }));
    await createMcpFunction({ ...variables, AWS_LAMBDA_INITIALIZATION_TYPE: type }, entries, scopesOfTools);
    expect(loaded).toHaveLength(count);
  });
});
