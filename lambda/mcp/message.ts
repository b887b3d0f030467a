import { isJsonContentType } from '@modelcontextprotocol/server';
import type { MessageId } from '../auth/challenge.ts';
import type { WholeRequest } from '../invocation.ts';
import { countMembers, messageBounds } from '../tools/input/json-bounds.ts';
import { dropUnset, findWrongParams, isObject, type JsonObject, maxNameLength } from './params.ts';

/** The largest request body, in bytes: what Lambda takes, less room for the escaping of its event. */
const maxBytes = 4 * 1024 * 1024;

/** The longest body that is read only for its id, in bytes. */
const maxRefusedBytes = 64 * 1024;

/** What must be known of a JSON-RPC message before the MCP server reads it. */
export interface Message {
  /** The parsed body: one JSON object, without members that are not set. */
  readonly body: JsonObject;
  /** How long the body was. */
  readonly bytes: number;
  /** Null for a notification. */
  readonly id: MessageId;
  readonly method?: string;
  /** The tool that a `tools/call` names. */
  readonly calledTool?: string;
  /** The arguments of the call, as they were sent; of any other method its params. */
  readonly toolArguments?: unknown;
  /** True when the client asked for progress, which only an event stream can carry. */
  readonly wantsProgress: boolean;
}

/** What an invalid message is answered with. */
export interface InvalidMessageOptions {
  /** The HTTP status. */
  readonly status: number;
  /** The JSON-RPC error code (JSON-RPC 2.0 section 5.1). */
  readonly code: number;
  readonly id?: MessageId;
}

/** Thrown for a body that is not a valid JSON-RPC message. */
export class InvalidMessage extends Error {
  readonly status: number;
  readonly code: number;
  readonly id: MessageId;

  constructor(message: string, { status, code, id = null }: InvalidMessageOptions) {
    super(message);
    this.name = 'InvalidMessage';
    this.status = status;
    this.code = code;
    this.id = id;
  }
}

const invalidRequest = { status: 400, code: -32600 };
const parseError = { status: 400, code: -32700 };

/** Reads the one JSON-RPC message of a POST (MCP 2026-07-28 Streamable HTTP). Throws `InvalidMessage`. */
export function readMessage({ head, body: bytes }: WholeRequest): Message {
  if (!isJsonContentType(head.headers.get('content-type'))) {
    const unsupported = { status: 415, code: -32600 };
    throw new InvalidMessage('set the header Content-Type to application/json', unsupported);
  }
  requireReadable(bytes);
  const body = dropUnset(readObject(bytes));
  const id = readId(body);
  const { method } = body;
  if (typeof method !== 'string') return { body, bytes: bytes.byteLength, id, wantsProgress: false };
  const wrong = id === null ? undefined : findWrongParams(method, body.params);
  // A request whose params are wrong is a request all the same: only its answer is an error.
  if (wrong !== undefined) throw new InvalidMessage(wrong, { status: 200, code: -32602, id });
  const params = isObject(body.params) ? body.params : {};
  const meta = isObject(params._meta) ? params._meta : {};
  const isCall = method === 'tools/call';
  return {
    body,
    bytes: bytes.byteLength,
    id,
    method,
    toolArguments: isCall ? params.arguments : params,
    ...(isCall && typeof params.name === 'string' && { calledTool: params.name }),
    // Only tools run long enough to report progress.
    wantsProgress: isCall && meta.progressToken !== undefined,
  };
}

/** The JSON-RPC error response to an invalid message. */
export function toErrorResponse({ status, code, message, id }: InvalidMessage): Response {
  return Response.json({ jsonrpc: '2.0', id, error: { code, message } }, { status });
}

/**
 * The id of a request that is refused before its message is read, so that the client can tell which call failed; null
 * where there is none. Only a short body is looked at, because nobody has proved who sent it.
 */
export function findId({ head, body: bytes }: WholeRequest): MessageId {
  if (head.method !== 'POST') return null;
  if (bytes.byteLength > maxRefusedBytes || countMembers(bytes, messageBounds) === undefined) return null;
  try {
    return readId(readObject(bytes));
  } catch {
    return null;
  }
}

function requireReadable(bytes: Uint8Array): void {
  if (bytes.byteLength > maxBytes) {
    const tooLarge = { status: 413, code: -32600 };
    throw new InvalidMessage(
      `the body is ${bytes.byteLength} bytes long: send at most ${maxBytes}, and larger files by create_upload_url`,
      tooLarge,
    );
  }
  if (bytes.byteLength === 0)
    throw new InvalidMessage('the body is empty: send a JSON-RPC message', parseError);
  if (countMembers(bytes, messageBounds) !== undefined) return;
  throw new InvalidMessage(
    `the message has more than ${messageBounds.members} members or is nested deeper than ${messageBounds.depth}: send less at once`,
    invalidRequest,
  );
}

function readObject(bytes: Uint8Array): JsonObject {
  const body = parse(new TextDecoder().decode(bytes));
  if (Array.isArray(body)) {
    throw new InvalidMessage('send one JSON-RPC message, not an array of them', invalidRequest);
  }
  if (isObject(body)) return body;
  throw new InvalidMessage('send a JSON-RPC message, which is an object', invalidRequest);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidMessage('the body is not valid JSON', parseError);
  }
}

/** The id, or null where JSON-RPC allows none. The MCP SDK refuses all others. */
function readId({ id }: JsonObject): MessageId {
  if (typeof id === 'string' && id.length > maxNameLength) {
    throw new InvalidMessage(`the id is too long: send at most ${maxNameLength} characters`, invalidRequest);
  }
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as string | number) : null;
}
