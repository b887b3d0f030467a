import { spawn } from 'node:child_process';
import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CheckResult } from './run-checks.ts';
import { type RunningServer, startThisServer } from './this-server.ts';

let server: RunningServer;
let directory: string;
beforeAll(async () => {
  server = await startThisServer('casdoor');
  directory = mkdtempSync(join(tmpdir(), 'protected-resource-'));
});
beforeEach(() => server.change((reply) => reply));
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await server.close();
});

async function run(...words: readonly string[]) {
  return runWith(server.knowledge.tokens.good, ...words);
}

async function runWith(token: string | undefined, ...words: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), ...words], {
    env: token === undefined ? {} : { MCP_TOKEN: token },
  });
  const ended = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await ended)[0], output, errors };
}

function save(name: string, content: string | object = {}): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function readResults(output: string): (id: string) => CheckResult['outcome'] | undefined {
  const results: readonly CheckResult[] = JSON.parse(output);
  return (id) => results.find((result) => result.id === id)?.outcome;
}

describe('the command', () => {
  it('needs nothing but a URL', async () => {
    const { code, output } = await runWith(undefined, server.url.href, '--json');
    const outcomeOf = readResults(output);
    expect(code).toBe(0);
    expect([outcomeOf('no-token-401'), outcomeOf('good-token')]).toEqual(['pass', 'skip']);
  });

  it('makes the tokens of strangers from one token alone', async () => {
    const { code, output } = await run(server.url.href, '--json');
    const outcomeOf = readResults(output);
    expect(code).toBe(0);
    expect(['good-token', 'signature', 'issuer', 'changed-claims', 'unsigned'].map(outcomeOf)).toEqual(
      Array(5).fill('pass'),
    );
    expect(['expired-401', 'audience', 'scope-403'].map(outcomeOf)).toEqual(Array(3).fill('skip'));
  });

  it.each([
    ['JWK', (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }))],
    ['PEM', (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString()],
  ] as const)('makes all others with a key as %s', async (format, write) => {
    const { output } = await run(
      ...[server.url.href, '--json', '--less-scope', 'files:list', '--broad-scope', 'files'],
      ...['--key', save(`key-${format}`, write(KeyObject.from(server.certificate.privateKey)))],
      ...['--call', save('call.json', server.knowledge.scopedCall)],
    );
    const outcomeOf = readResults(output);
    const ids = [
      'expired-401',
      'audience',
      'audience-case',
      'scope-403',
      'scope-suffices',
      'scope-hierarchy',
    ];
    expect(ids.map(outcomeOf)).toEqual(ids.map(() => 'pass'));
  });

  it('takes tokens by name before those that it makes', async () => {
    const { good } = server.knowledge.tokens;
    const { code, output } = await run(server.url.href, '--tokens', save('tokens.json', { otherKey: good }));
    expect(code).toBe(1);
    expect(output).toMatch(/^not ok \d+ - signature: /m);
  });

  it('leaves with 0 when something only SHOULD be', async () => {
    server.change((reply) => ({ ...reply, body: reply.body.replace('resource_name', 'x_name') }));
    const { code, output } = await run(server.url.href);
    expect(output).toMatch(/^not ok \d+ - metadata-name: SHOULD .* # TODO resource_name is undefined$/m);
    expect(code).toBe(0);
  });

  it('makes only the checks of a revision', async () => {
    const { output } = await run('--list', '--revision', '2025-06-18');
    const ids = output.split('\n').map((line) => line.split('\t')[0]);
    expect(ids).toContain('challenge-resource-metadata');
    expect(ids).not.toContain('scope-hierarchy');
  });

  it('says in one line that nothing answers', async () => {
    const { code, output, errors } = await run('http://127.0.0.1:2/mcp');
    expect({ code, output, errors }).toEqual({
      code: 1,
      output: '',
      errors: 'http://127.0.0.1:2/mcp does not answer: connect ECONNREFUSED 127.0.0.1:2\n',
    });
  });

  it.each([
    [[], 'name one server by its URL, got ""'],
    [['mcp.example.com'], 'name one server by its URL, got "mcp.example.com"'],
    [['https://a.example', 'token'], 'name one server by its URL, got "https://a.example token"'],
    [['--revision', '2024-11-05'], '2024-11-05 is no revision'],
    [['https://a.example', '--call', '/nowhere'], '/nowhere is not a JSON-RPC request'],
    [['https://a.example', '--key', import.meta.filename], 'is not a private key as PEM or JWK'],
    [['--bogus'], "Unknown option '--bogus'"],
  ])('leaves with 2 for %j', async (words, message) => {
    const { code, errors } = await run(...words);
    expect(code).toBe(2);
    expect(errors).toContain(message);
  });

  it('wants a good token with a key', async () => {
    const key = save('key', KeyObject.from(server.certificate.privateKey).export({ format: 'jwk' }));
    const { code, errors } = await runWith(undefined, server.url.href, '--key', key);
    expect(code).toBe(2);
    expect(errors).toContain('put that into MCP_TOKEN');
  });
});
