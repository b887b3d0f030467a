import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Result,
} from '@modelcontextprotocol/server';
import { InvalidPath } from '../files/file-path.ts';
import { FileStoreError } from '../files/file-store.ts';
import type { RequestLog } from '../telemetry/request-log.ts';
import { ToolFailure } from '../tool-failure.ts';
import { nameNearestOf, toToolFailure } from '../tools/answer/file-failure.ts';
import { findScopes, holdsScope, type ScopeTable } from '../tools/scopes.ts';
import type { ToolContext } from '../tools/tool.ts';
import { endWith } from './end-with.ts';
import type { JsonObject } from './params.ts';

/** What a method works with: what a tool works with, but for the progress. */
export type MethodContext = Omit<ToolContext, 'reportProgress'>;

/** One method of MCP that reads the caller's files. Its scopes are in `tools/scopes.ts`. */
export interface Method<Name extends string = string> {
  readonly name: Name;
  /** Takes params that `findWrongParams` has checked. Throws as a tool does. */
  run(params: JsonObject, context: MethodContext): Promise<Result>;
}

/** What stands around a method. */
export interface MethodGateOptions {
  readonly scopesOfMethods: ScopeTable;
  readonly context: MethodContext;
  readonly requestLog: RequestLog;
}

/**
 * Puts the same gate around a method as around a tool: it checks the scopes again, ends the method at the deadline,
 * and lets out no error but the sentence meant for the caller. A method has no result for a failure, so each is a
 * JSON-RPC error: -32602 for what the caller can correct, with `data.uri` alone where there is no such file (MCP
 * 2026-07-28 resources, error handling), and -32603 for an outage.
 */
export function createMethodHandler(
  method: Method,
  { scopesOfMethods, context, requestLog }: MethodGateOptions,
): (params: JsonObject) => Promise<Result> {
  return async (params) => {
    const end = requestLog.startTool();
    const required = findScopes(scopesOfMethods, method.name);
    if (!required?.every((scope) => holdsScope(context.principal.scopes, scope))) {
      end('refused');
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `the token lacks the scope of ${method.name}`);
    }
    try {
      const result = await endWith(context.signal, method.run(params, context));
      end('ok');
      return result;
    } catch (error) {
      const failure = toToolFailure(error);
      if (!(failure instanceof ToolFailure)) {
        end(context.signal.aborted ? 'timeout' : 'outage', error);
        throw new ProtocolError(ProtocolErrorCode.InternalError, toSentence(context.signal.aborted));
      }
      const message = failure.message + (await nameNearestOf(error, context));
      if (requestLog.isOutage(failure.cause)) end('outage', failure.cause);
      else end('failed');
      throw toProtocolError(message, failure.cause, params.uri);
    }
  };
}

function toSentence(isTimeout: boolean): string {
  return isTimeout
    ? 'this took too long and was ended: ask for less at once'
    : 'the file store cannot answer at the moment: try again';
}

/** What has no path names no file either. */
function toProtocolError(message: string, cause: unknown, uri: unknown): ProtocolError {
  const isMissing =
    cause instanceof InvalidPath || (cause instanceof FileStoreError && cause.failure.code === 'not_found');
  if (isMissing && typeof uri === 'string') return new ResourceNotFoundError(uri, message);
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
