import { allScopes } from '../tools/scopes.ts';

/** The OAuth 2.0 Protected Resource Metadata of RFC 9728 section 2. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly [string];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
  readonly resource_name: string;
  readonly resource_documentation: string;
}

/** What the document is made from. */
export interface ProtectedResource {
  /** This server's URL, exactly as clients type it. */
  readonly url: string;
  /** The issuer that clients are sent to: for Casdoor its bare origin, with the registration bridge our own. */
  readonly issuer: string;
  readonly name: string;
  /** A page for people. */
  readonly documentationUrl: string;
  /** What the authorization server puts before the name of each scope; empty for nothing. */
  readonly scopePrefix: string;
}

/** Describes the protected resource, with the scopes of the scope table. */
export function toMetadata(resource: ProtectedResource): ProtectedResourceMetadata {
  return {
    resource: resource.url,
    authorization_servers: [resource.issuer],
    // Not in the order of the challenges: mcp-remote 0.15.1 would take a step-up to all scopes for its own list.
    scopes_supported: toScopes(resource).toReversed(),
    bearer_methods_supported: ['header'],
    resource_name: resource.name,
    resource_documentation: resource.documentationUrl,
  };
}

/** The names that clients use to ask for the scopes of the scope table. */
export function toScopes({ scopePrefix }: Pick<ProtectedResource, 'scopePrefix'>): readonly string[] {
  return allScopes.map((scope) => `${scopePrefix}${scope}`);
}

/**
 * Where the metadata of a resource is: the well-known path is put before the resource's own path
 * (RFC 9728 section 3.1).
 */
export function toMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}
