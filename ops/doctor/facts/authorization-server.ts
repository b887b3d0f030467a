import { buildDiscoveryUrls } from '@modelcontextprotocol/client';
import { readText } from '../../../lambda/auth/token-profile.ts';
import { Unavailable } from '../finding.ts';
import { fetchDocument, type JsonDocument } from '../http/document.ts';
import type { Send } from '../http/send.ts';

/**
 * Fetches the metadata of an authorization server where clients look for it and in their order: RFC 8414, then
 * OpenID Connect Discovery, with the path of the issuer put in.
 */
export async function fetchAuthorizationServer(send: Send, issuer: string): Promise<JsonDocument> {
  const urls = buildDiscoveryUrls(issuer).map(({ url }) => url.href);
  for (const url of urls) {
    const document = await fetchDocument(send, url).catch((error: unknown) => {
      if (error instanceof Unavailable && error.isAbsent) return undefined;
      throw error;
    });
    if (document !== undefined) return document;
  }
  throw new Unavailable(
    `${issuer} has no metadata at ${urls.join(' nor at ')}`,
    'check that authorization_servers names the issuer: for Casdoor its bare origin',
  );
}

/** Tells Casdoor by its token endpoint, the same since its first releases. */
export function isCasdoor({ json }: JsonDocument): boolean {
  return readText(json, 'token_endpoint')?.endsWith('/api/login/oauth/access_token') ?? false;
}
