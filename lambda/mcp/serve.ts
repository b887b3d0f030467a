import {
  createMcpHandler,
  isLegacyRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { type Accepted, readAccept } from './accept.ts';
import { InvalidMessage, type Message } from './message.ts';
import { dropProgressToken, hasEnvelope } from './params.ts';

/**
 * Hands the message to the MCP server, whichever revision the client speaks. Requests of 2026-07-28 are told by their
 * envelope; earlier revisions go to the SDK's own transport. The answer has a type that the client accepts. Throws `InvalidMessage` when there is only an event stream for a client that takes none.
 */
export async function serve(request: Request, message: Message, create: () => McpServer): Promise<Response> {
  const accepted = readAccept(request.headers.get('accept'));
  const response = await send(request, message, accepted, create);
  if (accepted !== 'json' || !isStream(response)) return response;
  await response.body?.cancel();
  const notAcceptable = { status: 406, code: -32600, id: message.id };
  throw new InvalidMessage('the answer is an event stream: accept text/event-stream', notAcceptable);
}

async function send(
  request: Request,
  { method, body, wantsProgress }: Message,
  accepted: Accepted,
  create: () => McpServer,
): Promise<Response> {
  const negotiates = method === 'initialize' && !hasEnvelope(body.params);
  // Without a progress token nothing is reported, so the answer is not a stream.
  const parsedBody = accepted === 'json' ? dropProgressToken(body) : body;
  const suits = request.headers.get('accept') === bothTypes && !negotiates;
  // Of a request whose body is parsed the SDK reads only the headers.
  const given = suits ? request : toSdkRequest(request, negotiates);
  if (!(await isLegacyRequest(given, parsedBody))) {
    return createMcpHandler(create, { legacy: 'reject' }).fetch(given, { parsedBody });
  }
  const enableJsonResponse = accepted === 'json' || (accepted === 'any' && !wantsProgress);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse });
  const server = create();
  await server.connect(transport);
  return transport.handleRequest(given, { parsedBody });
}

/** What most clients send, and the SDK demands. */
const bothTypes = 'application/json, text/event-stream';

/**
 * The request with the headers that the SDK demands. It refuses clients that do not accept both types; we answer each
 * with what it accepts. `initialize` negotiates the revision in its body, so the revision in its header does not matter.
 */
function toSdkRequest({ url, headers: sent }: Request, negotiates: boolean): Request {
  const headers = new Headers(sent);
  headers.set('accept', bothTypes);
  if (negotiates) headers.delete('mcp-protocol-version');
  return new Request(url, { method: 'POST', headers });
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}
