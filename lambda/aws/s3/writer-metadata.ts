import type { FileWriter } from '../../files/file-store.ts';

/** The metadata names, without `x-amz-meta-`. */
const names = { name: 'mcp-written-by', client: 'mcp-client' } as const;

/** The longest encoded value, in bytes. S3 keeps 2 KB of metadata, and other programs need room for theirs. */
const maxLength = 200;

/** The metadata that says who wrote an object. Values are percent-encoded, because headers are ASCII. */
export function toWriterMetadata(writer: FileWriter | undefined): Record<string, string> {
  if (writer === undefined) return {};
  const { name, client } = writer;
  return { [names.name]: encode(name), ...(client !== undefined && { [names.client]: encode(client) }) };
}

/** Reads who wrote an object; undefined when its metadata does not say. */
export function readWriter(metadata: Readonly<Record<string, string>> | undefined): FileWriter | undefined {
  const name = decode(metadata?.[names.name]);
  const client = decode(metadata?.[names.client]);
  if (name === undefined) return undefined;
  return { name, ...(client !== undefined && { client }) };
}

/** Tells whether a metadata name is one that says who wrote an object. */
export function isOfWriter(name: string): boolean {
  return Object.values<string>(names).includes(name);
}

/** Encodes whole characters until there is no more room. */
function encode(text: string): string {
  let encoded = '';
  for (const character of text.toWellFormed()) {
    const next = encoded + encodeURIComponent(character);
    if (next.length > maxLength) break;
    encoded = next;
  }
  return encoded;
}

/**
 * Anybody who may write to the bucket may write anything. A value that cannot be ours is ignored, and a character
 * that cannot be shown is replaced.
 */
function decode(encoded: string | undefined): string | undefined {
  if (encoded === undefined || encoded === '' || encoded.length > maxLength) return undefined;
  try {
    return decodeURIComponent(encoded).replace(/\p{C}/gu, '\uFFFD');
  } catch {
    return undefined;
  }
}
