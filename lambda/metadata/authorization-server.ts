import { type ProtectedResource, toScopes } from './protected-resource.ts';

/** The authorization server behind the bridge. */
export interface Bridge {
  /** Our own origin: the issuer of the document, because clients compare it with where they found the document. */
  readonly origin: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUrl: string;
  /** The JWS algorithms of its tokens. */
  readonly tokenAlgorithms: readonly string[];
}

/**
 * Describes the authorization server for clients that register themselves (RFC 8414 section 2). People sign in and
 * clients get tokens at the real one; only the registration endpoint is ours.
 *
 * `authorization_response_iss_parameter_supported` is left out: the real server would put its own issuer there, which
 * is not the issuer of this document (RFC 9207 section 2.4). The last two members are for clients that read the
 * document as OpenID Connect Discovery, which requires them.
 */
export function toAuthorizationServer(resource: ProtectedResource, bridge: Bridge) {
  return {
    issuer: bridge.origin,
    authorization_endpoint: bridge.authorizationEndpoint,
    token_endpoint: bridge.tokenEndpoint,
    registration_endpoint: `${bridge.origin}/register`,
    jwks_uri: bridge.jwksUrl,
    scopes_supported: toScopes(resource),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    service_documentation: resource.documentationUrl,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: bridge.tokenAlgorithms,
  };
}
