import { randomBytes } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.ts';

const region = 'us-east-1';

/** The flags of Lambda's own start script for Node.js: nine tenths of the memory is old space, and half of the rest is a semi-space. */
export function toFlags(memorySize: number): string[] {
  const newSpace = Math.floor(memorySize / 10);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(newSpace / 2)}`,
    `--max-old-space-size=${memorySize - newSpace}`,
    '--no-experimental-require-module',
    '--no-experimental-detect-module',
  ];
}

/**
 * The whole environment of a function's process: its own variables and those Lambda defines, which win, as they are reserved.
 * Credentials are not included: a function that needs them gets them from its definition.
 * AWS Lambda developer guide, "Defined runtime environment variables".
 */
export function toVariables(definition: FunctionDefinition, runtimeApi: string): Record<string, string> {
  const [major] = process.versions.node.split('.');
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    LANG: 'en_US.UTF-8',
    PATH: process.env.PATH ?? '',
    ...definition.environment,
    _HANDLER: definition.handler,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${major}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${randomBytes(16).toString('hex')}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: definition.directory,
    TZ: ':UTC',
  };
}

/** What the Runtime API sends with each event: request id, deadline, ARN and trace. */
export function toInvocationHeaders(
  requestId: string,
  definition: FunctionDefinition,
): Record<string, string> {
  const now = Date.now();
  const seconds = Math.floor(now / 1000).toString(16);
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(now + definition.timeoutSeconds * 1000),
    'lambda-runtime-invoked-function-arn': `arn:aws:lambda:${region}:123456789012:function:${definition.name}`,
    'lambda-runtime-trace-id': `Root=1-${seconds}-${randomBytes(12).toString('hex')};Sampled=0`,
  };
}
