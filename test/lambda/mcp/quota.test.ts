import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Principal } from '../../../lambda/auth/principal.ts';
import { createQuotaTable } from '../../../lambda/aws/quota-table.ts';
import { createQuota, type Quota, type QuotaOptions } from '../../../lambda/mcp/quota.ts';
import { createTestServer, legacy, modern } from '../../support/mcp-server.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';

/** 2026-08-22T12:00:10Z: ten seconds into a minute and twelve hours into a day. */
const start = Date.UTC(2026, 7, 22, 12, 0, 10);

const table = mockClient(DynamoDBClient);
/** What stands in the table, which every instance of the function shares. */
const items = new Map<string, { used: number; expiresAt: number }>();
let time = start;

beforeEach(() => {
  time = start;
  items.clear();
  table.reset();
  table.on(UpdateItemCommand).callsFake((input) => {
    const values = input.ExpressionAttributeValues;
    const used = items.get(input.Key.id.S)?.used ?? 0;
    if (input.ConditionExpression && used >= Number(values[':limit'].N)) {
      throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    }
    const expiresAt = Number(values[':expires_at'].N);
    items.set(input.Key.id.S, { used: used + Number(values[':amount'].N), expiresAt });
    return {};
  });
  table.on(GetItemCommand).callsFake(({ Key }) => {
    const item = items.get(Key.id.S);
    return item ? { Item: { used: { N: String(item.used) } } } : {};
  });
});

/** An instance of the function, as far as it counts. */
function createInstance(limits: Partial<Pick<QuotaOptions, 'callsPerMinute' | 'bytesPerDay'>>): Quota {
  const counters = createQuotaTable('quota', new DynamoDBClient({}));
  return createQuota({
    callsPerMinute: undefined,
    bytesPerDay: undefined,
    ...limits,
    counters,
    now: () => time,
  });
}

const alice: Principal = {
  kind: 'user',
  issuer: 'https://door.example.com',
  subject: 'alice',
  clientId: 'agent',
  scopes: new Set(),
  expiresAt: 0,
};
const log = jest.fn();

const refusal = (quota: string, retryAfterSeconds: number) => ({
  refusal: { code: 'quota_exceeded', quota, retryAfterSeconds },
});

describe('the quota of calls', () => {
  it('is counted by all instances together', async () => {
    const [one, other] = [createInstance({ callsPerMinute: 3 }), createInstance({ callsPerMinute: 3 })];
    await one.takeCall(alice, log);
    await other.takeCall(alice, log);
    await one.takeCall(alice, log);
    await expect(other.takeCall(alice, log)).rejects.toMatchObject(refusal('calls_per_minute', 50));
    await expect(one.takeCall(alice, log)).rejects.toMatchObject(refusal('calls_per_minute', 50));
    expect([...items.values()]).toEqual([{ used: 3, expiresAt: Date.UTC(2026, 7, 22, 12, 1) / 1000 }]);
  });

  it('begins anew with each minute of the clock', async () => {
    const quota = createInstance({ callsPerMinute: 1 });
    await quota.takeCall(alice, log);
    time = Date.UTC(2026, 7, 22, 12, 0, 59, 999);
    await expect(quota.takeCall(alice, log)).rejects.toMatchObject(refusal('calls_per_minute', 1));
    time += 1;
    await quota.takeCall(alice, log);
  });

  it('is one of its own for each caller, and machines are told apart by their client', async () => {
    const quota = createInstance({ callsPerMinute: 1 });
    const machine = { ...alice, kind: 'machine' } as const;
    await quota.takeCall(alice, log);
    await quota.takeCall({ ...alice, subject: 'bob' }, log);
    await quota.takeCall({ ...alice, issuer: 'https://other.example.com' }, log);
    await quota.takeCall(machine, log);
    await quota.takeCall({ ...machine, clientId: 'other' }, log);
    await quota.takeCall({ ...alice, subject: 'agent' }, log);
    await expect(quota.takeCall({ ...alice, clientId: 'other' }, log)).rejects.toThrow('quota_exceeded');
    await expect(quota.takeCall({ ...machine, subject: 'other' }, log)).rejects.toThrow('quota_exceeded');
  });

  it('names nobody in the table', async () => {
    await createInstance({ callsPerMinute: 1 }).takeCall(alice, log);
    expect([...items.keys()]).toEqual([expect.stringMatching(/^[\da-f]{64}\/calls_per_minute\/\d+$/)]);
  });
});

describe('the quota of bytes', () => {
  it('is counted by all instances together, and the call that exceeds it is the last', async () => {
    const [one, other] = [createInstance({ bytesPerDay: 100 }), createInstance({ bytesPerDay: 100 })];
    await one.takeCall(alice, log);
    await one.addBytes(alice, 60, log);
    await other.takeCall(alice, log);
    await other.addBytes(alice, 60, log);
    const wait = 12 * 3600 - 10;
    await expect(one.takeCall(alice, log)).rejects.toMatchObject(refusal('bytes_per_day', wait));
    time = Date.UTC(2026, 7, 23);
    await one.takeCall(alice, log);
    expect([...items.values()]).toEqual([{ used: 120, expiresAt: Date.UTC(2026, 7, 23) / 1000 }]);
  });

  it('asks for what was counted last, also by another instance', async () => {
    await createInstance({ bytesPerDay: 100 }).takeCall(alice, log);
    expect(table.commandCalls(GetItemCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
  });

  it('goes with that of calls', async () => {
    const quota = createInstance({ callsPerMinute: 1, bytesPerDay: 100 });
    await quota.takeCall(alice, log);
    await expect(quota.takeCall(alice, log)).rejects.toMatchObject(refusal('calls_per_minute', 50));
    await quota.addBytes(alice, 100, log);
    time += 60_000;
    await expect(quota.takeCall(alice, log)).rejects.toMatchObject({ refusal: { quota: 'bytes_per_day' } });
  });
});

describe('a quota whose table cannot be reached', () => {
  it('holds nobody up, says so in the log, and is counted', async () => {
    const error = new Error('no route');
    table.on(UpdateItemCommand).rejects(error).on(GetItemCommand).rejects(error);
    const quota = createInstance({ callsPerMinute: 1, bytesPerDay: 1 });
    log.mockClear();
    await quota.takeCall(alice, log);
    await quota.addBytes(alice, 5, log);
    const facts = { error: expect.objectContaining({ message: 'no route' }) };
    const line = ['quota_unavailable', facts, [{ name: 'QuotaFailures', value: 1 }]];
    expect(log.mock.calls).toEqual([line, line, line]);
  });

  it('is not waited for longer than a second', async () => {
    await createInstance({ callsPerMinute: 1 }).takeCall(alice, log);
    const [call] = table.commandCalls(UpdateItemCommand);
    // The mock is called as the client is, and types only the first argument.
    const [, options] = (call?.args ?? []) as unknown as [unknown, { abortSignal?: AbortSignal }];
    await new Promise((resolve) => options.abortSignal?.addEventListener('abort', resolve));
    expect(options.abortSignal?.reason).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('the MCP endpoint with a quota', () => {
  const read = { name: 'read_file', arguments: { path: 'a.md' } };
  const openFiles = () => createMemoryFileStore({ files: { 'a.md': 'hello' } });

  it('answers 429 with Retry-After and no challenge when it is used up, and counts that', async () => {
    const server = await createTestServer({ openFiles, quota: createInstance({ callsPerMinute: 1 }) });
    const token = await server.token('files:read');
    expect((await server.send({ body: legacy('tools/call', read), token })).status).toBe(200);
    const response = await server.send({ ...modern('tools/call', read), token });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('50');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      id: 1,
      error: {
        message: expect.stringContaining('is used up: try again in 50 seconds'),
        data: { error: 'quota_exceeded' },
      },
    });
    expect(server.lines.slice(-3).map((line) => JSON.parse(line))).toMatchObject([
      { event: 'refused', code: 'quota_exceeded', quota: 'calls_per_minute' },
      { event: 'tool_call', outcome: 'refused', scopes: 'granted' },
      { event: 'request', status: 429, QuotaExceeded: 1, Refusals: 1, Code: 'quota_exceeded' },
    ]);
  });

  it('counts tool calls and nothing else, and none that the token may not make', async () => {
    const server = await createTestServer({ openFiles, quota: createInstance({ callsPerMinute: 1 }) });
    const token = await server.token('files:read');
    await server.send({ body: legacy('tools/list'), token });
    await server.send({ body: legacy('tools/call', { ...read, name: 'write_file' }), token });
    await server.send({ body: legacy('tools/call', read), token: 'x' });
    expect(items.size).toBe(0);
    await server.send({ body: legacy('tools/call', read), token });
    expect([...items.values()].map(({ used }) => used)).toEqual([1]);
  });

  it('counts the bytes of the message and of the answer', async () => {
    const server = await createTestServer({ openFiles, quota: createInstance({ bytesPerDay: 1_000_000 }) });
    const body = legacy('tools/call', read);
    const response = await server.send({ body, token: await server.token('files:read') });
    const bytes = JSON.stringify(body).length + (await response.arrayBuffer()).byteLength;
    expect([...items.values()].map(({ used }) => used)).toEqual([bytes]);
    expect(server.logged.at(-1)).toMatchObject({ event: 'request', facts: { bytes } });
  });
});
