import { calculateJwkThumbprint, type JSONWebKeySet, type JWK } from 'jose';

/** The keys of one key set document that can verify a signature. */
export interface KeySetDocument {
  readonly jwks: JSONWebKeySet;
  /** The `kid`s under which a key stands whose private half is public. */
  readonly publicKeyIds: ReadonlySet<string | undefined>;
  /** The `kid`s of incomplete keys. */
  readonly brokenKeyIds: readonly (string | undefined)[];
}

/** Thrown when the key set of an application holds more than its one key. */
export class ManyKeys extends Error {}

/** Where the document is and how it is fetched. */
export interface KeySetSource {
  readonly url: string;
  /** Whether it is the key set of one Casdoor application, which has exactly one key. */
  readonly isOfApplication: boolean;
  readonly fetch: typeof globalThis.fetch;
  /** How long the load may take, in milliseconds. */
  readonly timeout: number;
}

/**
 * RFC 7638 SHA-256 thumbprints of keys whose private half anybody can read: `cert-built-in` of Casdoor's
 * repository, of 2021 and of February 2026. A Casdoor started from a source checkout signs with it.
 */
const publicKeys: ReadonlySet<string> = new Set([
  'KikP8HIWMxFExJUuKXl8KOws9iLU8E7MiM8jVlJWyLI',
  'tGE7uhb1JiAAdnAT16lYu6uzZjnDgJkPs4Q4FiPAV_0',
]);

/** A key set of a hundred certificates is about 250 KB. */
const maxBytes = 512 * 1024;

/** The types of keys with a public half (RFC 7518 section 6.1, RFC 8037 section 2). */
const publicKeyTypes: readonly unknown[] = ['RSA', 'EC', 'OKP'];

/**
 * Loads and sorts the document. Rejects with an `Error` for anything but a key set with a usable key, and with
 * `ManyKeys` for a set that cannot be that of one application. Casdoor answers errors with status 200, writes
 * `keys: null` when it has no certificates, and answers for an application that it does not know with every
 * certificate of the instance.
 */
export async function fetchKeySet(source: KeySetSource): Promise<KeySetDocument> {
  const keys = await fetchKeys(source);
  const thumbprints = await Promise.all(keys.map(toThumbprint));
  const distinct = new Set(thumbprints.map((thumbprint, index) => thumbprint ?? index)).size;
  if (source.isOfApplication && distinct > 1) {
    throw new ManyKeys(
      `the key set of an application has one key, and this one has ${distinct}: Casdoor knows no application, or no certificate of the application, by the name in casdoorApplication`,
    );
  }
  // A key that is listed twice is kept once.
  const kept = new Map<string, JWK>();
  const publicKeyIds = new Set<string | undefined>();
  const brokenKeyIds: (string | undefined)[] = [];
  for (const [index, key] of keys.entries()) {
    if (!isPublicJwk(key)) continue;
    const thumbprint = thumbprints[index];
    if (thumbprint === undefined) brokenKeyIds.push(key.kid);
    else if (publicKeys.has(thumbprint)) publicKeyIds.add(key.kid);
    else kept.set(JSON.stringify([key.kid, key.alg, key.use, thumbprint]), key);
  }
  // The last good keys are worth more than a document in which no key is usable.
  if (kept.size + publicKeyIds.size === 0) throw new Error('the document has no usable keys');
  return { jwks: { keys: [...kept.values()] }, publicKeyIds, brokenKeyIds };
}

async function fetchKeys({ fetch, url, timeout }: KeySetSource): Promise<readonly unknown[]> {
  const signal = AbortSignal.timeout(timeout);
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const response = await fetch(url, { redirect: 'error', signal, headers });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the key set answered ${response.status}`);
  }
  const document: unknown = JSON.parse(await readText(response));
  const keys =
    typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('the document has no keys');
  return keys;
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`the key set is larger than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isPublicJwk(key: unknown): key is JWK {
  return typeof key === 'object' && key !== null && 'kty' in key && publicKeyTypes.includes(key.kty);
}

/** The thumbprint of a public key; undefined for anything else, and for a key that is incomplete. */
async function toThumbprint(key: unknown): Promise<string | undefined> {
  if (!isPublicJwk(key)) return undefined;
  return calculateJwkThumbprint(toPlainForm(key)).catch(() => undefined);
}

/** An RSA key with its numbers as RFC 7518 section 6.3.1 writes them. Other spellings work as well. */
function toPlainForm(key: JWK): JWK {
  const { n, e } = key;
  if (typeof n !== 'string' || typeof e !== 'string') return key;
  const toPlainNumber = (text: string) => {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.subarray(bytes.findIndex((byte) => byte !== 0)).toString('base64url');
  };
  return { ...key, n: toPlainNumber(n), e: toPlainNumber(e) };
}
