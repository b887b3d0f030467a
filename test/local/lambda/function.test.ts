import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalFunction, startFunction } from '../../../local/lambda/function.ts';
import type { FunctionDefinition } from '../../../local/lambda/function-definition.ts';
import type { InitError } from '../../../local/lambda/runtime-api.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const definition: FunctionDefinition = {
  name: 'files',
  directory: join(fixtures, 'commands'),
  handler: 'index.handler',
  environment: { BUCKET: 'local-bucket', AWS_REGION: 'eu-north-1' },
  memorySize: 256,
  timeoutSeconds: 60,
};

const started: LocalFunction[] = [];

async function start(changes: Partial<FunctionDefinition> = {}, maxConcurrency = 4, initTimeoutSeconds = 10) {
  const lines: string[] = [];
  const options = { log: (line: string) => void lines.push(line), maxConcurrency, initTimeoutSeconds };
  const local = await startFunction({ ...definition, ...changes }, options);
  started.push(local);
  return { ...local, lines };
}

/** Waits for lines, which arrive apart from the result. */
async function waitFor(condition: () => boolean) {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((local) => local.stop()));
});

describe('a local function', () => {
  it('hands the event to the handler and returns its result', async () => {
    const { invoke } = await start();
    const value = { text: 'käse ✓', list: [1, null] };
    expect(await invoke({ command: 'return', value })).toEqual({ payload: value });
    expect(await invoke({ command: 'return' })).toEqual({ payload: null });
  });

  it('gives the handler the context of the runtime', async () => {
    const { invoke } = await start();
    const first = await invoke({ command: 'context' });
    expect(first).toEqual({
      payload: {
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionName: 'files',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:files',
        logGroupName: '/aws/lambda/files',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST][0-9a-f]{32}$/),
        memoryLimitInMB: '256',
        remaining: expect.any(Number),
      },
    });
    const { payload } = first as { payload: { remaining: number } };
    expect(payload.remaining).toBeLessThanOrEqual(60_000);
    expect(payload.remaining).toBeGreaterThan(0);
  });

  it("gives the process what Lambda defines, the function's variables and PATH, and nothing of the developer", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'of-the-developer';
    const { invoke } = await start();
    expect(await invoke({ command: 'environment' })).toEqual({
      payload: {
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_LAMBDA_FUNCTION_NAME: 'files',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/files',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
        AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        AWS_REGION: 'us-east-1',
        BUCKET: 'local-bucket',
        LAMBDA_TASK_ROOT: definition.directory,
        LANG: 'en_US.UTF-8',
        PATH: process.env.PATH,
        TZ: ':UTC',
        _HANDLER: 'index.handler',
        _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/),
      },
    });
  });

  it('starts node with the flags of the runtime', async () => {
    const { invoke } = await start();
    expect(await invoke({ command: 'flags' })).toEqual({
      payload: [
        '--expose-gc',
        '--max-http-header-size=81920',
        '--max-semi-space-size=12',
        '--max-old-space-size=231',
        '--no-experimental-require-module',
        '--no-experimental-detect-module',
      ],
    });
  });

  it('runs a CommonJS handler, too', async () => {
    const { invoke } = await start({ directory: join(fixtures, 'commonjs') });
    expect(await invoke({})).toEqual({ payload: 'from CommonJS' });
  });

  it.each([
    ['an error', 'throw', { errorType: 'RangeError', errorMessage: 'too far' }],
    ['something else', 'throwText', { errorType: 'string', errorMessage: 'plain text' }],
  ])('reports and logs %s that the handler throws, and stays up', async (_, command, error) => {
    const { invoke, lines } = await start({}, 1);
    const before = await invoke({ command: 'wait', milliseconds: 0 });
    expect(await invoke({ command })).toEqual({ error });
    expect(await invoke({ command: 'wait', milliseconds: 0 })).toEqual(before);
    await waitFor(() => lines.length > 0);
    expect(lines).toEqual([expect.stringMatching(/^Invoke Error \{"errorType":/)]);
  });

  it('logs what the handler prints, line by line', async () => {
    const { invoke, lines } = await start();
    await invoke({ command: 'log' });
    await waitFor(() => lines.length === 3);
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  it('replaces a process that exits', async () => {
    const { invoke, lines } = await start({}, 1);
    const [crashed, ...queued] = await Promise.all([
      invoke({ command: 'crash' }),
      invoke({ command: 'return', value: 'first' }),
      invoke({ command: 'return', value: 'second' }),
    ]);
    const message = 'Runtime exited with error: exit status 3';
    expect(crashed).toEqual({ error: { errorType: 'Runtime.ExitError', errorMessage: message } });
    expect(queued).toEqual([{ payload: 'first' }, { payload: 'second' }]);
    expect(lines).toEqual([message]);
  });

  it('replaces a process that exits between two requests', async () => {
    const { invoke, lines } = await start({}, 1);
    await invoke({ command: 'crashLater' });
    await waitFor(() => lines.length > 0);
    expect(lines).toEqual(['Runtime exited with error: exit status 4']);
    expect(await invoke({ command: 'return', value: 'again' })).toEqual({ payload: 'again' });
  });

  it('kills and replaces a process that takes longer than the timeout', async () => {
    const { invoke, lines } = await start({ timeoutSeconds: 1 }, 1);
    const late = await invoke({ command: 'wait', milliseconds: 600_000 });
    const errorMessage = expect.stringMatching(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    expect(late).toEqual({ error: { errorType: 'Sandbox.Timedout', errorMessage } });
    expect(lines).toEqual([errorMessage]);
    expect(await invoke({ command: 'return', value: 'again' })).toEqual({ payload: 'again' });
  });

  it('refuses an event and a result that are too large for Lambda', async () => {
    const { invoke } = await start();
    expect(await invoke({ command: 'return', value: 'x'.repeat(6_291_456) })).toEqual({
      error: {
        errorType: 'RequestTooLargeException',
        errorMessage: expect.stringContaining('6291456 bytes'),
      },
    });
    expect(await invoke({ command: 'size', bytes: 6_291_555 })).toEqual({
      error: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: expect.stringContaining('6291556 bytes'),
      },
    });
    const { payload } = (await invoke({ command: 'size', bytes: 6_291_554 })) as { payload: string };
    expect(payload).toHaveLength(6_291_554);
  });
});

describe('execution environments', () => {
  async function runAtOnce(local: LocalFunction, requests: number) {
    const waits = Array.from({ length: requests }, () =>
      local.invoke({ command: 'wait', milliseconds: 100 }),
    );
    const results = (await Promise.all(waits)) as { payload: { pid: number; running: number } }[];
    return {
      processes: new Set(results.map(({ payload }) => payload.pid)),
      mostAtOnce: Math.max(...results.map(({ payload }) => payload.running)),
    };
  }

  it('serve one request at a time, and only as many are started as are needed', async () => {
    const local = await start();
    const first = await runAtOnce(local, 1);
    const second = await runAtOnce(local, 3);
    const third = await runAtOnce(local, 3);
    expect([first.processes.size, second.processes.size]).toEqual([1, 3]);
    expect(second.processes).toEqual(new Set([...first.processes, ...second.processes]));
    expect(third.processes).toEqual(second.processes);
    expect(third.mostAtOnce).toBe(1);
  });

  it('are four at most, and further requests wait', async () => {
    const { processes, mostAtOnce } = await runAtOnce(await start(), 10);
    expect([processes.size, mostAtOnce]).toEqual([4, 1]);
  });

  it('are as many at most as the caller says', async () => {
    const { processes, mostAtOnce } = await runAtOnce(await start({}, 2), 6);
    expect([processes.size, mostAtOnce]).toEqual([2, 1]);
  });
});

describe('a function that cannot start', () => {
  it.each([
    [
      'has no such module',
      { handler: 'other.handler' },
      'Runtime.ImportModuleError',
      "Error: Cannot find module 'other'",
    ],
    [
      'lacks the export',
      { handler: 'index.other' },
      'Runtime.HandlerNotFound',
      'index.other is undefined or not exported',
    ],
    [
      'exports no function',
      { handler: 'index.notAFunction' },
      'Runtime.HandlerNotFound',
      /^index\.notAFunction is/,
    ],
    ['throws while it loads', { directory: join(fixtures, 'throws') }, 'TypeError', 'bad setting'],
    [
      'requires an ES module',
      { directory: join(fixtures, 'requires-esm') },
      'Error',
      /require\(\) of ES Module/,
    ],
    [
      'has no directory',
      { directory: '/no/such' },
      'Runtime.StartError',
      /in the directory "\/no\/such".*ENOENT/,
    ],
  ])('rejects with the reason when it %s', async (_, changes, errorType, message) => {
    const failure: InitError = await start(changes).catch((error) => error);
    expect(failure.name).toBe('InitError');
    expect(failure.errorType).toBe(errorType);
    expect(failure.message).toEqual(expect.stringMatching(message));
  });
});

describe('an initialisation that takes too long', () => {
  it('is tried once more with the timeout of the function, as Lambda does', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slow-start-'));
    const environment = { MARK: join(directory, 'first-try') };
    const changes = { directory: join(fixtures, 'hangs-once'), environment };
    const { invoke, lines } = await start(changes, undefined, 5);
    expect(await invoke({})).toEqual({ payload: 'second try' });
    expect(lines).toEqual(['Init phase timed out after 5.00 seconds']);
    rmSync(directory, { recursive: true });
  });

  it('fails when the second try takes too long too', async () => {
    const changes = { directory: join(fixtures, 'never-loads'), timeoutSeconds: 1 };
    await expect(start(changes, undefined, 0.5)).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'Init phase timed out after 1.00 seconds',
    });
  });
});

describe('the processes of a function', () => {
  async function acceptOne() {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const connection = once(server, 'connection').then(([socket]: Socket[]) => {
      server.close();
      return socket?.resume().on('error', () => {});
    });
    return { port, connection };
  }

  it('end with stop, and so do requests under way and waiting', async () => {
    const { invoke, stop, lines } = await start({}, 1);
    const { payload } = (await invoke({ command: 'wait', milliseconds: 0 })) as { payload: { pid: number } };
    const { port, connection } = await acceptOne();
    const results = Promise.all([
      invoke({ command: 'hold', port }),
      invoke({ command: 'return' }),
      invoke({ command: 'return' }),
    ]);
    await connection;
    await stop();
    expect(() => process.kill(payload.pid, 0)).toThrow('ESRCH');
    const stopped = { error: { errorType: 'Stopped', errorMessage: 'function files is stopped' } };
    expect(await results).toEqual([
      {
        error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: SIGKILL' },
      },
      stopped,
      stopped,
    ]);
    expect(await invoke({ command: 'return' })).toEqual(stopped);
    expect(lines).toEqual([]);
  });

  it.each([
    ['loads its handler', 'never-loads', 'none'],
    ['waits for work', 'commands', 'leave'],
    ['runs its handler', 'commands', 'hold'],
  ])('end when the local stack is killed while one %s', async (_, fixture, command) => {
    const { port, connection } = await acceptOne();
    const program = [join(fixtures, 'parent.ts'), fixture, command, String(port)];
    const parent = spawn(process.execPath, program, { stdio: 'inherit' });
    const socket = await connection;
    const closed = socket && once(socket, 'close');
    parent.kill('SIGKILL');
    await closed;
    expect(socket?.destroyed).toBe(true);
  });
});
