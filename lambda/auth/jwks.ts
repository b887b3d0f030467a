import { createLocalJWKSet, errors, flattenedVerify, type JWTVerifyGetKey } from 'jose';
import type { Log } from '../telemetry/log.ts';
import { fetchKeySet, ManyKeys } from './jwks-document.ts';
import { Refused } from './refusal.ts';

/** The issuer's public keys, cached across the requests of one execution environment. */
export interface KeySet {
  /**
   * Selects the key that a token's header names, and loads or refreshes the set first when that is due. Where
   * several keys have that name it selects the one that made the signature.
   * Throws `Refused`: `keys_unavailable`, `unknown_key`, `bad_signature`, `public_key` or `unusable_key`.
   */
  readonly keyFor: (...token: Parameters<JWTVerifyGetKey>) => Promise<CryptoKey>;
  /**
   * Loads the set again unless that was tried within the cool-down; tells whether there are new keys.
   * For an unknown `kid`, and for a bad signature: Casdoor keeps the `kid` (its certificate's name) when
   * a certificate is generated again.
   */
  reload(): Promise<boolean>;
  /** A mark of the set that is loaded, another one after every load; undefined while there is none. */
  mark(): object | undefined;
  /**
   * Loads or refreshes the set when that is due, as `keyFor` does, and answers its mark. Throws `Refused`:
   * `keys_unavailable`.
   */
  ready(): Promise<object>;
  /** Starts the first load while the function initialises, and neither waits for it nor fails when it fails. */
  preload(): void;
}

/** Where the keys are and how long they live; times in milliseconds. */
export interface KeySetOptions {
  /** The `jwks_uri` of the issuer. */
  readonly url: string;
  /** Whether the set is that of one Casdoor application, so that more than one key is a mistake. Default false. */
  readonly isOfApplication?: boolean;
  /** How old the set may be before it is loaded again. Default 10 minutes. */
  readonly refreshAfter?: number;
  /** How long the last good set serves while it cannot be loaded. Default 24 hours. */
  readonly staleFor?: number;
  /** The least time between two loads. Default 30 seconds; 5 seconds while there are no keys at all. */
  readonly coolDown?: number;
  /** How long one load may take. Default 3 seconds. */
  readonly timeout?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  /** Gets every load and every key that is refused. */
  readonly log?: Log;
}

interface LoadedKeys {
  readonly select: KeySet['keyFor'];
  /** The `kid`s under which the public repository key was published. */
  readonly publicKeyIds: ReadonlySet<string | undefined>;
  readonly loadedAt: number;
}

const coolDownWithoutKeys = 5_000;

/**
 * Creates the cache. It lives as long as the execution environment and makes one request at a time, which
 * concurrent callers share. While the issuer cannot be reached the last good keys go on serving.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const {
    url,
    isOfApplication = false,
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
  let isOfManyKeys = false;

  function load(): Promise<boolean> {
    loading ??= fetchKeySet({ url, isOfApplication, fetch, timeout })
      .then(({ jwks, publicKeyIds, brokenKeyIds }) => {
        if (publicKeyIds.size > 0) log('public_key_refused', { url, keyIds: [...publicKeyIds] });
        if (brokenKeyIds.length > 0) log('broken_key_skipped', { url, keyIds: brokenKeyIds });
        keys = { select: createLocalJWKSet(jwks), publicKeyIds, loadedAt: now() };
        isOfManyKeys = false;
        log('key_set_loaded', { url, keys: jwks.keys.length }, [{ name: 'KeySetLoads', value: 1 }]);
        return true;
      })
      .catch((error: unknown) => {
        isOfManyKeys = error instanceof ManyKeys;
        log('key_set_load_failed', { url, reason: toReason(error) }, [
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
      throw new Refused({
        code: 'keys_unavailable',
        retryAfterSeconds,
        ...(isOfManyKeys && { isOfManyKeys }),
      });
    }
    return keys;
  }

  return {
    preload: () => void load(),
    mark: () => keys,
    ready: currentKeys,
    reload,
    keyFor: async (header, token) => {
      const { select, publicKeyIds } = await currentKeys();
      try {
        return await select(header, token);
      } catch (cause) {
        if (cause instanceof errors.JWKSMultipleMatchingKeys) return findSigner(cause, token);
        if (!(cause instanceof errors.JWKSNoMatchingKey))
          throw new Refused({ code: 'unusable_key' }, { cause });
        throw new Refused({ code: publicKeyIds.has(header?.kid) ? 'public_key' : 'unknown_key' });
      }
    },
  };
}

/**
 * Finds the key that made the signature among those of one `kid`. RFC 7517 section 4.5 only advises distinct ones,
 * and Casdoor names keys after certificates, of which two organizations may have one of the same name.
 */
async function findSigner(
  candidates: InstanceType<typeof errors.JWKSMultipleMatchingKeys>,
  token: Parameters<KeySet['keyFor']>[1],
): Promise<CryptoKey> {
  for await (const key of candidates) {
    const isSigner = await flattenedVerify(token, key).then(
      () => true,
      (error: unknown) => {
        if (error instanceof errors.JWSSignatureVerificationFailed) return false;
        throw error;
      },
    );
    if (isSigner) return key;
  }
  throw new Refused({ code: 'bad_signature' });
}

/** The error with its causes, because `fetch` hides there what happened: a redirect, DNS, TLS, a refused connection. */
function toReason(error: unknown): string {
  const reasons: string[] = [];
  for (let cause = error; cause !== undefined && reasons.length < 5; ) {
    if (!(cause instanceof Error)) return [...reasons, String(cause)].join(': ');
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    reasons.push([cause.message || cause.name, code].filter((text) => text !== '').join(' '));
    cause = cause.cause;
  }
  return reasons.join(': ');
}
