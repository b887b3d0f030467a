import { readFileUri, toFileUri } from '../../../lambda/files/file-uri.ts';
import { createFileMethods } from '../../../lambda/mcp/resources/methods.ts';
import { createTestServer, legacy, modern, type TestServer } from '../../support/mcp-server.ts';
import { createMemoryFileStore, toEtag, writeText } from '../../support/memory-file-store.ts';

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const toLines = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

/** A server over files in memory, and what it answers at both eras. */
async function serve(files: Readonly<Record<string, string | Uint8Array>>, options = {}) {
  const store = createMemoryFileStore({ files });
  const server = await createTestServer({ openFiles: () => store, ...options });
  return {
    server,
    store,
    async ask(method: string, params: Record<string, unknown> = {}, scope = 'files:list files:read') {
      const token = await server.token(scope);
      const now = await server.send({ ...modern(method, params), token });
      const before = await server.send({ body: legacy(method, params), token });
      const [answer, old] = [await now.json(), await before.json()];
      expect(answer.error ?? answer.result).toMatchObject(old.error ?? old.result);
      return { response: now, ...answer };
    },
  };
}

const template = 'files:///{path}{?pages,sheet,formulas,raw,offset,limit,head,tail,version_id,cursor}';

describe('the URI of a file', () => {
  it.each([
    ['notes/today.md', 'files:///notes/today.md'],
    ['a b/c+d&e=f.txt', 'files:///a%20b/c%2Bd%26e%3Df.txt'],
    ['what?/a#b.md', 'files:///what%3F/a%23b.md'],
    ['100%/%2e%2e.md', 'files:///100%25/%252e%252e.md'],
    ['Grüße/世界 😀.md', 'files:///Gr%C3%BC%C3%9Fe/%E4%B8%96%E7%95%8C%20%F0%9F%98%80.md'],
    ['C:/{x}[y]|"z"', 'files:///C%3A/%7Bx%7D%5By%5D%7C%22z%22'],
  ])('of %s is ASCII and comes back whole', (path, uri) => {
    expect(toFileUri('files:///', path)).toBe(uri);
    expect(readFileUri('files:///', uri)).toEqual({ path, query: {} });
    // A template's variable has its slashes encoded too, and a person types none of it.
    expect(readFileUri('files:///', `files:///${encodeURIComponent(path)}`).path).toBe(path);
  });

  it('is read by the one parser of paths', () => {
    for (const path of ['../a', 'a/%2e%2e/b', 'a%2F..%2Fb', '', 'a//b', 'a%00b', 'a%5Cb', 'dir/']) {
      expect(() => readFileUri('files:///', `files:///${path}`)).toThrow('the path');
    }
    expect(readFileUri('files:///', 'files:///re%CC%81sume%CC%81.md').path).toBe('résumé.md');
  });

  it.each([
    ['file:///etc/passwd', 'begin with files:///'],
    ['files://host/a', 'begin with files:///'],
    ['', 'begin with files:///'],
    ['files:///a#b', '%23'],
    ['files:///a?b?c', '%3F'],
    ['files:///a%zz', '%25'],
    ['files:///a%ff', '%25'],
    ['files:///a?head=1&head=2', 'once'],
  ])('is refused: %s', (uri, words) => {
    expect(() => readFileUri('files:///', uri)).toThrow(words);
  });
});

describe('resources/list', () => {
  it('lists every file with its URI, type, size and time, and how long that may be kept', async () => {
    const { ask } = await serve({ 'b/ü?.md': '# B\n', 'a.png': png });
    const { result } = await ask('resources/list');
    expect(result).toMatchObject({ ttlMs: 10_000, cacheScope: 'private', resultType: 'complete' });
    expect(result.resources).toEqual([
      {
        uri: 'files:///a.png',
        name: 'a.png',
        mimeType: 'image/png',
        size: 10,
        annotations: { lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      },
      expect.objectContaining({
        uri: 'files:///b/%C3%BC%3F.md',
        name: 'b/ü?.md',
        mimeType: 'text/markdown',
        size: 4,
      }),
    ]);
    expect(result).not.toHaveProperty('nextCursor');
  });

  it('shows what hides in a name, and keeps the name itself in the URI', async () => {
    const { ask } = await serve({ 'a\u202etxt.exe': 'x' });
    const { result } = await ask('resources/list');
    expect(result.resources).toMatchObject([
      { uri: 'files:///a%E2%80%AEtxt.exe', name: String.raw`a\u202etxt.exe` },
    ]);
  });

  it('goes on from page to page, and misses and repeats nothing', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `d/${1_000 + index}.txt`);
    const { ask } = await serve(Object.fromEntries(names.map((name) => [name, 'x'])));
    const listed: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { result } = await ask('resources/list', cursor === undefined ? {} : { cursor });
      listed.push(...result.resources.map(({ name }: { name: string }) => name));
      cursor = result.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(listed).toEqual(names);
    expect(pages).toBe(3);
  });

  it.each(['none', 7])('refuses the cursor %j', async (cursor) => {
    const { ask } = await serve({});
    expect((await ask('resources/list', { cursor })).error).toMatchObject({ code: -32602 });
  });
});

describe('resources/templates/list', () => {
  it('has one template, for whoever has a token', async () => {
    const { ask } = await serve({});
    const { result } = await ask('resources/templates/list', {}, '');
    expect(result).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
    expect(result.resourceTemplates).toEqual([expect.objectContaining({ uriTemplate: template })]);
    expect((await ask('resources/templates/list', { cursor: 'x' })).error).toMatchObject({ code: -32602 });
  });
});

describe('resources/read', () => {
  it('answers a text whole as one item, with its facts for programs', async () => {
    const { ask } = await serve({ 'a b.md': '# A\n' });
    const { result } = await ask('resources/read', { uri: 'files:///a%20b.md' });
    expect(result).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
    expect(result.contents).toEqual([
      {
        uri: 'files:///a%20b.md',
        mimeType: 'text/plain; charset=utf-8',
        text: '# A\n',
        _meta: {
          'casdoor-mcp-file-server/facts': expect.objectContaining({ path: 'a b.md', etag: toEtag('# A\n') }),
        },
      },
    ]);
  });

  it('answers a document as the text that it is, and not as its type', async () => {
    const { ask } = await serve({ 'a.html': '<h1>A</h1>' });
    const { result } = await ask('resources/read', { uri: 'files:///a.html' });
    expect(result.contents[0]).toMatchObject({ mimeType: 'text/plain; charset=utf-8', text: '# A\n' });
  });

  it('answers an empty file as an empty text', async () => {
    const { ask } = await serve({ 'a.md': '' });
    const { result } = await ask('resources/read', { uri: 'files:///a.md' });
    expect(result.contents[0]).toMatchObject({ uri: 'files:///a.md', text: '' });
  });

  it('cuts at the bound of read_file, says so, and goes on under the URI that it names', async () => {
    const whole = toLines(20_000);
    const { ask } = await serve({ 'a.log': whole });
    let uri: string | undefined = 'files:///a.log';
    let read = '';
    while (uri !== undefined) {
      const { result }: { result: { contents: { uri: string; text: string }[] } } = await ask(
        'resources/read',
        { uri },
      );
      const [text, rest] = result.contents;
      expect(text?.text.length).toBeLessThanOrEqual(64 * 1024);
      read += text?.text;
      if (rest) expect(JSON.parse(rest.text)).toMatchObject({ truncated: true });
      uri = rest?.uri;
    }
    expect(read).toBe(whole);
  });

  it.each([
    ['offset=2&limit=2', 'line 2\nline 3\n'],
    ['head=1', 'line 1\n'],
    ['tail=2', 'line 4\nline 5\n'],
  ])('takes the window ?%s', async (query, text) => {
    const { ask } = await serve({ 'a.log': toLines(5) });
    const { result } = await ask('resources/read', { uri: `files:///a.log?${query}` });
    expect(result.contents[0]).toMatchObject({ text });
  });

  it('reads the version that it is asked for', async () => {
    const { ask, store } = await serve({ 'a.md': 'old' });
    await writeText(store, 'a.md', 'new');
    const { result } = await ask('resources/read', { uri: 'files:///a.md?version_id=v1' });
    expect(result.contents[0]).toMatchObject({ text: 'old' });
  });

  it('answers an image by its content, and other content as a blob, never as an image that it is not', async () => {
    const { ask } = await serve({
      'a.png': png,
      'a.bin': Uint8Array.of(0, 1, 2),
      'fake.png': Uint8Array.of(0, 1),
    });
    const read = async (uri: string) => (await ask('resources/read', { uri })).result.contents;
    expect(await read('files:///a.png')).toMatchObject([{ mimeType: 'image/png', blob: 'iVBORw0KGgoAAA==' }]);
    expect(await read('files:///a.bin')).toEqual([
      { uri: 'files:///a.bin', mimeType: 'text/plain; charset=utf-8', blob: 'AAEC' },
    ]);
    expect(await read('files:///fake.png')).toMatchObject([{ blob: 'AAE=' }]);
  });

  it('answers a link above the bound of images', async () => {
    const { ask } = await serve({ 'a.bin': new Uint8Array(720 * 1024 + 1) });
    const { result } = await ask('resources/read', { uri: 'files:///a.bin' });
    expect(result.contents).toHaveLength(1);
    expect(JSON.parse(result.contents[0].text)).toMatchObject({
      size: 737_281,
      download_url: expect.any(String),
    });
  });

  it.each(['files:///none.md', 'file:///etc/passwd', 'files:///../a', 'nonsense'])(
    'answers -32602 with the URI alone for %s, which is not there',
    async (uri) => {
      const { ask } = await serve({ 'a.md': 'a' });
      expect((await ask('resources/read', { uri })).error).toMatchObject({ code: -32602, data: { uri } });
    },
  );

  it.each([
    ['files:///a.md?page=1', '"page"'],
    ['files:///a.md?pages=1', 'no document'],
    ['files:///a.md?offset=0', 'offset must be at least 1'],
    ['files:///a.md?offset=1&tail=1', 'exclude each other'],
    ['files:///a.md?cursor=x', 'cursor'],
    ['files:///d', 'is a directory'],
  ])('answers a sentence for %s', async (uri, words) => {
    const { ask } = await serve({ 'a.md': 'a', 'd/b.md': 'b' });
    const { error } = await ask('resources/read', { uri });
    expect(error.code).toBe(-32602);
    expect(error.message).toContain(words);
  });

  it.each([[{}], [{ uri: 7 }], [{ uri: `files:///${'x'.repeat(20_000)}` }]])(
    'refuses the params %#',
    async (params) => {
      const { server } = await serve({});
      const response = await server.send({
        body: legacy('resources/read', params),
        token: await server.token('files:read'),
      });
      expect(await response.json()).toMatchObject({
        error: { code: -32602, message: expect.stringContaining('params.uri') },
      });
    },
  );
});

describe('completion/complete', () => {
  const files = {
    'notes/today.md': '',
    'notes/tomorrow.md': '',
    'notes/old/a.md': '',
    'Über.md': '',
    'notes.md': '',
  };
  const ref = { type: 'ref/resource', uri: template };

  it.each([
    ['', ['notes.md', 'notes/', 'Über.md']],
    ['no', ['notes.md', 'notes/']],
    ['notes/', ['notes/old/', 'notes/today.md', 'notes/tomorrow.md']],
    ['notes/to', ['notes/today.md', 'notes/tomorrow.md']],
    ['U\u0308', ['Über.md']],
    ['../', []],
    ['none/', []],
    ['a//', []],
  ])('completes the path %j', async (value, values) => {
    const { ask } = await serve(files);
    const { result } = await ask('completion/complete', { ref, argument: { name: 'path', value } });
    expect(result.completion).toEqual({ values, hasMore: false });
  });

  it('gives at most 100 and says that there are more', async () => {
    const many = Array.from({ length: 150 }, (_, index) => [`a${1_000 + index}`, 'x'] as const);
    const { ask } = await serve(Object.fromEntries(many));
    const { result } = await ask('completion/complete', { ref, argument: { name: 'path', value: 'a1' } });
    expect(result.completion.values).toHaveLength(100);
    expect(result.completion.hasMore).toBe(true);
  });

  it('completes no other argument and refuses another template', async () => {
    const { ask } = await serve(files);
    const argument = { name: 'offset', value: '1' };
    expect((await ask('completion/complete', { ref, argument })).result.completion.values).toEqual([]);
    for (const other of [
      { type: 'ref/prompt', name: 'x' },
      { type: 'ref/resource', uri: 'x:///{y}' },
    ]) {
      const { error } = await ask('completion/complete', { ref: other, argument });
      expect(error).toMatchObject({ code: -32602 });
    }
  });

  it.each([
    [{}],
    [{ ref }],
    [{ ref, argument: { name: 'path' } }],
    [{ ref: 'x', argument: { name: 'path', value: '' } }],
  ])('refuses the params %#', async (params) => {
    const { server } = await serve({});
    const response = await server.send({
      body: legacy('completion/complete', params),
      token: await server.token('files:list'),
    });
    expect(await response.json()).toMatchObject({ error: { code: -32602 } });
  });
});

describe('the gate of the methods', () => {
  const argument = { name: 'path', value: '' };
  const completion = { ref: { type: 'ref/resource', uri: template }, argument };

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['completion/complete', completion, 'files:list'],
    ['resources/list', {}, 'files:list'],
    ['resources/read', { uri: 'files:///a.md' }, 'files:read'],
    ['resources/templates/list', {}, undefined],
  ])('of %s asks for its scope by 403, at both eras', async (method, params, scope) => {
    const { server } = await serve({ 'a.md': 'a' });
    const others = ['files:list', 'files:read', 'files:write'].filter((other) => other !== scope);
    const token = await server.token(others.join(' '));
    for (const request of [{ body: legacy(method, params) }, modern(method, params)]) {
      const response = await server.send({ ...request, token });
      expect(response.status).toBe(scope === undefined ? 200 : 403);
      if (scope !== undefined) {
        expect(response.headers.get('www-authenticate')).toBe(
          `Bearer error="insufficient_scope", error_description="this needs ${scope}", ` +
            `scope="${others.join(' ')} ${scope}", resource_metadata="https://mcp.example.com/prm"`,
        );
      }
      if (scope !== undefined) {
        const served = await server.send({ ...request, token: await server.token(scope) });
        expect(served.status).toBe(200);
        expect(await served.json()).toHaveProperty('result');
      }
    }
  });

  it('is not the only one: the method checks its scopes once more', async () => {
    let asked = 0;
    const scopesOfMethods = {
      get 'resources/read'() {
        asked += 1;
        return asked === 1 ? [] : (['files:read'] as const);
      },
    };
    const { server } = await serve({ 'a.md': 'secret' }, { scopesOfMethods });
    const body = legacy('resources/read', { uri: 'files:///a.md' });
    const response = await server.send({ body, token: await server.token('files:list') });
    expect(await response.json()).toMatchObject({
      error: { message: 'the token lacks the scope of resources/read' },
    });
  });

  it('refuses a method without a line in the scope table', async () => {
    const { ask } = await serve({ 'a.md': 'secret' }, { scopesOfMethods: {} });
    expect((await ask('resources/read', { uri: 'files:///a.md' })).error).toMatchObject({ code: -32602 });
  });

  it('counts a method as a call of the quota, and logs it as a tool call without what was sent', async () => {
    const taken: string[] = [];
    const quota = {
      takeCall: async () => void taken.push('call'),
      addBytes: async () => void taken.push('bytes'),
    };
    const { server } = await serve({ 'secret.md': 'a' }, { quota });
    const token = await server.token('files:read');
    await server.send({ body: legacy('resources/read', { uri: 'files:///secret.md' }), token });
    expect(taken).toEqual(['call', 'bytes']);
    expect(server.logged).toMatchObject([
      {
        event: 'tool_call',
        facts: {
          tool: 'resources/read',
          outcome: 'ok',
          scopes: 'granted',
          pathHash: expect.any(String),
          bytes: 1,
        },
      },
      { event: 'request', facts: { outcome: 'answered' } },
    ]);
    expect(JSON.stringify(server.logged)).not.toContain('secret');
  });

  it('logs a tool that is called like a method as unknown', async () => {
    const { server } = await serve({});
    const body = legacy('tools/call', { name: 'resources/read', arguments: {} });
    await server.send({ body, token: await server.token('') });
    expect(server.logged).toMatchObject([{ event: 'request', facts: { tool: 'unknown' } }]);
  });

  it('answers an outage with a fixed sentence', async () => {
    const store = createMemoryFileStore();
    const read = () => Promise.reject(new Error('the bucket "internal-name" burns'));
    const server = await createTestServer({ openFiles: () => ({ ...store, read }) });
    const body = legacy('resources/read', { uri: 'files:///a.md' });
    const response = await server.send({ body, token: await server.token('files:read') });
    expect(response.status).toBe(200);
    expect((await response.json()).error).toEqual({
      code: -32603,
      message: 'the file store cannot answer at the moment: try again',
    });
    expect(server.logged).toMatchObject([
      { event: 'tool_failed' },
      { event: 'tool_call', facts: { outcome: 'outage' } },
      { event: 'request' },
    ]);
  });
});

describe('what the server says of itself', () => {
  let server: TestServer;

  it('offers resources and completions, and no subscriptions', async () => {
    server = await createTestServer({ methods: createFileMethods() });
    const token = await server.token('');
    const { result } = await (await server.send({ ...modern('server/discover'), token })).json();
    expect(result.capabilities).toEqual({
      tools: { listChanged: false },
      resources: { listChanged: false, subscribe: false },
      completions: {},
    });
    const subscribe = legacy('resources/subscribe', { uri: 'files:///a.md' });
    const response = await server.send({ body: subscribe, token });
    expect(await response.json()).toMatchObject({ error: { code: -32601 } });
  });
});
