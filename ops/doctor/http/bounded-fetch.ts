import { Unavailable } from '../finding.ts';

/** The part of the web's `fetch` that is used here and by the MCP SDK. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** No document of a healthy server comes near this. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Creates a `fetch` in which every request, its body included, takes at most `timeout` milliseconds and 4 MiB.
 * Reading a larger body fails with `Unavailable`.
 */
export function createBoundedFetch(timeout: number): Fetch {
  return async (url, init = {}) => {
    const signals = [AbortSignal.timeout(timeout), ...(init.signal ? [init.signal] : [])];
    const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
    if (response.body === null) return response;
    return new Response(response.body.pipeThrough(createLimit(url)), response);
  };
}

function createLimit(url: string | URL): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) controller.enqueue(chunk);
      else controller.error(new Unavailable(`the answer of ${url} is larger than ${maxBytes} bytes`, remedy));
    },
  });
}

const remedy = 'check what answers under this URL: a document of this protocol is a few KB long';
