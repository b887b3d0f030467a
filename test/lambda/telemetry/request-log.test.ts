import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Refused } from '../../../lambda/auth/refusal.ts';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import { type FileStore, FileStoreError } from '../../../lambda/files/file-store.ts';
import type { McpEndpointOptions } from '../../../lambda/mcp/endpoint.ts';
import { defineTool } from '../../../lambda/tools/tool.ts';
import { clientId, signToken, userId } from '../../support/casdoor.ts';
import { createTestServer, legacy, modern } from '../../support/mcp-server.ts';
import { createMemoryFileStore, toEtag } from '../../support/memory-file-store.ts';

const all = 'files:list files:read files:write';
const caller = { subject: userId, organization: 'acme', clientId };

const toHash = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 16);
const toCall = (name: string, args: object = {}) => legacy('tools/call', { name, arguments: args });

type Line = Readonly<Record<string, unknown>>;

/** Sends one message to a server with these files and answers what it logged. */
async function audit(
  body: object,
  options: Partial<McpEndpointOptions> & { files?: FileStore; scope?: string } = {},
): Promise<Line[]> {
  const { files = createMemoryFileStore({ files: { 'a.md': 'hello' } }), scope = all, ...rest } = options;
  const server = await createTestServer({ openFiles: () => files, ...rest });
  await server.send({ body, token: await server.token(scope) });
  return server.lines.map((line) => JSON.parse(line));
}

function find(lines: readonly Line[], event: string): Line | undefined {
  return lines.find((line) => line.event === event);
}

/** The store with an outage of one call. */
function withOutage(call: keyof FileStore, error: Error): FileStore {
  const files = createMemoryFileStore({ files: { 'a.md': 'hello' } });
  return { ...files, [call]: () => Promise.reject(error) };
}

describe('a write that has no version', () => {
  it.each([undefined, 'null'])('is logged with its remedy, and counted: version %s', async (versionId) => {
    const store = createMemoryFileStore();
    const files: FileStore = {
      ...store,
      async write(path, content, options) {
        const { versionId: _, ...written } = await store.write(path, content, options);
        return { ...written, ...(versionId !== undefined && { versionId }) };
      },
    };
    const lines = await audit(toCall('write_file', { path: 'a.txt', content: 'x' }), { files });
    expect(find(lines, 'unversioned_write')).toMatchObject({
      ...{ ...caller, tool: 'write_file', UnversionedWrites: 1 },
      remedy:
        'turn on the versioning of the bucket: until then what is overwritten or deleted is gone for good',
    });
  });

  it('is not told of a write that has one', async () => {
    const lines = await audit(toCall('write_file', { path: 'a.txt', content: 'x' }));
    expect(find(lines, 'unversioned_write')).toBeUndefined();
  });
});

describe('the line of a request', () => {
  it('names the request, its trace, the caller and what came of it', async () => {
    const server = await createTestServer();
    const traceId = '1-5759e988-bd862e3fe1be46a994272793';
    const body = legacy('tools/list');
    const response = await server.send({
      body,
      token: await server.token(all),
      invocation: { requestId: 'r1', traceId, coldStart: true },
    });
    const bytes = JSON.stringify(body).length + (await response.arrayBuffer()).byteLength;
    expect(server.logged).toEqual([
      {
        event: 'request',
        facts: {
          ...{ requestId: 'r1', traceId, ...caller, tool: undefined, scopes: undefined },
          ...{ outcome: 'answered', status: 200, bytes, durationMs: expect.any(Number), coldStart: true },
        },
      },
    ]);
  });

  it.each([
    ['an answer', { body: legacy('ping') }, { outcome: 'answered', status: 200 }],
    ['a message that is none', { body: '{' }, { outcome: 'invalid', status: 400 }],
    ['another method', { method: 'GET' }, { outcome: 'invalid', status: 405 }],
    [
      'an origin that is not allowed',
      { body: legacy('ping'), headers: { origin: 'https://evil.example.com' } },
      { outcome: 'invalid', status: 403 },
    ],
    ['no such tool', { body: toCall('rm') }, { outcome: 'answered', status: 200, tool: 'unknown' }],
  ])('tells of %s', async (_, request, facts) => {
    const server = await createTestServer();
    await server.send({ ...request, token: await server.token(all) });
    expect(server.logged).toMatchObject([{ event: 'request', facts }]);
  });

  it('follows the reason of a refusal, which the caller is not told in these words', async () => {
    const server = await createTestServer();
    await server.send({ body: legacy('ping'), token: 'x' });
    expect(server.logged).toMatchObject([
      { event: 'refused', facts: { requestId: 'request-1', code: 'malformed_token' } },
      { event: 'request', facts: { outcome: 'refused', status: 401 } },
    ]);
    expect(server.logged[1]?.facts).not.toHaveProperty('subject');
  });
});

describe('the line of a tool call', () => {
  it('names the file by a hash, and tells its etag and size', async () => {
    const lines = await audit(toCall('write_file', { path: './b.md', content: 'hello!' }));
    expect(lines[0]).toEqual({
      event: 'tool_call',
      requestId: 'request-1',
      ...caller,
      ...{ tool: 'write_file', scopes: 'granted', outcome: 'ok', durationMs: expect.any(Number) },
      ...{ pathHash: toHash('b.md'), etag: toEtag('hello!'), bytes: 6 },
    });
  });

  it('names the file itself where the operator wants it so', async () => {
    const lines = await audit(toCall('read_file', { path: 'a.md' }), { logPaths: true });
    expect(lines[0]).toMatchObject({
      path: 'a.md',
      pathHash: toHash('a.md'),
      etag: toEtag('hello'),
      bytes: 5,
    });
  });

  it('names the changed file first, and the others after it', async () => {
    const call = toCall('move_file', { source: 'a.md', target: 'b.md' });
    const [line] = await audit(call, { logPaths: true });
    expect(line).toMatchObject({
      ...{ pathHash: toHash('b.md'), otherPathHashes: [toHash('a.md')], fileCount: 2 },
      ...{ path: 'b.md', otherPaths: ['a.md'], etag: toEtag('hello'), bytes: 5 },
    });
  });

  it('tells of the deleted file which version it was', async () => {
    const [line] = await audit(toCall('delete_file', { path: 'a.md' }));
    expect(line).toMatchObject({ pathHash: toHash('a.md'), etag: toEtag('hello') });
  });

  it('names twenty files beside the first at most and counts all, and measures a hundred', async () => {
    const paths = Array.from({ length: 130 }, (_, index) => `${index}.md`);
    const read = defineTool({
      name: 'read_all',
      title: 'Read all',
      description: 'Reads more files than a line can name.',
      input: z.strictObject({}),
      hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      async run(_input, { files, signal }) {
        for (const path of paths) await files.stat(readFilePath(path), { signal });
        return { text: '' };
      },
    });
    const files = createMemoryFileStore({ files: Object.fromEntries(paths.map((path) => [path, 'x'])) });
    const options = { files, tools: [read], scopesOfTools: { read_all: [] } };
    const [line, request, ...more] = await audit(toCall('read_all'), options);
    expect(line).toMatchObject({ pathHash: toHash('0.md'), fileCount: 130 });
    expect(line?.otherPathHashes).toEqual(paths.slice(1, 21).map(toHash));
    expect(request?.StorageLatency).toHaveLength(100);
    expect(more).toEqual([]);
  });

  it.each([
    ['create_download_url', { path: 'a.md' }, 'download'],
    ['create_upload_url', { path: 'a.md', size: 5 }, 'upload'],
  ])('tells that %s handed out a URL, and for which file, and never the URL', async (name, args, url) => {
    const lines = await audit(toCall(name, args));
    expect(lines[0]).toMatchObject({
      event: 'tool_call',
      ...caller,
      tool: name,
      url,
      pathHash: toHash('a.md'),
    });
    expect(JSON.stringify(lines)).not.toContain('://');
  });

  it.each([
    ['what the model can mend', toCall('read_file', { path: 'b.md' }), {}, 'failed'],
    ['arguments that do not fit', toCall('read_file', { file: 'a.md' }), {}, 'invalid'],
    ['a scope that is missing', toCall('read_file', { path: 'a.md' }), { scope: 'files:list' }, 'refused'],
    [
      'an outage',
      toCall('read_file', { path: 'a.md' }),
      { files: withOutage('read', new Error('down')) },
      'outage',
    ],
    [
      'an outage before the tool',
      toCall('read_file', { path: 'a.md' }),
      {
        openFiles() {
          throw new Error('down');
        },
      },
      'outage',
    ],
  ])('tells of %s', async (_, call, options, outcome) => {
    const line = find(await audit(call, options), 'tool_call');
    const scopes = outcome === 'refused' ? 'missing' : 'granted';
    expect(line).toMatchObject({ tool: 'read_file', outcome, scopes });
  });

  it('is the same for both eras and for an event stream, which is waited for', async () => {
    const server = await createTestServer({
      openFiles: () => createMemoryFileStore({ files: { 'a.md': 'hello' } }),
    });
    const token = await server.token(all);
    const call = { name: 'read_file', arguments: { path: 'a.md' } };
    await server.send({ ...modern('tools/call', call), token });
    const body = legacy('tools/call', { ...call, _meta: { progressToken: 1 } });
    const response = await server.send({ body, token });
    const bytes = JSON.stringify(body).length + (await response.arrayBuffer()).byteLength;
    const toolCall = { event: 'tool_call', facts: { outcome: 'ok', bytes: 5, pathHash: toHash('a.md') } };
    const request = { event: 'request', facts: { outcome: 'answered' } };
    expect(server.logged).toMatchObject([toolCall, request, toolCall, { ...request, facts: { bytes } }]);
  });
});

describe('the line of a failed tool', () => {
  it('is written for a deadline too', async () => {
    const server = await createTestServer({
      openFiles: () => ({ ...createMemoryFileStore({ files: {} }), read: () => new Promise(() => {}) }),
    });
    const deadline = new AbortController();
    const body = toCall('read_file', { path: 'a.md' });
    const answer = server.send({ body, token: await server.token(all), deadline: deadline.signal });
    setTimeout(() => deadline.abort(new Error('deadline')), 10);
    await answer;
    expect(server.logged).toMatchObject([
      { event: 'tool_failed', facts: { tool: 'read_file', ...caller, error: { message: 'deadline' } } },
      { event: 'tool_call', facts: { outcome: 'timeout', pathHash: toHash('a.md') } },
      { event: 'request' },
    ]);
  });

  it('is written where a tool had its own words for an outage', async () => {
    const files = withOutage('delete', new Error('S3 is down'));
    const lines = await audit(toCall('move_file', { source: 'a.md', target: 'b.md' }), { files });
    expect(lines.slice(0, 3)).toMatchObject([
      { event: 'tool_failed', tool: 'move_file', error: { message: 'S3 is down' } },
      { event: 'tool_call', outcome: 'outage' },
      { event: 'request', ToolFailures: 1 },
    ]);
  });

  it('is written where a tool answered without one of its files', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'hello', 'b.md': 'hello' } });
    const denial = new FileStoreError({ code: 'denied', path: readFilePath('b.md'), action: 'read' });
    const half: FileStore = {
      ...files,
      read: (path, options) => (path === 'b.md' ? Promise.reject(denial) : files.read(path, options)),
    };
    for (const [name, args] of [
      ['read_multiple_files', { paths: ['a.md', 'b.md'] }],
      ['search_files', { query: 'hello' }],
    ] as const) {
      const lines = await audit(toCall(name, args), { files: half });
      expect(lines.slice(0, 3)).toMatchObject([
        { event: 'tool_failed', tool: name, error: { message: 'denied' } },
        { event: 'tool_call', outcome: 'outage' },
        { event: 'request', ToolFailures: 1 },
      ]);
    }
  });

  it('is not written for what a tool itself ended', async () => {
    const files = createMemoryFileStore({ files: { 'a.md': 'hello', 'b.md': 'hello' } });
    const slow: FileStore = {
      ...files,
      read: (path, options) => {
        if (path === 'a.md') return files.read(path, options);
        return new Promise((_, reject) => {
          options.signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    };
    const lines = await audit(toCall('search_files', { query: 'hello', limit: 1 }), { files: slow });
    expect(lines.slice(0, 2).map(({ event, outcome }) => [event, outcome])).toEqual([
      ['tool_call', 'ok'],
      ['request', 'answered'],
    ]);
  });

  it.each([
    ['write_file', { path: 'b.bin', content: '?', encoding: 'base64' }],
    ['read_file', { path: '../a' }],
    ['read_file', { path: 'b.md' }],
  ])('is not written for a mistake of the model: %s %j', async (name, args) => {
    expect(find(await audit(toCall(name, args)), 'tool_failed')).toBeUndefined();
  });
});

describe('the metrics of a request', () => {
  const toMetrics = (line: Line | undefined) =>
    Object.fromEntries(Object.entries(line ?? {}).filter(([name]) => /^[A-Z]/.test(name)));

  it('stand in its line', async () => {
    const lines = await audit(toCall('read_file', { path: 'a.md' }));
    expect(toMetrics(find(lines, 'request'))).toEqual({
      ...{ Service: 'files', Tool: 'read_file', Operation: 'read' },
      ...{ Requests: 1, RequestDuration: expect.any(Number) },
      ...{ ToolCalls: 1, ToolDuration: expect.any(Number), StorageLatency: expect.any(Number) },
    });
    expect(lines).toHaveLength(2);
  });

  it('count a cold start', async () => {
    const server = await createTestServer();
    await server.send({
      body: legacy('ping'),
      token: await server.token(''),
      invocation: { coldStart: true },
    });
    expect(server.lines.map((line) => JSON.parse(line))).toMatchObject([{ Requests: 1, ColdStarts: 1 }]);
  });

  it('count a refusal by its code, and no tool call', async () => {
    const lines = await audit(toCall('read_file', { path: 'a.md' }), { scope: '' });
    expect(toMetrics(find(lines, 'request'))).toEqual({
      ...{ Service: 'files', Code: 'insufficient_scope', Refusals: 1 },
      ...{ Requests: 1, RequestDuration: expect.any(Number) },
    });
  });

  it('count a failure of ours and none of the model', async () => {
    const files = withOutage('read', new Error('down'));
    const call = toCall('read_file', { path: 'a.md' });
    expect(find(await audit(call, { files }), 'request')).toMatchObject({ ToolCalls: 1, ToolFailures: 1 });
    const mistaken = find(await audit(toCall('read_file', { path: 'b.md' })), 'request');
    expect(mistaken).toMatchObject({ ToolCalls: 1 });
    expect(mistaken).not.toHaveProperty('ToolFailures');
  });

  it('have a line more for each further operation, and none for making a URL', async () => {
    const lines = await audit(toCall('create_download_url', { path: 'a.md' }));
    expect(lines.map(({ event, Operation }) => [event, Operation])).toEqual([
      ['tool_call', undefined],
      ['request', 'stat'],
    ]);
    const moved = await audit(toCall('move_file', { source: 'a.md', target: 'b' }));
    expect(moved.map(({ event, Operation }) => [event, Operation])).toEqual([
      ['tool_call', undefined],
      ['request', 'copy'],
      ['metrics', 'delete'],
      ['metrics', 'list'],
    ]);
  });

  it('name no tool that there is not, which is the caller’s own text', async () => {
    const lines = await audit(toCall('marker_tool'));
    expect(JSON.stringify(lines)).not.toContain('marker_tool');
    expect(find(lines, 'request')).not.toHaveProperty('ToolCalls');
  });
});

describe('whatever a caller sends', () => {
  const path = 'marker-directory/märker file.md';
  const content = 'marker-content\nof "two" lines';
  const markers = /marker|m%C3%A4rker|märker/i;
  const claims = {
    email: 'marker-email@example.com',
    name: 'marker-name',
    address: { street: 'marker-street' },
  };

  /** The store that quotes what it was given, as services do. */
  const quoting: Partial<FileStore> = {
    write: async (asked, bytes) => {
      const key = encodeURI(`files/${asked}`);
      const cause = new Error(`PUT https://bucket.s3.amazonaws.com/${key}?X-Amz-Signature=1`);
      throw new TypeError(`no access to arn:aws:s3:::bucket/files/${asked} with ${Buffer.from(bytes)}`, {
        cause,
      });
    },
    read: async (asked) => {
      throw new Error(`no access to arn:aws:s3:::bucket/files/${asked}`);
    },
  };

  async function logOf(options: Partial<McpEndpointOptions>, token?: string): Promise<string> {
    const server = await createTestServer(options);
    const standard = { ...claims, iss: 'https://door.example.com', sub: userId, azp: clientId };
    const signed = await signToken(server.certificate, {
      ...standard,
      ...{ tokenType: 'access-token', owner: 'acme', aud: ['https://mcp.example.com/mcp'] },
      ...{ exp: 1_787_403_600, nbf: 1_787_400_000, iat: 1_787_400_000, scope: `${all} marker-scope` },
    });
    const send = async (name: string, args: object) => {
      const authorization = token ?? signed;
      await server.send({ body: toCall(name, args), token: authorization });
      await server.send({ ...modern('tools/call', { name, arguments: args }), token: authorization });
      for (const part of authorization.split('.').filter((one) => one.length > 3)) {
        expect(server.lines.join('\n')).not.toContain(part);
      }
    };
    await send('write_file', { path, content });
    await send('write_file', { path: `./${path}`, content, create_only: true });
    await send('write_file', { path, content, marker_argument: 'marker-argument' });
    await send('edit_file', { path, edits: [{ old_text: 'marker-old', new_text: 'marker-new' }] });
    await send('read_file', { path, cursor: 'marker-cursor' });
    await send('read_file', { path: `../${path}` });
    await send('create_upload_url', { path, size: 5, media_type: 'marker/type' });
    await send('create_download_url', { path });
    await send('list_files', { path: 'marker-directory' });
    await send('marker_tool', { path, content });
    await server.send({ body: `{"marker": "${content}`, token: signed });
    await server.send({ body: legacy('marker/method', { path }), token: signed });
    expect(server.lines.length).toBeGreaterThan(22);
    return server.lines.join('\n');
  }

  const stored = () => createMemoryFileStore({ files: { [path.normalize('NFC')]: content } });

  it('is not logged when all goes well', async () => {
    const log = await logOf({ openFiles: stored });
    expect(log).toContain(toHash(path.normalize('NFC')));
    expect(log).not.toMatch(markers);
    expect(log).not.toMatch(/X-Amz|:\/\//);
  });

  it('is not logged when the store quotes it in its errors', async () => {
    const log = await logOf({ openFiles: () => ({ ...stored(), ...quoting }) });
    expect(log).toContain('no access to arn:aws:s3:::bucket/files/[redacted] with [redacted]');
    expect(log).toContain('PUT https://bucket.s3.amazonaws.com/files/[redacted]');
    expect(log).not.toMatch(markers);
  });

  it('is not logged when a bug quotes the token', async () => {
    const verify = (token: string) =>
      Promise.reject(new Error(`cannot read ${token.split('.')[1]} of ${token}`));
    const log = await logOf({ verify });
    expect(log).toContain('cannot read [redacted] of [redacted]');
    expect(log).not.toMatch(markers);
  });

  it('is not logged when it is refused', async () => {
    const reason = { code: 'bad_signature' } as const;
    const log = await logOf({ verify: () => Promise.reject(new Refused(reason)) }, 'marker.marker.marker');
    expect(log).not.toMatch(markers);
  });
});
