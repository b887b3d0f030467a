/**
 * The program of one execution environment: loads the handler, then runs one event after the other from the Runtime API.
 *
 * It stands in for AWS's `aws-lambda-ric`, whose install compiles a native client under npm 10 and fails on a machine without
 * autotools, cmake and a C++ compiler. How handlers are found, the shape of errors and the context follow `aws-lambda-ric` 4.
 *
 * It exits when the Runtime API is gone, and when its standard input ends. The latter happens when the process that started it
 * ends, however it ends and whatever the handler is doing.
 */
import { existsSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: unknown) => unknown;

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;
const quit = () => process.exit(1);

function call(method: string, path: string, body?: string) {
  return new Promise<{ headers: IncomingHttpHeaders; body: string }>((resolve) => {
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const outgoing = request(url, { method, agent: false }, (response) => {
      text(response).then((received) => resolve({ headers: response.headers, body: received }), quit);
    });
    outgoing.once('error', quit);
    outgoing.end(body);
  });
}

function toErrorBody(error: unknown): string {
  if (!(error instanceof Error))
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error) });
  const { name, message, stack = '' } = error;
  return JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split('\n') });
}

function toRuntimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name: `Runtime.${name}` });
}

async function loadHandler(): Promise<Handler> {
  const [module = '', name = ''] = _HANDLER.split('.');
  const candidates = ['.js', '.mjs', '.cjs'].map((extension) => join(LAMBDA_TASK_ROOT, module + extension));
  const file = candidates.find((candidate) => existsSync(candidate));
  if (!file) throw toRuntimeError('ImportModuleError', `Error: Cannot find module '${module}'`);
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler === 'function') return handler;
  throw toRuntimeError('HandlerNotFound', `${_HANDLER} is undefined or not exported`);
}

function toContext(headers: IncomingHttpHeaders) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

async function runNext(handler: Handler): Promise<void> {
  const { headers, body } = await call('GET', 'invocation/next');
  const context = toContext(headers);
  process.env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
  try {
    const result = JSON.stringify(await handler(JSON.parse(body), context)) ?? 'null';
    await call('POST', `invocation/${context.awsRequestId}/response`, result);
  } catch (error) {
    console.error('Invoke Error', toErrorBody(error));
    await call('POST', `invocation/${context.awsRequestId}/error`, toErrorBody(error));
  }
}

process.stdin.on('end', quit).resume();
// A terminal sends Ctrl-C to all of its processes. The parent decides when this one ends.
process.on('SIGINT', () => {});

const handler = await loadHandler().catch(async (error) => {
  console.error('Init Error', toErrorBody(error));
  await call('POST', 'init/error', toErrorBody(error));
  return quit();
});
while (true) await runNext(handler);
