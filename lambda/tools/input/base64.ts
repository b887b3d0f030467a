import { ToolFailure } from '../../tool-failure.ts';

/** Few enough arguments for one call of `String.fromCharCode`. */
const batch = 8192;

/** Encodes bytes in base64 (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += batch) {
    binary += String.fromCharCode(...bytes.subarray(start, start + batch));
  }
  return btoa(binary);
}

/** Decodes base64. White space and missing padding are accepted. Throws `ToolFailure`. */
export function readBase64(text: string): Uint8Array {
  const binary = decode(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

function decode(text: string): string {
  try {
    return atob(text);
  } catch (cause) {
    throw new ToolFailure(
      'content is not base64: encode the bytes with the alphabet A-Z a-z 0-9 + / of RFC 4648, ' +
        'or leave encoding out for plain text',
      { cause },
    );
  }
}
