import { readBearerChallenge } from './challenge.ts';
import { type Answer, type Call, Failed, type ServerUnderTest, type Tokens } from './check.ts';

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

/** The server at a URL. Redirects are not followed, because a token must not be sent on. */
export function createServerUnderTest(url: URL, tokens: Tokens, scopedCall?: object): ServerUnderTest {
  let metadata: ReturnType<ServerUnderTest['readMetadata']> | undefined;

  async function request(target: string | URL, init: RequestInit): Promise<Answer> {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(target, { ...init, redirect: 'manual', signal }).catch((cause: Error) => {
      throw new Failed(`${target} does not answer: ${cause.message}`);
    });
    const { status, headers } = response;
    const text = await response.text();
    return { status, headers, text, challenge: readBearerChallenge(headers.get('www-authenticate')) };
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
      const document = answer.status === 200 ? parse(answer.text) : undefined;
      if (document) return { url: new URL(place), document };
    }
    throw new Failed(`there is no metadata at ${places.join(', ')}`);
  }

  function send({ token, scheme = 'Bearer', authorization, query = '', body = initialize }: Call) {
    const target = new URL(url);
    if (query !== '') target.search = query;
    const value = authorization ?? (token === undefined ? undefined : `${scheme} ${token}`);
    return request(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(value !== undefined && { authorization: value }),
      },
      body: JSON.stringify(body),
    });
  }

  return {
    url,
    tokens,
    scopedCall,
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

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
