import type { Fetch } from './bounded-fetch.ts';
import { toUnavailable } from './unreachable.ts';

/** One HTTP answer, read to its end unless it is an event stream. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** When its headers arrived, in milliseconds since the epoch of this machine's clock. */
  readonly receivedAt: number;
}

/** Sends one request and follows no redirect. Rejects with `Unavailable` when there is no answer. */
export type Send = (url: string, init?: RequestInit) => Promise<Answer>;

/** Creates `Send` on top of a bounded `fetch`. */
export function createSend(fetch: Fetch): Send {
  return async (url, init) => {
    try {
      const response = await fetch(url, { redirect: 'manual', ...init });
      const { status, headers } = response;
      return { url, status, headers, receivedAt: Date.now(), text: await readText(response) };
    } catch (error) {
      throw toUnavailable(error, url);
    }
  };
}

/** An event stream may stay open for ever, and none is asked for here. */
async function readText(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  await response.body?.cancel();
  return '';
}
