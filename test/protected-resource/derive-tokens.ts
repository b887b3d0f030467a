import type { KeyObject } from 'node:crypto';
import type { Tokens } from './check.ts';
import { decodeJwt, isSigned, makeForeignKey, signJwt } from './jwt.ts';

/** What tokens are derived with, beside the good one. */
export interface Derivation {
  /** The private key that signed the good token. Without it only tokens of strangers can be made. */
  readonly key?: KeyObject | undefined;
  /** The claim `scope` of `lessScope`. */
  readonly lessScope?: string | undefined;
  /** The claim `scope` of `broadScope`. */
  readonly broadScope?: string | undefined;
}

/**
 * Makes the tokens that a tester rarely has from the good one: each is like it but for what its name says. Makes none if
 * the good token is opaque, or signed in a way that is not known here.
 */
export function deriveTokens(good: string, { key, lessScope, broadScope }: Derivation): Tokens {
  const jwt = decodeJwt(good);
  if (jwt === undefined || !isSigned(jwt.header)) return { good };
  const { header, claims } = jwt;
  const foreign = makeForeignKey(header);
  const otherIssuer = { ...claims, iss: 'https://evil.example.com' };
  const otherKey = signJwt(jwt, foreign);
  if (key === undefined)
    return { good, otherKey, otherIssuer: signJwt({ header, claims: otherIssuer }, foreign) };
  const now = Math.floor(Date.now() / 1000);
  const sign = (changed: object, typ: unknown = header.typ) =>
    signJwt({ header: { ...header, typ }, claims: { ...claims, ...changed } }, key);
  return {
    good,
    expired: sign({ exp: now - 300 }),
    otherAudience: sign({ aud: ['https://other.example.com/mcp'] }),
    otherIssuer: sign(otherIssuer),
    otherKey,
    // JSON leaves out what is undefined.
    noExpiry: sign({ exp: undefined }),
    noAudience: sign({ aud: undefined }),
    notYet: sign({ nbf: now + 600 }),
    upperAudience: sign({ aud: toUpperOrigin(claims.aud) }),
    otherType: sign({}, 'JWT'),
    fullType: sign({}, 'application/at+jwt'),
    ...(lessScope !== undefined && { lessScope: sign({ scope: lessScope }) }),
    ...(broadScope !== undefined && { broadScope: sign({ scope: broadScope }) }),
  };
}

/** Signs tokens like the good one with other scopes; undefined without the key. */
export function createMint(
  good: string,
  key: KeyObject | undefined,
): ((scope: string) => string) | undefined {
  const jwt = decodeJwt(good);
  if (key === undefined || jwt === undefined || !isSigned(jwt.header)) return undefined;
  return (scope) => signJwt({ ...jwt, claims: { ...jwt.claims, scope } }, key);
}

function toUpperOrigin(audience: unknown): unknown {
  if (Array.isArray(audience)) return audience.map(toUpperOrigin);
  return typeof audience === 'string'
    ? audience.replace(/^[^/]+:\/\/[^/?]+/, (origin) => origin.toUpperCase())
    : audience;
}
