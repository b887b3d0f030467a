import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FunctionDefinition } from './function-definition.ts';
import { toFlags, toInvocationHeaders, toVariables } from './node-runtime.ts';
import { type Invocation, type InvocationError, startRuntimeApi } from './runtime-api.ts';

/** One process of a function; runs one request at a time. */
export type Environment = {
  /** Takes the event as JSON, and the request id that the function learns. */
  invoke(event: string, id: string): Promise<Invocation>;
  isAlive(): boolean;
  /** Resolves when the process is gone. */
  exited: Promise<void>;
};

/** The error of an initialisation or an invocation that took too long. */
export const timedOut = 'Sandbox.Timedout';

/**
 * Starts a process for the function and resolves when its handler is loaded.
 * Rejects with an `InitError`, once the process is gone.
 * The process is killed when the signal aborts and when an invocation takes longer than the function's timeout.
 */
export async function startEnvironment(
  definition: FunctionDefinition,
  options: { log(line: string): void; signal: AbortSignal; initTimeoutSeconds: number },
): Promise<Environment> {
  const { log, signal, initTimeoutSeconds } = options;
  const { directory, memorySize, timeoutSeconds } = definition;
  const api = await startRuntimeApi();
  const bootstrap = join(import.meta.dirname, 'bootstrap.ts');
  const child = spawn(process.execPath, [...toFlags(memorySize), bootstrap], {
    cwd: directory,
    env: toVariables(definition, api.address),
    stdio: 'pipe',
    signal,
    killSignal: 'SIGKILL',
  });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', log);

  let alive = true;
  let killedFor: InvocationError | undefined;
  const exited = new Promise<void>((resolve) => {
    const end = (error: InvocationError) => {
      alive = false;
      if (!signal.aborted) log(error.errorMessage);
      api.close(error);
      resolve();
    };
    child.once('exit', (code, killedBy) => end(killedFor ?? toExitError(code, killedBy)));
    // An abort is an error too, but an exit follows it.
    child.on('error', ({ message }) => {
      if (child.pid === undefined) end(toStartError(directory, message));
    });
  });

  function killAfter(seconds: number, what: string) {
    return setTimeout(() => {
      killedFor = {
        errorType: timedOut,
        errorMessage: `${what} timed out after ${seconds.toFixed(2)} seconds`,
      };
      child.kill('SIGKILL');
    }, seconds * 1000);
  }

  const initTimer = killAfter(initTimeoutSeconds, 'Init phase');
  try {
    await api.initialised;
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  } finally {
    clearTimeout(initTimer);
  }

  return {
    exited,
    isAlive: () => alive,
    async invoke(event, id) {
      const timer = killAfter(timeoutSeconds, `RequestId: ${id} Error: Task`);
      const invocation = await api.invoke(id, toInvocationHeaders(id, definition), event);
      clearTimeout(timer);
      return invocation;
    },
  };
}

function toExitError(code: number | null, signal: string | null): InvocationError {
  const how = signal ? `signal: ${signal}` : `exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
}

function toStartError(directory: string, reason: string): InvocationError {
  return {
    errorType: 'Runtime.StartError',
    errorMessage: `cannot run node in the directory "${directory}": ${reason}`,
  };
}
