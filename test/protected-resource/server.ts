import { readBearerChallenge } from './challenge.ts';
import { type Answer, type Call, Failed, type ServerUnderTest } from './check.ts';

/** How long one request may take, in milliseconds. */
const patience = 20_000;

/** A request that every MCP server knows, in the form before 2026-07-28, which all but the newest servers accept. */
export const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'protected-resource', version: '1.0.0' },
  },
};

/** What is known about a server, beside its URL. */
export type Knowledge = Partial<Pick<ServerUnderTest, 'tokens' | 'scopedCall' | 'mint'>>;

/** The server at a URL. Redirects are not followed, because a token must not be sent on. */
export function createServerUnderTest(
  url: URL,
  { tokens = {}, scopedCall, mint }: Knowledge = {},
): ServerUnderTest {
  let metadata: ReturnType<ServerUnderTest['readMetadata']> | undefined;

  async function request(target: string | URL, init: RequestInit): Promise<Answer> {
    const signal = AbortSignal.timeout(patience);
    try {
      const response = await fetch(target, { ...init, redirect: 'manual', signal });
      const { status, headers } = response;
      // The stream that a server opens for GET has no end.
      const isEndless = init.method === 'GET' && headers.get('content-type')?.startsWith('text/event-stream');
      const text = isEndless ? await response.body?.cancel().then(() => '') : await response.text();
      const challenge = readBearerChallenge(headers.get('www-authenticate'));
      return { status, headers, text: text ?? '', challenge };
    } catch (error) {
      throw new Failed(`${target} does not answer: ${describe(error)}`);
    }
  }

  const get = (target: string | URL) => request(target, { headers: { accept: 'application/json' } });

  /** Where a client looks: at the URL in the challenge, then at both well-known URLs (MCP, RFC 9728 section 3.1). */
  async function findMetadata() {
    const { challenge } = await send({});
    const named = challenge?.get('resource_metadata')?.[0];
    const places = [
      ...(named === undefined ? [] : [named]),
      toWellKnown(url),
      toWellKnown(new URL('/', url)),
    ];
    for (const place of places) {
      const answer = await get(place);
      const document = answer.status === 200 ? parseObject(answer.text) : undefined;
      if (document) return { url: new URL(place), document };
    }
    throw new Failed(`there is no metadata at ${places.join(', ')}`);
  }

  function send({ token, scheme = 'Bearer', authorization, query = '', session, ...rest }: Call) {
    const { method = 'POST', body = initialize } = rest;
    const target = new URL(url);
    if (query !== '') target.search = query;
    const value = authorization ?? (token === undefined ? undefined : `${scheme} ${token}`);
    return request(target, {
      method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(value !== undefined && { authorization: value }),
        ...(session !== undefined && { 'mcp-session-id': session }),
      },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
  }

  return {
    url,
    tokens,
    scopedCall,
    mint,
    send,
    get,
    readMetadata() {
      metadata ??= findMetadata();
      return metadata;
    },
  };
}

/** The well-known URL of a resource's metadata (RFC 9728 section 3.1). */
export function toWellKnown({ origin, pathname, search }: URL): string {
  const path = pathname === '/' ? '' : pathname;
  return `${origin}/.well-known/oauth-protected-resource${path}${search}`;
}

/** Reads a JSON object; undefined for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The reason that `fetch` hides behind "fetch failed". Errors of Node are of another realm under Jest. */
function describe(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message;
}
