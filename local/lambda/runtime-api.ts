import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Why there is no result: the error of the handler, of its process, or of the service. */
export type InvocationError = { errorType: string; errorMessage: string };

/** What became of one invocation. */
export type Invocation = { payload: unknown } | { error: InvocationError };

/** An execution environment that did not come up; `errorType` as the runtime reported it, such as `Runtime.ImportModuleError`. */
export class InitError extends Error {
  readonly errorType: string;

  constructor({ errorType, errorMessage }: InvocationError) {
    super(errorMessage);
    this.name = 'InitError';
    this.errorType = errorType;
  }
}

/** The service's side of one execution environment. */
export type RuntimeApi = {
  /** `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Resolves when the runtime first asks for work; rejects with an `InitError`. */
  initialised: Promise<void>;
  /** Hands one event to the runtime, one at a time. */
  invoke(requestId: string, headers: Record<string, string>, event: string): Promise<Invocation>;
  /** Stops serving; an initialisation or invocation under way fails with this error. */
  close(error: InvocationError): void;
};

const prefix = '/2018-06-01/runtime';

/** Bytes of a synchronous response; Lambda quotas, "Invocation payload". */
const responseLimit = 6_291_556;

/** Serves the Runtime API to one runtime on a port of its own (AWS Lambda developer guide, "Lambda runtime API"). */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let next: ServerResponse | undefined;
  let work: { headers: Record<string, string>; event: string } | undefined;
  let currentId: string | undefined;
  let settle = (_: Invocation) => {};
  let settleInit = (_?: InitError) => {};
  const initialised = new Promise<void>((resolve, reject) => {
    settleInit = (error) => (error ? reject(error) : resolve());
  });

  function deliver() {
    if (!next || !work) return;
    next.writeHead(200, work.headers).end(work.event);
    next = work = undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (request.url === `${prefix}/invocation/next`) {
      next = response;
      settleInit();
      return deliver();
    }
    const body = await buffer(request);
    if (request.url === `${prefix}/init/error`) {
      settleInit(new InitError(readError(body)));
      return response.writeHead(202).end();
    }
    if (request.url === `${prefix}/invocation/${currentId}/response`) settle(toInvocation(body));
    else if (request.url === `${prefix}/invocation/${currentId}/error`) settle({ error: readError(body) });
    else return response.writeHead(404).end();
    return response.writeHead(202).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}`,
    initialised,
    async invoke(id, headers, event) {
      work = { headers, event };
      currentId = id;
      const invocation = new Promise<Invocation>((resolve) => {
        settle = resolve;
      });
      deliver();
      return invocation;
    },
    close(error) {
      settleInit(new InitError(error));
      settle({ error });
      server.closeAllConnections();
      server.close();
    },
  };
}

function toInvocation(body: Buffer): Invocation {
  if (body.length <= responseLimit) return { payload: JSON.parse(body.toString()) };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`;
  return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function readError(body: Buffer): InvocationError {
  // Written by bootstrap.ts, the only client there is.
  const { errorType, errorMessage } = JSON.parse(body.toString()) as InvocationError;
  return { errorType, errorMessage };
}
