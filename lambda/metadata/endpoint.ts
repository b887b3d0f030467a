import { type Bridge, toAuthorizationServer } from './authorization-server.ts';
import { type ProtectedResource, toMetadata } from './protected-resource.ts';
import { type Registration, registerClient } from './registration.ts';

/** How long clients and proxies may keep a document, in seconds. They see a new deployment within this time. */
const maxAge = 300;

/** A request to the metadata function. */
export interface MetadataRequest {
  readonly method: string;
  readonly path: string;
  /** Empty when there is none. */
  readonly body: string;
}

/** Its answer. */
export interface MetadataAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the metadata function serves. */
export interface MetadataOptions extends ProtectedResource {
  /** The registration bridge; undefined where clients bring their own client id. */
  readonly bridge: (Bridge & Registration) | undefined;
  /** Makes the connect page, when it is first asked for. */
  readonly readPage: () => Promise<MetadataAnswer>;
}

/** Where clients look for the resource: RFC 9728 section 3.1, and its fallback at the root. */
const resourcePlace = /^\/\.well-known\/oauth-protected-resource(?:\/mcp)?$/;

/** Where clients look for an authorization server: RFC 8414 section 3, and OpenID Connect Discovery 1.0 section 4. */
const discovery = /^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)(?:\/mcp)?$/;

/**
 * Creates the endpoint of the metadata function: the RFC 9728 document, and with a bridge the RFC 8414 document and the
 * registration of RFC 7591. The connect page, which is for people, is at the root of the host. Each document is written
 * once, so every path to it answers the same bytes.
 */
export function createMetadataEndpoint(
  options: MetadataOptions,
): (request: MetadataRequest) => Promise<MetadataAnswer> {
  const { bridge } = options;
  const resource = toDocument(toMetadata(bridge ? { ...options, issuer: bridge.origin } : options));
  let page: MetadataAnswer | undefined;
  const authorizationServer = bridge && toDocument(toAuthorizationServer(options, bridge));
  return async ({ method, path, body }) => {
    // People add a slash at the end.
    const place = path.replace(/\/$/, '');
    if (place === '') {
      page ??= await options.readPage();
      return page;
    }
    if (bridge && place === '/register' && method === 'POST') return registerClient(body, bridge);
    if (authorizationServer && discovery.test(place)) return authorizationServer;
    return resourcePlace.test(place) ? resource : notFound;
  };
}

const notFound: MetadataAnswer = {
  statusCode: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'Not Found' }),
};

function toDocument(content: object): MetadataAnswer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` },
    body: JSON.stringify(content),
  };
}
