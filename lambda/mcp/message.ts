import { isJsonContentType } from '@modelcontextprotocol/server';

/** The largest request body, in bytes: what Lambda takes, less its event's escaping. */
const maxBytes = 4 * 1024 * 1024;

/** A request's JSON-RPC message, as far as it must be known before the MCP server reads it. */
export interface Message {
  /** The parsed body: one JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** How long the body was. */
  readonly bytes: number;
  /** The tool that a `tools/call` names. */
  readonly calledTool?: string;
  /** What it is to be called with, as it was sent. */
  readonly toolArguments?: unknown;
  /** True when the client asked to be told of progress, which takes an event stream to answer. */
  readonly wantsProgress: boolean;
}

/** Thrown for a body that is no JSON-RPC message; carries the HTTP answer. */
export class InvalidMessage extends Error {
  readonly status: number;
  /** The JSON-RPC error code (JSON-RPC 2.0 section 5.1). */
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'InvalidMessage';
    this.status = status;
    this.code = code;
  }
}

/** Reads the one JSON-RPC message of a POST (MCP 2026-07-28 Streamable HTTP). Throws `InvalidMessage`. */
export async function readMessage(request: Request): Promise<Message> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    throw new InvalidMessage(415, -32600, 'set the header Content-Type to application/json');
  }
  const bytes = await readBody(request);
  const body = parse(new TextDecoder().decode(bytes));
  if (Array.isArray(body)) {
    throw new InvalidMessage(400, -32600, 'send one JSON-RPC message, not an array of them');
  }
  if (!isObject(body)) throw new InvalidMessage(400, -32600, 'send a JSON-RPC message, which is an object');
  const params = isObject(body.params) ? body.params : {};
  const meta = isObject(params._meta) ? params._meta : {};
  const isCall = body.method === 'tools/call';
  return {
    body,
    bytes: bytes.byteLength,
    ...(isCall &&
      typeof params.name === 'string' && { calledTool: params.name, toolArguments: params.arguments }),
    // Nothing but a tool takes long enough to tell of progress.
    wantsProgress: isCall && meta.progressToken !== undefined,
  };
}

/** The JSON-RPC error response to a message that could not be read, so its id is null. */
export function toErrorResponse({ status, code, message }: InvalidMessage): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });
}

async function readBody(request: Request): Promise<ArrayBuffer> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxBytes) {
    throw new InvalidMessage(
      413,
      -32600,
      `the body is ${bytes.byteLength} bytes long: send at most ${maxBytes}, and larger files by create_upload_url`,
    );
  }
  if (bytes.byteLength === 0)
    throw new InvalidMessage(400, -32700, 'the body is empty: send a JSON-RPC message');
  return bytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidMessage(400, -32700, 'the body is not valid JSON');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
