import type { FileWriter } from '../../files/file-store.ts';

/** Stand after `x-amz-meta-`. */
const names = { name: 'mcp-written-by', client: 'mcp-client' } as const;

/** How long one encoded value is at most, in bytes: S3 keeps 2 KB of metadata, and other programs have their own. */
const maxLength = 200;

/** The metadata of an object that tells who wrote it: values are percent-encoded, because headers are ASCII. */
export function toWriterMetadata(writer: FileWriter | undefined): Record<string, string> {
  if (writer === undefined) return {};
  const { name, client } = writer;
  return { [names.name]: encode(name), ...(client !== undefined && { [names.client]: encode(client) }) };
}

/** Reads who wrote an object; undefined when it does not tell. */
export function readWriter(metadata: Readonly<Record<string, string>> | undefined): FileWriter | undefined {
  const name = decode(metadata?.[names.name]);
  const client = decode(metadata?.[names.client]);
  if (name === undefined) return undefined;
  return { name, ...(client !== undefined && { client }) };
}

/** Tells whether a name of metadata is one of those that tell who wrote an object. */
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

/** Whoever may write to the bucket may write anything: what is no value of ours, or cannot be shown, is not taken. */
function decode(encoded: string | undefined): string | undefined {
  if (encoded === undefined || encoded === '' || encoded.length > maxLength) return undefined;
  try {
    return decodeURIComponent(encoded).replace(/\p{C}/gu, '\uFFFD');
  } catch {
    return undefined;
  }
}
