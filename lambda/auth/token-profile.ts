import type { Principal } from './principal.ts';
import { Refused } from './refusal.ts';

/** A JWT's header or claims as parsed JSON; the values can have any type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What the operator allows. An empty allow-list allows everybody. */
export interface TokenRules {
  /** What the audience of a token must contain: this server's URL, or the authorization server's own name for it. */
  readonly audience: string;
  /** What the authorization server may put before the names of our scopes; empty for nothing. */
  readonly scopePrefix: string;
  /** Clients that may call for themselves, without a user. Empty: none. */
  readonly machineClientIds: readonly string[];
  readonly allowedClientIds: readonly string[];
  readonly allowedOrganizations: readonly string[];
  /** The claim that names the client, where it is not the one that the server is known to write. */
  readonly clientClaim?: string | undefined;
  /** What the authorization server gives to users alone, as `isMarked` reads it; it replaces what we know of it. */
  readonly userMark?: string | undefined;
  /** The claim that names the organization. Casdoor's is known; other servers have none unless this is set. */
  readonly organizationClaim?: string | undefined;
}

/** How one kind of authorization server writes its access tokens. Pure: no keys, no clock, no I/O. */
export interface TokenProfile {
  /**
   * Throws `Refused` unless the token is an access token, and not a refresh, ID or logout token that the same key
   * signed. It is called before the signature is verified, so that the answer can name the mistake.
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

/** The claim as a list of strings; a single string is a list of one (`aud` of RFC 7519 section 4.1.3). */
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
 * Tells whether one of `audiences` is the resource. A resource without a path comes back with a slash, because
 * clients send `new URL(resource).href`. Only such a resource is the same with and without the slash. Scheme and host
 * may be in capitals, as somebody typed them into a client (MCP authorization, Canonical Server URI).
 */
export function isForResource(audiences: readonly string[], resource: string): boolean {
  const [written, own] = [audiences.map(toLowerOrigin), toLowerOrigin(resource)];
  if (written.includes(own)) return true;
  const url = URL.parse(own);
  if (url === null || url.href !== `${url.origin}/`) return false;
  return written.includes(url.origin) || written.includes(url.href);
}

/** Everything but scheme and host stays: case means something in a path, and in names that are no URL. */
function toLowerOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, (origin) => origin.toLowerCase());
}

/** Throws `Refused` unless a user of this organization may call through this client. */
export function requireAllowed(
  { clientId, organization }: { clientId: string | undefined; organization: string | undefined },
  rules: TokenRules,
): void {
  if (!isAllowed(clientId, rules.allowedClientIds)) throw new Refused({ code: 'client_not_allowed' });
  if (!isAllowed(organization, rules.allowedOrganizations))
    throw new Refused({ code: 'organization_not_allowed' });
}

/** An empty list allows everybody. With any other list a value that is missing is not allowed. */
function isAllowed(value: string | undefined, allowed: readonly string[]): boolean {
  return allowed.length === 0 || (value !== undefined && allowed.includes(value));
}
