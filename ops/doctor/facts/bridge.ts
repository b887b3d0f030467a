import { readText } from '../../../lambda/auth/token-profile.ts';
import { NotApplicable, Unavailable } from '../finding.ts';
import type { JsonDocument } from '../http/document.ts';
import type { Send } from '../http/send.ts';
import { readWebUrl } from '../web-url.ts';
import { fetchAuthorizationServer } from './authorization-server.ts';

/**
 * Tells whether an authorization server is the registration bridge of the MCP server: it has the origin of the MCP URL,
 * and clients get their tokens elsewhere.
 */
export function isBridge({ json }: JsonDocument, url: string): boolean {
  const { origin } = new URL(url);
  const tokenEndpoint = readWebUrl(readText(json, 'token_endpoint'));
  return (
    readText(json, 'issuer') === origin && tokenEndpoint !== undefined && tokenEndpoint.origin !== origin
  );
}

/**
 * Fetches the metadata of the server behind a bridge. It is looked for at the issuer of the token, if there is one, and at
 * the origin of the token endpoint, which is the issuer of a Casdoor. A document with another token endpoint belongs to another server.
 * Rejects with `NotApplicable` when there is no token to go by.
 */
export async function fetchRealServer(
  send: Send,
  { json: { issuer: bridge, token_endpoint: tokenEndpoint } }: JsonDocument,
  tokenIssuer: string | undefined,
): Promise<JsonDocument> {
  const origin = new URL(String(tokenEndpoint)).origin;
  for (const issuer of new Set([tokenIssuer ?? origin, origin])) {
    // The bridge's own document names the token endpoint too.
    if (issuer === bridge || !readWebUrl(issuer)) continue;
    const document = await fetchAuthorizationServer(send, issuer).catch(() => undefined);
    if (document && document.json.token_endpoint === tokenEndpoint) return document;
  }
  const found = `no metadata names the token endpoint ${tokenEndpoint} of the registration bridge`;
  if (tokenIssuer === undefined) throw new NotApplicable(`${found}; a token would say where to look`);
  throw new Unavailable(
    found,
    'compare the settings authorizationEndpoint and tokenEndpoint with the metadata of the authorization server',
  );
}
