import { toMetadataUrl } from '../../../lambda/metadata/protected-resource.ts';
import { NotApplicable, Unavailable } from '../finding.ts';
import { fetchDocument, type JsonDocument } from '../http/document.ts';
import type { Answer, Send } from '../http/send.ts';
import { once } from '../once.ts';
import { readWebUrl } from '../web-url.ts';
import type { Challenge } from './challenge.ts';

/** The places where clients look for the protected resource metadata (RFC 9728), in their order. */
export interface MetadataPlaces {
  /** Where the challenge says. */
  readonly named: () => Promise<JsonDocument>;
  /** The well-known path put before the path of the MCP URL. */
  readonly path: () => Promise<JsonDocument>;
  /** The well-known path of the whole host. */
  readonly root: () => Promise<JsonDocument>;
}

/** Creates the places of one MCP URL. A server that does not answer at all is not asked again. */
export function createMetadataPlaces(
  url: string,
  facts: { send: Send; answer: () => Promise<Answer>; challenge: () => Promise<Challenge> },
): MetadataPlaces {
  const { send, answer, challenge } = facts;
  const [pathUrl, rootUrl] = [toMetadataUrl(url), toMetadataUrl(new URL(url).origin)];
  const root = once(async () => {
    await answer();
    return fetchDocument(send, rootUrl);
  });
  const path = once(async () => {
    if (pathUrl === rootUrl) return root();
    await answer();
    return fetchDocument(send, pathUrl);
  });
  const named = once(async () => {
    const { resourceMetadata: text } = await challenge();
    if (text === undefined) throw new NotApplicable('the challenge names no metadata');
    if (text === pathUrl) return path();
    if (text === rootUrl) return root();
    if (readWebUrl(text)) return fetchDocument(send, text);
    throw new Unavailable(`resource_metadata is no URL: "${text}"`, `name ${pathUrl} there`);
  });
  return { named, path, root };
}

/** The document that clients use: of the first place that has one. */
export async function findMetadata({ named, path, root }: MetadataPlaces): Promise<JsonDocument> {
  for (const place of [named, path, root]) {
    const document = await place().catch(() => undefined);
    if (document !== undefined) return document;
  }
  throw new NotApplicable('the server has no protected resource metadata');
}
