import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';

/** A JWT's header or claims as parsed JSON, before anyone looked at the types of the values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What the operator allows; empty allow-lists allow everybody. */
export interface TokenRules {
  /** What a token's audience must contain: this server's URL, unless the authorization server has its own name. */
  readonly audience: string;
  /** What the authorization server may put before the names of our scopes; empty for nothing. */
  readonly scopePrefix: string;
  /** Clients whose own tokens (audience = the client, no user) are accepted. Empty: none. */
  readonly machineClientIds: readonly string[];
  readonly allowedClientIds: readonly string[];
  readonly allowedOrganizations: readonly string[];
}

/** How one kind of authorization server writes its access tokens. Pure: no keys, no clock, no I/O. */
export interface TokenProfile {
  /**
   * Throws `Refused` unless the token is an access token: not a refresh, ID or logout token of the same
   * key. Also called before the signature is verified, so that the answer can name the mistake.
   */
  requireAccessToken(header: JsonObject, claims: JsonObject): void;
  /** Turns verified claims of an access token into the caller, or throws `Refused`. */
  toPrincipal(claims: JsonObject, rules: TokenRules): Principal;
}

/** The claim as a non-empty string, else undefined. */
export function readText(claims: JsonObject, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The claim as strings: a list as it is, a single string as a list of one (`aud` of RFC 7519 section 4.1.3). */
export function readTexts(claims: JsonObject, name: string): readonly string[] {
  const value = claims[name];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}

/** Splits a scope string at white space only (RFC 6749 section 3.3). */
export function splitScope(scope: string): readonly string[] {
  return scope.split(/\s+/).filter((part) => part !== '');
}

/**
 * Tells whether one of `audiences` is the resource. A resource without a path comes back with a slash,
 * because clients send `new URL(resource).href`; only there is the one-slash variant the same thing.
 */
export function isForResource(audiences: readonly string[], resource: string): boolean {
  if (audiences.includes(resource)) return true;
  const url = URL.parse(resource);
  if (url === null || url.href !== `${url.origin}/`) return false;
  return audiences.includes(url.origin) || audiences.includes(url.href);
}

/** Throws `Refused` unless the client is allowed. */
export function requireAllowedClient(clientId: string | undefined, rules: TokenRules): void {
  if (!isAllowed(clientId, rules.allowedClientIds)) throw new Refused({ code: 'client_not_allowed' });
}

/** An empty list allows everybody; otherwise a missing value is not allowed. */
export function isAllowed(value: string | undefined, allowed: readonly string[]): boolean {
  return allowed.length === 0 || (value !== undefined && allowed.includes(value));
}
