import { type JsonObject, readText } from '../../../lambda/auth/token-profile.ts';
import { Unavailable } from '../finding.ts';
import type { Answer, Send } from './send.ts';

/** A JSON document with the answer it came in. */
export interface JsonDocument extends Answer {
  readonly json: JsonObject;
}

/**
 * Fetches a JSON object. Rejects with `Unavailable`, which is absent for the statuses that say so: 4xx but 429. A
 * server that limits or fails may have the document all the same.
 */
export async function fetchDocument(send: Send, url: string): Promise<JsonDocument> {
  const answer = await send(url, { headers: { accept: 'application/json' } });
  const { status, text } = answer;
  if (status !== 200) throw toUnavailable(answer);
  const json = parse(text);
  if (json === undefined) {
    const found = `${url} answers 200 without a JSON object in it (${answer.headers.get('content-type')})`;
    throw new Unavailable(
      found,
      'route this path to the document: a web page or a proxy answers in its place',
    );
  }
  if (json.status === 'error') {
    const found = `${url} answers 200 with an error in it: "${readText(json, 'msg') ?? 'no message'}"`;
    const remedy =
      'read the message: Casdoor answers errors with status 200, mostly for a path or an application that it does not have';
    throw new Unavailable(found, remedy);
  }
  return { ...answer, json };
}

function toUnavailable({ url, status, headers }: Answer): Unavailable {
  const location = headers.get('location');
  if (status >= 300 && status < 400) {
    const found = `${url} redirects (${status}) to ${location}`;
    return new Unavailable(found, 'answer the document here: not every client follows a redirect');
  }
  const found = `${url} answers ${status}`;
  if (status === 429) return new Unavailable(found, 'wait, or raise the rate limit of that server');
  const isAbsent = status >= 400 && status < 500;
  const remedy = isAbsent
    ? 'serve the document there without a token, and check the path and the stage prefix'
    : 'look into the log of that server, and of the proxy before it';
  return new Unavailable(found, remedy, { isAbsent });
}

function parse(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}
