import { Client, SdkError, SdkErrorCode, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Unavailable } from '../finding.ts';
import type { Fetch } from '../http/bounded-fetch.ts';
import { toLate, toUnavailable } from '../http/unreachable.ts';
import { RefusedCall } from './refused-call.ts';

/** What a client of one protocol era gets from the server. */
export type Session =
  | {
      readonly isServed: true;
      readonly revision: string;
      /** All revisions of the era, as far as the server tells. */
      readonly offered: readonly string[];
      /** How many tools it lists, or why it does not. */
      readonly tools: number | Unavailable;
    }
  | { readonly isServed: false; readonly reason: string };

/** Where and as whom a session is opened. */
interface SessionOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: Fetch;
  /** Milliseconds for each request. */
  readonly timeout: number;
}

/** `modern` begins with server/discover (2026-07-28), `legacy` with initialize (2025-11-25 and before). */
export type Era = 'modern' | 'legacy';

/**
 * Opens a session with the official SDK, lists the tools, and ends it. Rejects with `Unavailable` when the server
 * refuses the token or fails; an era that it does not serve is an answer.
 */
export async function openSession(era: Era, options: SessionOptions): Promise<Session> {
  const { url, token, timeout } = options;
  const { fetch, explain } = createWitness(options.fetch, url);
  const mode = era === 'modern' ? { pin: '2026-07-28' } : 'legacy';
  const client = new Client({ name: 'doctor', version: '1.0.0' }, { versionNegotiation: { mode } });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch, requestInit: { headers } });

  const countTools = async (): Promise<number> => (await client.listTools({}, { timeout })).tools.length;
  try {
    await client.connect(transport, { timeout });
    const tools = await countTools().catch((error: unknown) => explain(error).unavailable);
    const revision = client.getNegotiatedProtocolVersion() ?? 'unknown';
    const offered = client.getDiscoverResult()?.supportedVersions ?? [revision];
    if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => undefined);
    return { isServed: true, revision, offered, tools };
  } catch (error) {
    const { unavailable, isOfTheEra } = explain(error);
    if (!isOfTheEra) throw unavailable;
    return { isServed: false, reason: unavailable.message };
  } finally {
    await client.close();
  }
}

/** Watches the requests of the SDK, because its errors do not carry what the server says. */
function createWitness(fetch: Fetch, url: string) {
  let refusal: { status: number; text: string } | undefined;
  let failure: unknown;

  const watched: Fetch = async (target, init) => {
    const response = await fetch(target, init).catch((error: unknown) => {
      failure = error;
      throw error;
    });
    if (init?.method !== 'POST' || response.ok) return response;
    const text = await response.text();
    refusal = { status: response.status, text };
    return new Response(text, response);
  };

  /** `isOfTheEra`: the server is there and lets the caller in, it only does not speak the revision. */
  function explain(error: unknown): { unavailable: Unavailable; isOfTheEra: boolean } {
    const isLate = error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
    if (isLate) return { unavailable: toLate(new URL(url).host), isOfTheEra: false };
    if (failure !== undefined) return { unavailable: toUnavailable(failure, url), isOfTheEra: false };
    if (refusal === undefined) return { unavailable: toMisunderstanding(error), isOfTheEra: true };
    const { status, text } = refusal;
    const unavailable = new RefusedCall(status, text);
    return { unavailable, isOfTheEra: status >= 400 && status < 500 && ![401, 403, 431].includes(status) };
  }

  return { fetch: watched, explain };
}

/** The server answered 200, but nothing that a client of this revision understands. */
function toMisunderstanding(error: unknown): Unavailable {
  const reason = error instanceof Error ? error.message : String(error);
  return new Unavailable(reason, 'compare the answer with the specification of this revision');
}
