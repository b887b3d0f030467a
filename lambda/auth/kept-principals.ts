import { hash } from 'node:crypto';
import type { KeySet } from './jwks.ts';
import type { Principal } from './principal.ts';
import type { Verifier } from './verifier.ts';

/** How verified principals are kept. */
export interface KeptPrincipalsOptions {
  readonly keySet: Pick<KeySet, 'mark' | 'ready'>;
  /** How long a principal is kept after its token was verified, in seconds; 0 keeps none. */
  readonly seconds: number;
  /** How many are kept at most; the oldest makes room. Default 1,000. */
  readonly atMost?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A principal and what its token was verified with. */
interface Kept {
  readonly principal: Principal;
  /** Undefined when there was no key set before: then no set is the same. */
  readonly mark: object | undefined;
  readonly verifiedAt: number;
}

/**
 * The same verifier, which spares a token that it has just accepted the check of its signature. A principal is kept
 * under the SHA-256 of the whole token, so that no other token finds it and no token stays in memory. It is let go
 * when the time is over, at `exp` (without the tolerance for clocks), and as soon as the key set has been loaded
 * again, so that a withdrawn key ends when the server learns of it. The key set itself is refreshed, and refused when
 * it is too old, as for every other request. What was refused is never kept. RFC 7662 section 4 sets the same bounds
 * for kept answers about tokens.
 */
export function keepPrincipals(verify: Verifier, options: KeptPrincipalsOptions): Verifier {
  const { keySet, seconds, atMost = 1_000, now = Date.now } = options;
  if (seconds === 0) return verify;
  const all = new Map<string, Kept>();

  function isValid({ principal, verifiedAt }: Kept): boolean {
    const time = now();
    // A clock that was set back tells no age.
    return time >= verifiedAt && time < verifiedAt + seconds * 1000 && time < principal.expiresAt * 1000;
  }

  function keep(key: string, kept: Kept): void {
    const [oldest] = all.keys();
    if (all.size >= atMost && oldest !== undefined) all.delete(oldest);
    all.set(key, kept);
  }

  return async (token) => {
    const key = hash('sha256', token, 'base64');
    const known = all.get(key);
    if (known && isValid(known) && known.mark === (await keySet.ready())) return known.principal;
    all.delete(key);
    // Of before the verification: if the set is loaded meanwhile, nobody can tell which of the two was used.
    const mark = keySet.mark();
    const principal = await verify(token);
    keep(key, { principal, mark, verifiedAt: now() });
    return principal;
  };
}
