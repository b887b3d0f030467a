import { type ProtectedResource, toMetadata } from './protected-resource.ts';

/** How long clients and proxies may keep the document, in seconds: a new deployment is seen within it. */
const maxAge = 300;

/**
 * Creates the endpoint of the RFC 9728 document. It is written once, so every path that leads here
 * answers the same bytes.
 */
export function createMetadataEndpoint(resource: ProtectedResource): () => Promise<Response> {
  const document = JSON.stringify(toMetadata(resource));
  const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` };
  return async () => new Response(document, { headers });
}
