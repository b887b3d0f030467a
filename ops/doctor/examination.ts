import { readText, readTexts } from '../../lambda/auth/token-profile.ts';
import { type AccessToken, decodeAccessToken } from './facts/access-token.ts';
import { fetchAuthorizationServer, isCasdoor } from './facts/authorization-server.ts';
import { fetchRealServer, isBridge } from './facts/bridge.ts';
import { type Challenge, readChallenge } from './facts/challenge.ts';
import { fetchKeySet, type PublishedKeys } from './facts/key-set.ts';
import { createMetadataPlaces, findMetadata, type MetadataPlaces } from './facts/metadata-places.ts';
import { type Era, openSession, type Session } from './facts/session.ts';
import { explainKeys } from './facts/unread-key.ts';
import { NotApplicable, Unavailable } from './finding.ts';
import { createBoundedFetch } from './http/bounded-fetch.ts';
import type { JsonDocument } from './http/document.ts';
import { type Answer, createSend, type Send } from './http/send.ts';
import { once } from './once.ts';
import { isSecure, readWebUrl } from './web-url.ts';

/** What is examined, and how. */
interface ExaminationOptions {
  /** The MCP URL exactly as it was typed; absolute, http or https. */
  readonly url: string;
  readonly token: string | undefined;
  /** How long each request may take, in milliseconds. */
  readonly timeout: number;
}

/**
 * What is known of the server under examination. Each fact is fetched when a check first asks for it and kept, a
 * failure too; a fact that cannot be had rejects with `Unavailable` or `NotApplicable`.
 */
export interface Examination {
  readonly url: string;
  readonly send: Send;
  /** The answer to an `initialize` without a token. */
  readonly answer: () => Promise<Answer>;
  readonly challenge: () => Promise<Challenge>;
  readonly places: MetadataPlaces;
  /** The protected resource metadata that clients use. */
  readonly metadata: () => Promise<JsonDocument>;
  /** The first of `authorization_servers`. */
  readonly issuer: () => Promise<string>;
  readonly authorizationServer: () => Promise<JsonDocument>;
  /** The metadata of the server that issues the tokens: the same one, or what is behind the registration bridge. */
  readonly tokenServer: () => Promise<JsonDocument>;
  readonly keys: () => Promise<PublishedKeys>;
  readonly token: () => Promise<AccessToken>;
  /** Whether the server lets a caller in who has this token. */
  readonly isTokenAccepted: () => Promise<boolean>;
  readonly modernSession: () => Promise<Session>;
  readonly legacySession: () => Promise<Session>;
}

/** The first message of a client, as it is sent before it has a token. */
export const initialize: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'doctor', version: '1.0.0' },
    },
  }),
};

const noToken = 'no token given: set MCP_TOKEN or pass --token';
const plainHttp = 'the token is not sent over plain http';

/** Creates the examination of one server; it sends nothing yet. */
export function createExamination(options: ExaminationOptions): Examination {
  const { url, token, timeout } = options;
  const fetch = createBoundedFetch(timeout);
  const send = createSend(fetch);
  const answer = once(async () => refuseRedirect(await send(url, initialize)));
  const challenge = once(async () => readChallenge(await answer()));

  const places = createMetadataPlaces(url, { send, answer, challenge });
  const metadata = once(async () => {
    await answer();
    return findMetadata(places);
  });
  const issuer = once(async () => {
    const [first] = readTexts((await metadata()).json, 'authorization_servers');
    if (first === undefined || !readWebUrl(first)) {
      throw new NotApplicable('the metadata names no authorization server');
    }
    return first;
  });
  const authorizationServer = once(async () => fetchAuthorizationServer(send, await issuer()));
  const keys = once(async () => fetchKeySet(send, await authorizationServer()));
  const accessToken = once(async () => {
    if (token === undefined) throw new NotApplicable(noToken);
    return decodeAccessToken(token, await authorizationServer().then(isCasdoor, () => false));
  });
  const tokenServer = once(async () => {
    const document = await authorizationServer();
    if (!isBridge(document, url)) return document;
    const claims = await accessToken().then(
      (decoded) => decoded.claims,
      () => ({}),
    );
    return fetchRealServer(send, document, readText(claims, 'iss'));
  });
  const session = (era: Era) =>
    once(async () => {
      // Everybody on the way could read it there, and use it at the server's https URL.
      if (token !== undefined && !isSecure(new URL(url))) throw new NotApplicable(plainHttp);
      const isOpen = (await answer()).status < 300;
      if (token === undefined && !isOpen) throw new NotApplicable(noToken);
      return openSession(era, { url, token, fetch, timeout }).catch(async (error: unknown) => {
        throw await explainKeys(error, { token: accessToken, keys });
      });
    });
  const [modernSession, legacySession] = [session('modern'), session('legacy')];
  const isTokenAccepted = once(async () => {
    const sessions = await Promise.allSettled([modernSession(), legacySession()]);
    return sessions.some((result) => result.status === 'fulfilled' && result.value.isServed);
  });

  return {
    url,
    send,
    answer,
    challenge,
    places,
    metadata,
    issuer,
    authorizationServer,
    tokenServer,
    keys,
    token: accessToken,
    isTokenAccepted,
    modernSession,
    legacySession,
  };
}

/** What a redirect leads to is another URL, and is examined when that is typed. */
function refuseRedirect(answer: Answer): Answer {
  const location = answer.headers.get('location');
  if (answer.status < 300 || answer.status >= 400 || location === null) return answer;
  const target = URL.parse(location, answer.url)?.href ?? location;
  throw new Unavailable(
    `${answer.url} redirects (${answer.status}) to ${target}`,
    `connect clients to ${target}`,
  );
}
