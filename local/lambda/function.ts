import { randomUUID } from 'node:crypto';
import { type Environment, startEnvironment, timedOut } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { InitError, type Invocation, type InvocationError } from './runtime-api.ts';

/** A function that runs as on Lambda; `stop` ends its processes, and requests under way with an error. */
export type LocalFunction = {
  /** Never rejects: what goes wrong in the function is part of the result. `id` is the request id that it logs. */
  invoke(event: unknown, id?: string): Promise<Invocation>;
  stop(): Promise<void>;
};

/** Bytes of a synchronous request; Lambda quotas, "Invocation payload". */
const requestLimit = 6_291_456;

/**
 * Resolves when the first execution environment has loaded the handler; rejects with its `InitError`.
 *
 * As on Lambda, an environment serves one request at a time and is used again. When all are busy another one starts, up to
 * `maxConcurrency`. What crashed or timed out is replaced. An initialisation that takes longer than `initTimeoutSeconds` is
 * tried once more, with the timeout of the function (AWS Lambda developer guide, "Execution environment lifecycle").
 * Beyond `maxConcurrency` requests wait, where Lambda would throttle.
 */
export async function startFunction(
  definition: FunctionDefinition,
  options: { log(line: string): void; maxConcurrency?: number; initTimeoutSeconds?: number },
): Promise<LocalFunction> {
  const { log, maxConcurrency = 4, initTimeoutSeconds = 10 } = options;
  const stopping = new AbortController();
  const environments = new Set<Promise<Environment>>();
  const idle: Environment[] = [];
  const waiting: ((environment: Environment | Promise<Environment>) => void)[] = [];

  async function initialise(): Promise<Environment> {
    const { signal } = stopping;
    try {
      return await startEnvironment(definition, { log, signal, initTimeoutSeconds });
    } catch (error) {
      const isTimeout = error instanceof InitError && error.errorType === timedOut;
      if (!isTimeout || signal.aborted) throw error;
      const { timeoutSeconds } = definition;
      return startEnvironment(definition, { log, signal, initTimeoutSeconds: timeoutSeconds });
    }
  }

  function start(): Promise<Environment> {
    const environment = initialise();
    environments.add(environment);
    const leave = () => {
      environments.delete(environment);
      waiting.shift()?.(acquire());
    };
    environment.then(({ exited }) => exited).then(leave, leave);
    return environment;
  }

  async function acquire(): Promise<Environment> {
    for (let environment = idle.pop(); environment; environment = idle.pop()) {
      if (environment.isAlive()) return environment;
    }
    if (stopping.signal.aborted) throw new InitError(toStopped(definition.name));
    if (environments.size < maxConcurrency) return start();
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  }

  function release(environment: Environment) {
    if (!environment.isAlive()) return;
    const next = waiting.shift();
    if (next) next(environment);
    else idle.push(environment);
  }

  release(await start());

  return {
    async invoke(event, id = randomUUID()) {
      const json = JSON.stringify(event);
      if (Buffer.byteLength(json) > requestLimit) return { error: tooLarge };
      try {
        const environment = await acquire();
        const invocation = await environment.invoke(json, id);
        release(environment);
        return invocation;
      } catch (error) {
        if (!(error instanceof InitError)) throw error;
        return { error: { errorType: error.errorType, errorMessage: error.message } };
      }
    },
    async stop() {
      stopping.abort();
      for (const next of waiting.splice(0)) next(acquire());
      await Promise.allSettled([...environments].map(async (environment) => (await environment).exited));
    },
  };
}

const tooLarge: InvocationError = {
  errorType: 'RequestTooLargeException',
  errorMessage: `Request must be smaller than ${requestLimit} bytes for the InvokeFunction operation`,
};

function toStopped(name: string): InvocationError {
  return { errorType: 'Stopped', errorMessage: `function ${name} is stopped` };
}
