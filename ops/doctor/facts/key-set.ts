import type { JWK } from 'jose';
import { readText } from '../../../lambda/auth/token-profile.ts';
import { Unavailable } from '../finding.ts';
import { fetchDocument, type JsonDocument } from '../http/document.ts';
import type { Send } from '../http/send.ts';
import { readWebUrl } from '../web-url.ts';
import { isCasdoor } from './authorization-server.ts';

/** The keys that an authorization server publishes (RFC 7517 section 5). */
export interface PublishedKeys extends JsonDocument {
  readonly keys: readonly JWK[];
}

/** Fetches the key set that the metadata names. Rejects with `Unavailable` for what is no key set with keys in it. */
export async function fetchKeySet(send: Send, metadata: JsonDocument): Promise<PublishedKeys> {
  const { url, json } = metadata;
  const jwksUri = readText(json, 'jwks_uri');
  if (jwksUri === undefined || !readWebUrl(jwksUri)) {
    throw new Unavailable(`${url} names no jwks_uri`, 'publish the key set and name it in the metadata');
  }
  const document = await fetchDocument(send, jwksUri);
  const keys: unknown = document.json.keys;
  const published = Array.isArray(keys) ? keys.filter(isJwk) : [];
  if (published.length === 0) {
    const remedy = isCasdoor(metadata)
      ? 'add a certificate: Casdoor answers keys: null without one, and for a single certificate with an empty PEM'
      : 'publish the public half of the key that signs access tokens';
    throw new Unavailable(`${jwksUri} has no keys in it`, remedy);
  }
  return { ...document, keys: published };
}

function isJwk(key: unknown): key is JWK {
  return typeof key === 'object' && key !== null && 'kty' in key && typeof key.kty === 'string';
}
