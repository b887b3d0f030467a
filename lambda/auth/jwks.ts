import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import type { Log } from '../telemetry/log.ts';
import { Refused } from './refusal.ts';

/** The issuer's public keys, cached across the requests of one execution environment. */
export interface KeySet {
  /**
   * Selects the key that a token's header names, loading or refreshing the set first when that is due.
   * Throws `Refused`: `keys_unavailable`, `unknown_key`, `ambiguous_key`, `public_key` or `unusable_key`.
   */
  readonly keyFor: (...token: Parameters<JWTVerifyGetKey>) => Promise<CryptoKey>;
  /**
   * Loads the set anew unless it was tried within the cool-down; answers whether new keys are there.
   * For an unknown `kid`, and for a bad signature: Casdoor keeps the `kid` (its certificate's name) when
   * a certificate is generated again.
   */
  reload(): Promise<boolean>;
  /** Starts the first load while the function initialises, and neither waits for it nor fails with it. */
  preload(): void;
}

/** Where the keys are and how long they live; times in milliseconds. */
export interface KeySetOptions {
  /** The `jwks_uri` of the issuer. */
  readonly url: string;
  /** How old the set may be before it is loaded anew. Default 10 minutes. */
  readonly refreshAfter?: number;
  /** How long the last good set serves while it cannot be loaded. Default 24 hours. */
  readonly staleFor?: number;
  /** The least time between two loads. Default 30 seconds; 5 seconds while there are no keys at all. */
  readonly coolDown?: number;
  /** How long one load may take. Default 3 seconds. */
  readonly timeout?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  /** Told of every load and of every key that is refused. */
  readonly log?: Log;
}

interface LoadedKeys {
  readonly select: KeySet['keyFor'];
  /** The `kid`s under which the public repository key was published. */
  readonly publicKeyIds: ReadonlySet<string | undefined>;
  readonly loadedAt: number;
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
const coolDownWithoutKeys = 5_000;

/**
 * Creates the cache. It lives as long as the execution environment and makes one request at a time:
 * concurrent callers share it. While the issuer cannot be reached the last good keys go on serving.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const {
    url,
    refreshAfter = 10 * 60_000,
    staleFor = 24 * 3_600_000,
    coolDown = 30_000,
    timeout = 3_000,
    fetch = globalThis.fetch,
    now = Date.now,
    log = () => {},
  } = options;
  let keys: LoadedKeys | undefined;
  let loading: Promise<boolean> | undefined;
  let nextAttempt = 0;

  function load(): Promise<boolean> {
    loading ??= fetchKeySet(fetch, url, timeout)
      .then(sortKeys)
      .then(({ jwks, publicKeyIds, brokenKeyIds }) => {
        // Told of keys of which none is usable, we rather go on with those that were.
        if (jwks.keys.length + publicKeyIds.size === 0) throw new Error('the document has no usable keys');
        if (publicKeyIds.size > 0) log('public_key_refused', { url, keyIds: [...publicKeyIds] });
        if (brokenKeyIds.length > 0) log('broken_key_skipped', { url, keyIds: brokenKeyIds });
        keys = { select: createLocalJWKSet(jwks), publicKeyIds, loadedAt: now() };
        log('key_set_loaded', { url, keys: jwks.keys.length }, [{ name: 'KeySetLoads', value: 1 }]);
        return true;
      })
      .catch((cause: unknown) => {
        log('key_set_load_failed', { url, reason: String(cause) }, [
          { name: 'KeySetLoads', value: 1 },
          { name: 'KeySetLoadFailures', value: 1 },
        ]);
        return false;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  async function reload(): Promise<boolean> {
    if (loading) return loading;
    if (now() < nextAttempt) return false;
    nextAttempt = now() + (keys ? coolDown : Math.min(coolDown, coolDownWithoutKeys));
    return load();
  }

  const isOlderThan = (limit: number) => !keys || now() - keys.loadedAt >= limit;

  async function currentKeys(): Promise<LoadedKeys> {
    if (isOlderThan(refreshAfter)) {
      // A preload that failed, perhaps because the environment was frozen meanwhile, is tried once more.
      await loading;
      if (isOlderThan(refreshAfter)) await reload();
    }
    if (!keys || isOlderThan(staleFor)) {
      const retryAfterSeconds = Math.max(1, Math.ceil((nextAttempt - now()) / 1000));
      throw new Refused({ code: 'keys_unavailable', retryAfterSeconds });
    }
    return keys;
  }

  return {
    preload: () => void load(),
    reload,
    keyFor: async (header, token) => {
      const { select, publicKeyIds } = await currentKeys();
      try {
        return await select(header, token);
      } catch (cause) {
        if (cause instanceof errors.JWKSMultipleMatchingKeys) throw new Refused({ code: 'ambiguous_key' });
        if (!(cause instanceof errors.JWKSNoMatchingKey))
          throw new Refused({ code: 'unusable_key' }, { cause });
        throw new Refused({ code: publicKeyIds.has(header?.kid) ? 'public_key' : 'unknown_key' });
      }
    },
  };
}

/**
 * Loads one key set document. Casdoor answers errors with status 200 and `keys: null` without
 * certificates, so only a document with keys in it counts as a key set.
 */
async function fetchKeySet(
  fetch: typeof globalThis.fetch,
  url: string,
  timeout: number,
): Promise<JSONWebKeySet> {
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
  return { keys: keys.filter(isPublicJwk) };
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
  return typeof key === 'object' && key !== null && 'kty' in key && (key.kty === 'RSA' || key.kty === 'EC');
}

interface SortedKeys {
  readonly jwks: JSONWebKeySet;
  readonly publicKeyIds: ReadonlySet<string | undefined>;
  /** The `kid`s of entries that lack what makes a key of their type. */
  readonly brokenKeyIds: readonly (string | undefined)[];
}

async function sortKeys(jwks: JSONWebKeySet): Promise<SortedKeys> {
  const kept: JWK[] = [];
  const publicKeyIds = new Set<string | undefined>();
  const brokenKeyIds: (string | undefined)[] = [];
  for (const key of jwks.keys) {
    const thumbprint = await calculateJwkThumbprint(toPlainForm(key)).catch(() => undefined);
    if (thumbprint === undefined) brokenKeyIds.push(key.kid);
    else if (publicKeys.has(thumbprint)) publicKeyIds.add(key.kid);
    else kept.push(key);
  }
  return { jwks: { keys: kept }, publicKeyIds, brokenKeyIds };
}

/** An RSA key with its numbers as RFC 7518 section 6.3.1 writes them, because other spellings work as well. */
function toPlainForm(key: JWK): JWK {
  const { n, e } = key;
  if (typeof n !== 'string' || typeof e !== 'string') return key;
  const toPlainNumber = (text: string) => {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.subarray(bytes.findIndex((byte) => byte !== 0)).toString('base64url');
  };
  return { ...key, n: toPlainNumber(n), e: toPlainNumber(e) };
}
