/** How binding a requirement is (RFC 2119). */
export type Level = 'MUST' | 'SHOULD';

/** The revisions of the MCP specification that are checked. */
export const revisions = ['2025-06-18', '2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

/** One requirement on a protected MCP server that can be observed from outside. */
export interface Check {
  /** Never changes, because results are compared by it. */
  readonly id: string;
  /** A sentence that is true of a server which passes. */
  readonly title: string;
  /** The source of the requirement. */
  readonly source: string;
  readonly level: Level;
  /** The revisions of MCP that require it; all of them if undefined. */
  readonly revisions?: readonly Revision[];
  /** Resolves when the server passes. Throws `Failed` or `Skipped`. */
  run(server: ServerUnderTest): Promise<void>;
}

/** The server does not do what is required; `message` says what it did instead. */
export class Failed extends Error {}

/** The check cannot be made; `message` says what is missing. */
export class Skipped extends Error {}

/** The tokens to check with. A check whose token is missing is skipped. */
export interface Tokens {
  /** May list tools. */
  readonly good?: string | undefined;
  /** Like `good`, but expired. */
  readonly expired?: string | undefined;
  /** Like `good`, but for another resource (RFC 8707). */
  readonly otherAudience?: string | undefined;
  /** Like `good`, but from an issuer that the server does not trust. */
  readonly otherIssuer?: string | undefined;
  /** Like `good`, but signed with another key. */
  readonly otherKey?: string | undefined;
  /** Like `good`, but without a scope that `scopedCall` needs. */
  readonly lessScope?: string | undefined;
  /** Like `good`, but instead of its scopes with a broader one that implies what `scopedCall` needs. */
  readonly broadScope?: string | undefined;
  /** Like `good`, but without an expiry. */
  readonly noExpiry?: string | undefined;
  /** Like `good`, but without an audience. */
  readonly noAudience?: string | undefined;
  /** Like `good`, but not valid yet: `nbf` lies in the future. */
  readonly notYet?: string | undefined;
  /** Like `good`, but scheme and host of the audience are in capitals. */
  readonly upperAudience?: string | undefined;
  /** Like `good`, which is an `at+jwt`, but with the type `JWT`, which ID tokens have. */
  readonly otherType?: string | undefined;
  /** Like `good`, which is an `at+jwt`, but with the whole media type, `application/at+jwt`. */
  readonly fullType?: string | undefined;
}

/** What is sent to an MCP server. */
export interface Call {
  readonly token?: string | undefined;
  /** Replaces `Bearer` before the token. */
  readonly scheme?: string;
  /** The whole header, instead of a token. */
  readonly authorization?: string;
  /** Added to the URL. */
  readonly query?: string;
  /** @default POST */
  readonly method?: 'POST' | 'GET' | 'DELETE';
  /** The session that the server began (`Mcp-Session-Id`). */
  readonly session?: string;
  readonly body?: object;
}

/** The answer of a server, with its challenges read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parameters of the first `Bearer` challenge (RFC 9110 section 11.6.1); undefined if there is none. */
  readonly challenge: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The server, and what is known about it. */
export interface ServerUnderTest {
  readonly url: URL;
  readonly tokens: Tokens;
  /** A request for which `tokens.lessScope` is not enough. */
  readonly scopedCall: object | undefined;
  /** Makes a token like `good` with these scopes; undefined when nobody has the key of the issuer. */
  readonly mint: ((scope: string) => string) | undefined;
  send(call: Call): Promise<Answer>;
  get(url: string | URL): Promise<Answer>;
  /** Finds and reads the metadata document (RFC 9728). Throws `Failed` if there is none. */
  readMetadata(): Promise<{ readonly url: URL; readonly document: Readonly<Record<string, unknown>> }>;
}

/** Throws `Failed` unless a condition holds. */
export function require(condition: boolean, instead: string): void {
  if (!condition) throw new Failed(instead);
}
